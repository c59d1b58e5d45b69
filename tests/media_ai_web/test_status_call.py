"""The status call: signed requests only, for a while only, and only what the key's owner may read."""

import base64
import hashlib
import hmac
import time
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from media_ai.catalog.member_keys import MemberKeys
from media_ai.catalog.results import MARKED_FAILED, ResultRepository, RunKey
from media_ai.catalog.task_records import TaskDetails, TaskRecords
from media_ai_web import services
from media_ai_web.status_call import PATH, create_status_app
from tests.web import API, CIPHER, make_client

pytestmark = pytest.mark.postgres
RUN = RunKey(dag_id="w", run_id="video__20260101T000000Z_abc123")


@pytest.fixture
def keys(database):
    return MemberKeys(database, CIPHER)


@pytest.fixture
def key(keys):
    return keys.issue("id-eve", "eve", label="old client")


@pytest.fixture
def client(database):
    """A client of the call; eve may read all workflows but "theirs"."""

    async def may_read(owner_id, workflow):
        return owner_id == "id-eve" and workflow != "theirs"

    app = create_status_app(cipher=CIPHER, may_read=may_read)

    async def given():
        return database

    app.dependency_overrides[services.database] = given
    TaskRecords(database).describe(RUN, TaskDetails(name="Bees"))
    return TestClient(app, raise_server_exceptions=False)


def signed(key, task_id=RUN.run_id, *, uri=None, stamp=None, **changes):
    """Return headers as a client makes them, by hand: HMAC-SHA1 over URI, access key, timestamp and body."""
    access_key, secret = key[0].access_key, key[1]
    stamp = str(int(time.time() * 1000)) if stamp is None else stamp
    uri = uri or f"{PATH}?taskId={quote(task_id)}"
    text = f"{uri}\n{access_key}\n{stamp}\n"
    sign = base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()
    headers = {"X-Request-Id": "r-1", "X-Access-Key": access_key, "X-Request-Sign": sign, "X-Request-Timestamp": stamp}
    return headers | changes


def ask(client, headers, task_id=RUN.run_id):
    return client.get(f"{PATH}?taskId={quote(task_id)}", headers=headers)


@pytest.mark.parametrize(
    ("state", "cause", "word"),
    [
        ("queued", "", "SUBMITED"),
        ("running", "", "RUNNING"),
        ("success", "", "FINISHED"),
        ("failed", "task_failure", "EXITED"),
        ("failed", MARKED_FAILED, "TERMINATED"),
    ],
)
def test_a_signed_request_gets_the_status_in_the_words_of_this_call(client, database, key, state, cause, word):
    """Exactly in the documented form."""
    ResultRepository(database).record_state(RUN, state, cause)
    answer = ask(client, signed(key))

    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "errorCode": None,
        "errorMsg": None,
        "traceId": "r-1",
        "data": {"taskName": "Bees", "taskId": RUN.run_id, "status": word, "traceInfo": ""},
    }


def now(seconds: float) -> str:
    return str(int((time.time() + seconds) * 1000))


@pytest.mark.parametrize(
    "make",
    [
        lambda key: {},
        lambda key: signed(key, **{"X-Request-Sign": "AAAA"}),
        lambda key: signed(key, **{"X-Request-Sign": "ä".encode("latin-1")}),
        lambda key: signed(key, **{"X-Request-Timestamp": now(1)}),
        lambda key: signed(key, "other task"),
        lambda key: signed((key[0], "another secret")),
        lambda key: signed(key, **{"X-Access-Key": "MAI0000"}),
        lambda key: signed(key, **{"X-Access-Key": "' OR 1=1"}),
        lambda key: signed(key, stamp=now(-301)),
        lambda key: signed(key, stamp=now(301)),
        lambda key: signed(key, stamp="1e3"),
        lambda key: signed(key, stamp="9" * 400),
        lambda key: signed(key, **{"X-Request-Timestamp": "²³".encode("latin-1")}),
        lambda key: {name: value for name, value in signed(key).items() if name != "X-Request-Id"},
    ],
)
def test_anything_else_is_refused_without_a_hint(client, key, make):
    """No signature, another one, another task, another time; the same words for a wrong key and a wrong secret."""
    answer = ask(client, make(key))

    assert (answer.status_code, answer.json()["success"], answer.json()["data"]) == (401, False, None)
    assert answer.json()["errorCode"] == "ERR_INVALID_PARAMETER"
    assert key[1] not in answer.text


def test_a_wrong_key_and_a_wrong_secret_read_the_same(client, key):
    """Nobody learns which keys exist."""
    wrong_key = ask(client, signed(key, **{"X-Access-Key": "MAI0000"})).json()
    assert wrong_key == ask(client, signed((key[0], "another secret"))).json()


def test_a_revoked_key_opens_nothing(client, keys, key):
    """From that moment on; only its owner revokes it."""
    assert ask(client, signed(key)).status_code == 200
    keys.revoke("id-eve", key[0].access_key)

    assert ask(client, signed(key)).status_code == 401
    assert keys.of("id-eve")[0].used_at is not None


def test_a_key_opens_what_its_owner_may_read_now(client, database, keys):
    """Not the tasks of other workflows, and nothing when the owner is no member any more."""
    theirs = RunKey(dag_id="theirs", run_id="t")
    TaskRecords(database).describe(theirs, TaskDetails())

    assert ask(client, signed(keys.issue("id-eve", "eve"), "t"), "t").status_code == 403
    assert ask(client, signed(keys.issue("id-bob", "bob"))).status_code == 403


@pytest.mark.parametrize(
    ("task_id", "status"), [("nothing", 404), ("w/nothing", 404), ("a/b/c", 404), ("same", 404), ("\x00", 400)]
)
def test_an_unknown_task_is_told(client, database, key, task_id, status):
    """As is one that several workflows have, unless the workflow is named."""
    for workflow in ("w1", "w2"):
        TaskRecords(database).describe(RunKey(dag_id=workflow, run_id="same"), TaskDetails())
    answer = ask(client, signed(key, task_id), task_id)

    assert (answer.status_code, answer.json()["errorCode"]) == (status, "ERR_INVALID_PARAMETER")
    assert ask(client, signed(key, "w1/same"), "w1/same").json()["data"]["status"] == "SUBMITED"


def test_secrets_lie_in_the_catalog_encrypted(client, database, key):
    """Not as they are, and not in what the API lists."""
    from sqlalchemy import text

    with database.transaction() as connection:
        (row,) = connection.execute(text("SELECT * FROM media_ai.access_keys")).mappings()
    assert key[1] not in str(dict(row))
    assert CIPHER.decrypt(row["secret"]) == key[1]


def test_members_have_keys_of_their_own(database, tmp_path):
    """Made, listed without the secret, revoked; nobody sees or revokes another's; there is a limit."""
    client = make_client(database, tmp_path)
    made = client.post(f"{API}/access-keys", json={"label": "CI"}).json()
    listed = client.get(f"{API}/access-keys").json()
    name = made["access_key"]

    assert len(made["secret"]) == 40
    assert [(item["access_key"], item["label"], "secret" in item) for item in listed] == [(name, "CI", False)]
    assert client.get(f"{API}/access-keys", headers={"user": "bob"}).json() == []
    assert client.delete(f"{API}/access-keys/{name}", headers={"user": "bob"}).status_code == 404
    first = client.delete(f"{API}/access-keys/{name}").json()["revoked_at"]
    assert first == client.delete(f"{API}/access-keys/{name}").json()["revoked_at"]
    answers = [client.post(f"{API}/access-keys", json={}).status_code for _ in range(21)]
    assert answers == [201] * 20 + [409]
