"""Workflows over the API: drafts of several people, versions, exchange."""

import pytest

from media_ai.workflows.library import WorkflowLibrary
from media_ai_web import workflow_versions
from tests.system.helpers import graph
from tests.web import API, SetGate, make_client

pytestmark = pytest.mark.postgres
W = f"{API}/workflows"


@pytest.fixture
def client(database, tmp_path, monkeypatch):
    """A client; DAGs are built by tests/system."""
    monkeypatch.setattr(workflow_versions, "check_dag", lambda publication: None)
    return make_client(database, tmp_path)


def as_json(slug="w", **changes):
    return graph(slug, **changes).model_dump(mode="json")


def publish(client, slug="w", **given):
    return client.post(f"{W}/{slug}/publish", json={"wait": False, **given})


def test_a_preset_is_cloned_changed_and_found(client):
    """Who and when is on it; the slug is made from the name."""
    made = client.post(W, json={"name": "Мой обзор & 我的", "preset": "summarize-without-account"})
    second = client.post(W, json={"name": "Мой обзор & 我的", "preset": "summarize-without-account"})
    named = client.post(W, json={"name": "Ad frames", "description": "mine"})

    assert made.status_code == second.status_code == 201
    assert made.json()["slug"] != second.json()["slug"]
    assert (made.json()["created_by"], made.json()["has_draft"], made.json()["publication"]) == ("eve", True, "draft")
    assert [issue for issue in made.json()["issues"] if issue["severity"] == "error"] == []
    assert (named.json()["slug"], named.json()["issues"][0]["code"]) == ("ad-frames", "empty")
    assert client.get(W, params={"q": "MINE"}).json()["workflows"][0]["slug"] == "ad-frames"
    assert client.post(W, json={"name": "x", "slug": "ad-frames"}).status_code == 409
    assert client.post(W, json={"name": "x", "preset": "nothing"}).status_code == 404


def test_the_second_save_of_two_people_is_told(client):
    """Nothing is lost: the answer says who saved and with which ETag; the draft is the first one's."""
    client.post(f"{W}/import", json=as_json())
    read = client.get(f"{W}/w")
    etag = {"if-match": read.headers["etag"]}
    first = client.put(f"{W}/w/draft", json=as_json(interval=2), headers=etag | {"user": "ann"})
    second = client.put(f"{W}/w/draft", json=as_json(interval=3), headers=etag)

    assert first.status_code == 200
    assert (second.status_code, second.headers["etag"]) == (412, first.headers["etag"])
    assert "saved by ann" in second.json()["detail"]
    now = client.get(f"{W}/w").json()
    assert (now["graph"]["nodes"][1]["params"], now["saved_by"]) == ({"interval": 2}, "ann")
    again = client.put(f"{W}/w/draft", json=as_json(interval=3), headers={"if-match": second.headers["etag"]})
    assert again.status_code == 200


def test_a_node_that_was_moved_counts_as_a_change(client):
    """Positions are somebody's work too."""
    client.post(f"{W}/import", json=as_json())
    etag = {"if-match": client.get(f"{W}/w").headers["etag"]}
    moved = as_json()
    moved["nodes"][0]["position"] = {"x": 1, "y": 2}
    client.put(f"{W}/w/draft", json=moved, headers=etag)

    assert client.put(f"{W}/w/draft", json=as_json(), headers=etag).status_code == 412


def test_a_save_needs_to_say_what_it_changes(client):
    """Without If-Match 428; with "*" whatever is there; a graph of another slug is refused."""
    client.post(f"{W}/import", json=as_json())

    assert client.put(f"{W}/w/draft", json=as_json()).status_code == 428
    assert client.put(f"{W}/w/draft", json=as_json(), headers={"if-match": "*"}).status_code == 200
    assert client.put(f"{W}/w/draft", json=as_json(), headers={"if-match": '"a", "b"'}).status_code == 422
    assert client.put(f"{W}/w/draft", json=as_json("v"), headers={"if-match": "*"}).status_code == 422
    assert client.put(f"{W}/none/draft", json=as_json("none"), headers={"if-match": "*"}).status_code == 404


