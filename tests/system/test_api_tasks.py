"""The life of tasks over our API, on the real scheduler and with the callers' own permissions."""

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from media_ai.catalog.results import ResultRepository, RunKey
from tests.system.callers import PASSWORD, client_of, make_member
from tests.system.helpers import ended, graph, publish, states, until

pytestmark = pytest.mark.system


@pytest.fixture
def api(system):
    with client_of(system) as client:
        yield client


def upload(api, path, name) -> str:
    """Send a file as clients do; return its address."""
    metadata = {"Upload-Metadata": f"filename {base64.b64encode(name.encode()).decode()}", "Tus-Resumable": "1.0.0"}
    headers = metadata | {"Upload-Length": str(path.stat().st_size), "content-type": "application/offset+octet-stream"}
    location = api.post("/uploads", content=path.read_bytes(), headers=headers).raise_for_status().headers["location"]
    assert location.startswith("/media-ai/api/v1/uploads/")
    return api.get(f"/uploads/{location[-32:]}").json()["address"]


def wait(api, task) -> dict:
    """Wait as clients do, until the end."""
    return until(lambda: (state := api.get(f"{path(task)}/wait?timeout_s=20").json())["has_ended"] and state, 180)


def path(task) -> str:
    return f"/tasks/{task['workflow']}/{task['run_id']}"


def test_a_video_is_uploaded_worked_on_and_followed(system, api, samples):
    """Published, uploaded, started once however often it is asked for, followed to its end, found in the list."""
    graph_data = graph("api-life", interval=2.0).model_dump(mode="json")
    api.post("/workflows/import", json=graph_data).raise_for_status()
    published = api.post("/workflows/api-life/publish", json={"note": "first"})
    assert (published.status_code, published.json()["is_runnable"]) == (200, True)
    video = upload(api, samples / "honeybees.mp4", "Пчёлы на лугу.mp4")
    body = {"name": "Bees", "input": {"video": video, "video_id": "bees"}}
    key = {"Idempotency-Key": "k1"}
    first, again = (api.post("/workflows/api-life/tasks", json=body, headers=key) for _ in range(2))
    other = api.post("/workflows/api-life/tasks", json=body | {"name": "Other"}, headers=key)
    task = first.json()
    with api.stream("GET", f"{path(task)}/events") as stream:
        events = [line.split(": ", 1) for line in stream.iter_lines() if line.startswith(("event", "data"))]

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert (again.json(), again.headers["idempotency-replayed"]) == (task, "true")
    assert events[-2] == ["event", "end"]
    last = json.loads(events[-1][1])
    assert (last["status"], last["title"], last["owner"]) == ("Completed", "Пчёлы на лугу", system.settings.server[1])
    assert {name for kind, name in events if kind == "event"} == {"progress", "end"}
    detail = api.get(path(task)).json()
    assert [(node["node_id"], node["status"], node["tries"], node["reused"]) for node in detail["nodes"]] == [
        (name, "Completed", 1, False) for name in ("input", "frames", "distinct")
    ]
    assert detail["progress"] == {"done": 3, "total": 3, "eta_s": 0.0, "waits_for_person": False}
    listed = api.get("/tasks", params={"q": "пчёлы", "status": "Completed", "workflow": "api-life"}).json()["tasks"]
    assert [(item["run_id"], item["name"]) for item in listed] == [(task["run_id"], "Bees")]
    assert api.get(f"{path(task)}/result").json()["state"] == "success"
    assert api.delete(f"/uploads/{video.split('/')[-2]}", headers={"Tus-Resumable": "1.0.0"}).status_code == 409


