"""The routes that list and name people, behind their guards, over a real catalog."""

import pytest

from media_ai.catalog.results import ResultRepository
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.file_store import FileStore
from media_ai_web import people
from media_ai_web.permissions import Permission
from tests.media_ai.tasks.test_people import STRANGER, finish
from tests.web import SetGate, make_client

pytestmark = pytest.mark.postgres

PEOPLE = "/api/v1/tasks/faces/r1/people"


@pytest.fixture
def client_of(database, tmp_path, monkeypatch):
    """Return a client that may not do some things; the task r1 of the workflow faces found two people."""
    results, store = ResultRepository(database), ArtifactStore(FileStore(tmp_path / "store"))
    finish(results, store)
    monkeypatch.setattr(people, "services", lambda: (results, store))
    return lambda *missing: make_client(database, tmp_path, gate=SetGate(allowed=set(Permission) - set(missing)))


def test_a_person_is_listed_named_and_listed_again(client_of):
    """The answer to naming is the person; who named is the signed-in user, whatever the body says."""
    client = client_of()
    before = client.get(PEOPLE).json()
    answer = client.put(f"{PEOPLE}/{STRANGER}", json={"name": "李小龍", "role": "Actor"})
    after = client.get(PEOPLE).json()

    assert [person["name"] for person in before] == [None, "Ada Lovelace"]
    assert before[0]["appearances"][0]["start_s"] == 1.5
    assert (answer.status_code, answer.json()["named_by"]) == (200, "eve")
    assert (after[0]["name"], after[0]["role"]) == ("李小龍", "Actor")


@pytest.mark.parametrize(
    ("person", "body", "status"),
    [
        ("0" * 16, {"name": "A"}, 404),
        (STRANGER, {"name": ""}, 422),
        (STRANGER, {"name": "   "}, 422),
        (STRANGER, {"name": "x" * 201}, 422),
        (STRANGER, {"name": "A", "named_by": "root"}, 422),
        (STRANGER, {}, 422),
    ],
)
def test_what_cannot_be_named_is_refused(client_of, person, body, status):
    """An unknown person is 404, a bad body 422."""
    assert client_of().put(f"{PEOPLE}/{person}", json=body).status_code == status


def test_an_unknown_task_is_404(client_of):
    """In the form of RFC 9457."""
    answer = client_of().get(PEOPLE.replace("r1", "none"))

    assert (answer.status_code, answer.json()["title"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("missing", "reading", "writing"),
    [(Permission.CHANGE_TASKS, 200, 403), (Permission.READ_TASKS, 403, 403)],
)
def test_naming_needs_the_right_to_edit(client_of, missing, reading, writing):
    """Who may only read can list, and changes nothing."""
    client = client_of(missing)

    assert client.get(PEOPLE).status_code == reading
    assert client.put(f"{PEOPLE}/{STRANGER}", json={"name": "A"}).status_code == writing
    assert [person["name"] for person in client_of().get(PEOPLE).json()] == [None, "Ada Lovelace"]