def test_publishing_what_somebody_saved_over_is_refused(client):
    """A person publishes what that person saw."""
    client.post(f"{W}/import", json=as_json())
    seen = client.get(f"{W}/w").headers["etag"]
    client.put(f"{W}/w/draft", json=as_json(interval=2), headers={"if-match": seen})
    answer = client.post(f"{W}/w/publish", json={"wait": False}, headers={"if-match": seen})

    assert answer.status_code == 412
    assert client.get(f"{W}/w").json()["publication"] == "draft"


def test_a_save_while_the_dag_is_built_is_not_lost(client, monkeypatch):
    """Publishing checks for seconds; a draft that is saved in them stays, and the publication is refused."""

    def save_meanwhile(publication):
        client.put(f"{W}/w/draft", json=as_json(interval=9), headers={"if-match": "*", "user": "ann"})

    client.post(f"{W}/import", json=as_json())
    monkeypatch.setattr(workflow_versions, "check_dag", save_meanwhile)

    assert publish(client).status_code == 412
    assert client.get(f"{W}/w").json()["graph"]["nodes"][1]["params"] == {"interval": 9}


def test_versions_are_listed_compared_and_rolled_back(client):
    """Rolling back publishes the old graph as the newest version; a draft in between stays a draft."""
    client.post(f"{W}/import", json=as_json(interval=1))
    assert publish(client, note="first").json()["number"] == 1
    more = ({"id": "extra", "type": "analyze_frames"},)
    wires = (("distinct.frames", "extra.frames"),)
    for changes in ({"interval": 2, "more": more, "wires": wires}, {"interval": 7}):
        client.put(f"{W}/w/draft", json=as_json(**changes), headers={"if-match": "*"})
        if changes["interval"] == 2:
            assert publish(client).json()["number"] == 2
    diff = client.get(f"{W}/w/diff", params={"before": 1, "after": 2}).json()
    draft = client.get(f"{W}/w").headers["etag"]
    back = client.post(f"{W}/w/rollback", json={"number": 1, "wait": False})
    versions = client.get(f"{W}/w/versions").json()

    assert diff["nodes_changed"] == [
        {"id": "frames", "changes": [{"field": "params.interval", "before": 1, "after": 2}]}
    ]
    assert [node["id"] for node in diff["nodes_added"]] == ["extra"]
    assert diff["edges_added"] == [{"source": "distinct.frames", "target": "extra.frames"}]
    assert (diff["nodes_removed"], diff["workflow"]) == ([], [])
    assert back.json()["number"] == 3
    assert [(item["number"], item["state"]) for item in versions] == [
        (4, "draft"), (3, "published"), (2, "archived"), (1, "archived")
    ]  # fmt: skip
    assert [item["note"] for item in versions[1:]] == ["Rolled back to version 1", "", "first"]
    assert client.get(f"{W}/w/versions/4").json()["graph"]["nodes"][1]["params"] == {"interval": 7}
    saved = client.put(f"{W}/w/draft", json=as_json(interval=8), headers={"if-match": draft})
    assert saved.status_code == 200
    assert client.post(f"{W}/w/rollback", json={"number": 99, "wait": False}).status_code == 404


def test_issues_say_where_they_are(client):
    """At the node and the field, at the wire, or at a place that is not even a graph."""
    broken = as_json()
    broken["nodes"][1]["params"] = {"interval": -1}
    broken["edges"].append({"source": "input.video", "target": "distinct.frames"})
    found = client.post(f"{W}/validate", json=broken).json()
    odd = client.post(f"{W}/validate", json={"slug": "w", "name": "w", "nodes": [{"id": "a", "typ": "b"}]}).json()
    saved = client.put(f"{W}/w/draft", json={**as_json(), "nodes": [{"id": "A!"}]}, headers={"if-match": "*"})

    assert {(issue["node"], issue["field"], issue["edge"]) for issue in found} >= {
        ("frames", "interval", None),
        ("distinct", "frames", "input.video -> distinct.frames"),
    }
    assert {(issue["node"], issue["field"]) for issue in odd} == {("a", "type"), ("a", "typ")}
    assert client.post(f"{W}/validate", json={}).json()[0]["severity"] == "error"
    assert saved.status_code == 422
    assert saved.json()["issues"][0]["field"] == "id"