def test_a_stopped_task_goes_on_where_it_was(system, api, samples):
    """Terminated, who did it; what failed or was skipped is run again to the end, and nothing that is finished."""
    publish(system, graph("api-stop", interval=0.1))
    given = {"input": {"video": str(samples / "honeybees.mp4")}, "name": "long"}
    task = api.post("/workflows/api-stop/tasks", json=given).raise_for_status().json()
    until(lambda: states(system, "api-stop", task["run_id"]).get("frames") == "running", 60)
    going = next(
        item for item in api.get("/tasks?status=In Progress").json()["tasks"] if item["run_id"] == task["run_id"]
    )
    early = api.post(f"{path(task)}/restart", json={})
    stopped = api.post(f"{path(task)}/stop", json={"reason": "wrong video"})

    assert (going["progress"]["done"], going["progress"]["total"]) == (1, 3)
    assert early.status_code == 409
    assert (stopped.status_code, stopped.json()["status"]) == (200, "Terminated")
    assert api.post(f"{path(task)}/stop", json={}).status_code == 409
    detail = api.get(path(task)).json()
    user = system.settings.server[1]
    assert (detail["stopped_by"], detail["note"]) == (user, f"long\nStopped by {user}. wrong video")
    assert {node["node_id"]: node["status"] for node in detail["nodes"]}["distinct"] == "Skipped"
    assert [item["run_id"] for item in api.get("/tasks?status=Terminated&workflow=api-stop").json()["tasks"]] == [
        task["run_id"]
    ]
    assert api.get("/tasks?status=Failed&workflow=api-stop").json()["tasks"] == []
    restarted = api.post(f"{path(task)}/restart", json={"scope": "failed"})
    assert (restarted.status_code, restarted.json()["status"]) == (200, "In Progress")
    assert wait(api, task)["status"] == "Completed"
    tries = {item["task_id"]: item["try_number"] for item in system.api.task_instances("api-stop", task["run_id"])}
    assert states(system, "api-stop", task["run_id"]) == dict.fromkeys(("input", "frames", "distinct"), "success")
    assert (tries["input"], tries["frames"]) == (1, 2)
    assert f"Restarted by {user}" in api.get(path(task)).json()["note"]


def test_a_task_is_repeated_with_other_parameters_and_restarted_from_a_node(system, api, samples):
    """The repetition names its parent and reuses what the change does not touch; a restart can take the latest version."""
    publish(system, graph("api-again", interval=5.0))
    given = {"input": {"video": str(samples / "honeybees.mp4")}, "name": "one"}
    task = api.post("/workflows/api-again/tasks", json=given).json()
    assert wait(api, task)["status"] == "Completed"
    change = {"overrides": {"distinct": {"threshold": 0.5}}}
    repeated = api.post(f"{path(task)}/repeat", json=change, headers={"Idempotency-Key": "again"}).json()
    wrong = api.post(f"{path(task)}/repeat", json={"overrides": {"distinct": {"treshold": 0.5}}})
    assert wait(api, repeated)["status"] == "Completed"

    detail = api.get(path(repeated)).json()
    assert (detail["parent_run_id"], detail["name"], detail["overrides"]) == (
        task["run_id"],
        "one",
        change["overrides"],
    )
    assert {node["node_id"]: node["reused"] for node in detail["nodes"]} == {
        "input": True, "frames": True, "distinct": False
    }  # fmt: skip
    assert (wrong.status_code, wrong.json()["issues"][0]["node"]) == (422, "distinct")
    publish(system, graph("api-again", interval=9.0))
    latest = {"scope": "from", "node": "frames", "version": "latest"}
    assert api.post(f"{path(task)}/restart", json=latest | {"node": "farmes"}).status_code == 404
    assert api.post(f"{path(task)}/restart", json=latest).status_code == 200
    assert wait(api, task)["status"] == "Completed"
    tries = {item["task_id"]: item["try_number"] for item in system.api.task_instances("api-again", task["run_id"])}
    assert tries == {"input": 1, "frames": 2, "distinct": 2}
    key = RunKey(dag_id="api-again", run_id=task["run_id"])
    sampled = {node["node_id"]: node for node in ResultRepository(system.database).nodes(key)}["frames"]["outputs"]
    assert sampled["frames"]["counts"]["frames"] < 15