def test_a_graph_with_errors_is_saved_and_not_published(client):
    """422 has every issue with its place."""
    client.post(W, json={"name": "w", "nodes": [{"id": "a", "type": "nothing"}]})
    answer = publish(client)

    assert answer.status_code == 422
    assert [(issue["code"], issue["node"]) for issue in answer.json()["issues"]] == [("unknown_type", "a")]


def test_rename_duplicate_export_import_delete(client):
    """What is exported can be imported as it is; a published workflow cannot be deleted."""
    client.post(f"{W}/import", json=as_json())
    renamed = client.patch(f"{W}/w", json={"name": "Новое имя"})
    copy = client.post(f"{W}/w/duplicate", json={}).json()
    exported = client.get(f"{W}/{copy['slug']}/export")
    publish(client)

    assert (renamed.json()["name"], renamed.json()["graph"]["name"]) == ("Новое имя", "Новое имя")
    assert copy["name"] == "Новое имя (copy)"
    assert exported.headers["content-disposition"].startswith("attachment")
    assert (
        client.post(f"{W}/import", content=exported.content, headers={"content-type": "application/json"}).status_code
        == 409
    )
    assert client.delete(f"{W}/{copy['slug']}").status_code == 204
    assert client.post(f"{W}/import", json=exported.json()).status_code == 201
    assert client.post(f"{W}/import", params={"replace": True}, json=exported.json()).status_code == 201
    assert client.delete(f"{W}/w").status_code == 409
    assert client.delete(f"{W}/w2").status_code == 404


def test_a_deleted_workflow_that_comes_back_goes_on_counting(client, database):
    """Version 1 of the first never means version 1 of the second."""
    client.post(f"{W}/import", json=as_json())
    publish(client)
    library = WorkflowLibrary(database)
    library.unpublish("w")
    library.remove("w")
    assert client.get(f"{W}/w").json()["publication"] == "unpublished"
    assert client.delete(f"{W}/w").status_code == 204
    client.post(f"{W}/import", json=as_json())

    assert client.get(f"{W}/w").json()["number"] == 2


def test_workflows_come_a_page_at_a_time(client):
    """Each once, those that were saved last first; what may not be read is not there."""
    for number in range(7):
        client.post(f"{W}/import", json=as_json(f"w{number}"))
    publish(client, "w3")
    seen, cursor = [], None
    while True:
        page = client.get(W, params={"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        seen += [item["slug"] for item in page["workflows"]]
        if not (cursor := page["next_cursor"]):
            break

    assert seen == ["w3", "w6", "w5", "w4", "w2", "w1", "w0"]
    assert [item["slug"] for item in client.get(W, params={"publication": "published"}).json()["workflows"]] == ["w3"]
    assert len(client.get(W, params={"publication": "draft"}).json()["workflows"]) == 6
    assert client.get(W, params={"q": "%"}).json()["workflows"] == []


def test_what_may_not_be_read_is_in_no_list(database, tmp_path, client):
    """A workflow of others is neither listed nor opened."""
    client.post(f"{W}/import", json=as_json("mine"))
    client.post(f"{W}/import", json=as_json("theirs"))
    member = make_client(database, tmp_path, gate=SetGate(hidden={"theirs"}))

    assert [item["slug"] for item in member.get(W).json()["workflows"]] == ["mine"]
    assert member.get(f"{W}/theirs").status_code == 403