def test_tasks_that_airflow_started_are_tasks_like_any_other(system, api, samples):
    """By REST, still waiting, with its starter; ended by somebody on Airflow's pages it is Terminated."""
    publish(system, graph("api-rest", interval=0.1))
    conf = {"input": {"video": str(samples / "honeybees.mp4"), "title": "By REST"}}
    for number in range(3):
        system.api.trigger("api-rest", run_id=f"r{number}", conf=conf)
    listed = api.get("/tasks?workflow=api-rest").json()["tasks"]
    outcome = api.post(
        "/tasks/stop", json={"tasks": [{"workflow": "api-rest", "run_id": name} for name in ("r0", "r1", "none")]}
    ).json()["results"]
    system.api.mark_failed("api-rest", "r2", note="")

    assert {item["run_id"] for item in listed} == {"r0", "r1", "r2"}
    assert {item["status"] for item in listed} == {"In Progress"}
    assert [(item["ok"], (item["problem"] or {}).get("status")) for item in outcome] == [
        (True, None), (True, None), (False, 404)
    ]  # fmt: skip
    assert {item["status"] for item in api.get("/tasks?workflow=api-rest").json()["tasks"]} == {"Terminated"}
    task = api.get("/tasks/api-rest/r2").json()
    assert (task["owner"], task["title"], task["stopped_by"]) == (system.settings.server[1], "By REST", "")
    assert api.get("/tasks?workflow=api-rest&q=by rest&limit=2").json()["next_cursor"]


def test_a_viewer_reads_and_changes_nothing(system, api, samples):
    """Every operation of the document that changes something refuses a Viewer, and every operation an anonymous caller."""
    make_member(system, "vera", "Viewer")
    make_member(system, "ursula", "User")
    publish(system, graph("api-roles"))
    document = api.get("/openapi.json").json()
    base = document["servers"][0]["url"]
    with client_of(system, "vera", PASSWORD) as viewer, client_of(system, "ursula", PASSWORD) as member:
        for place, item in document["paths"].items():
            address = viewer.base_url.copy_with(
                path=base + "/".join("x" if "{" in part else part for part in place.split("/"))
            )
            for method, operation in item.items():
                if "read" not in operation["x-permission"] and operation["x-permission"] != "signed in":
                    assert viewer.request(method, address).status_code == 403, f"{method} {place}"
                anonymous = viewer.request(method, address, headers={"Authorization": "Bearer forged"})
                assert anonymous.status_code in (401, 403), f"{method} {place}"
        given = {"input": {"video": str(samples / "honeybees.mp4")}}
        assert viewer.get("/tasks").status_code == 200
        started = member.post("/workflows/api-roles/tasks", json=given)
        assert (started.status_code, api.get(path(started.json())).json()["owner"]) == (201, "ursula")
        refused = member.post("/workflows/api-roles/tasks", json={"input": {"video": "/etc/passwd"}})
        assert (refused.status_code, "root" in refused.text) == (403, False)
    assert ended(system, "api-roles", started.json()["run_id"]) == "success"


def test_workflows_are_unpublished_and_deleted_over_the_api(system, api):
    """No new tasks, then off the scheduler, then gone; a task of it cannot be restarted into nothing."""
    publish(system, graph("api-leaving"))
    assert api.delete("/workflows/api-leaving").status_code == 409
    assert api.post("/workflows/api-leaving/unpublish").json()["publication"] == "unpublished"
    assert api.post("/workflows/api-leaving/tasks", json={"input": {"video": "/x.mp4"}}).status_code == 404
    assert api.delete("/workflows/api-leaving").status_code == 204
    assert api.get("/workflows/api-leaving").status_code == 404


def test_many_callers_at_once_wait_for_nobody(system, api):
    """More than the server has threads: our routes wait for Airflow's, and never hold the threads that these need."""
    publish(system, graph("api-many"))
    system.api.trigger("api-many", run_id="r", conf={"input": {"video": "/none.mp4"}})
    ended(system, "api-many", "r")
    start = time.monotonic()
    with ThreadPoolExecutor(80) as pool:
        answers = list(pool.map(lambda _: api.get("/tasks/api-many/r/wait?timeout_s=0").status_code, range(80)))

    assert answers == [200] * 80
    assert time.monotonic() - start < 30
