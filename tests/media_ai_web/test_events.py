"""The doors for events: nobody passes unsigned, nothing is done twice, and what an event says is looked up."""

import base64
import json

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from media_ai.catalog.service_events import ServiceEvents
from media_ai.clients.credentials import ImsCredentials, VodCredentials
from media_ai.errors import ConflictError, ErrorKind, ServiceError
from media_ai.settings import EventStart, Settings
from media_ai.tasks.events import EventHandler
from media_ai_web import services
from media_ai_web.app import create_app
from media_ai_web.events import certificates
from tests.emulated import ims_credentials, oss_client, oss_credentials
from tests.signing import callback_headers, eventbridge_headers, fetch, mns_headers
from tests.web import CIPHER, SetGate, away

pytestmark = pytest.mark.postgres

PUBLIC = "https://media.example"
DOOR = f"{PUBLIC}/media-ai/events/v1"
KEY = "callback-sentinel-key"


class Starts:
    """Remembers what was started, as Airflow does: a run id is taken once."""

    def __init__(self) -> None:
        self.runs: dict[str, dict] = {}
        self.trouble: list[Exception] = []

    def __call__(self, dag_id, run_id, conf):
        if self.trouble:
            raise self.trouble.pop()
        if run_id in self.runs:
            raise ConflictError("taken")
        self.runs[run_id] = {"dag_id": dag_id, **conf}


@pytest.fixture
def starts() -> Starts:
    return Starts()


@pytest.fixture
def handler(database, emulator, starts) -> EventHandler:
    settings = Settings(event_starts=(EventStart(prefix="oss://media-ai/in/", workflow="lectures"),))
    return EventHandler(ServiceEvents(database), settings, lambda kind: oss_credentials(emulator), starts)


@pytest.fixture
def client(handler, emulator, monkeypatch):
    monkeypatch.setenv("MEDIA_AI_PUBLIC_URL", PUBLIC)
    known = {
        kind: ims_credentials(emulator, kind, callback_key=SecretStr(KEY)) for kind in (ImsCredentials, VodCredentials)
    }
    app = create_app(gate=SetGate(), airflow=away, cipher=CIPHER, credentials_of=lambda kind: known[kind])
    app.dependency_overrides[services.event_handler] = lambda: handler
    app.dependency_overrides[certificates] = lambda: fetch
    yield TestClient(app)
    services._given.clear()


def arrived(key: str, etag: str = "E") -> bytes:
    oss = {"bucket": {"name": "media-ai"}, "object": {"key": key, "eTag": etag, "size": 5}}
    event = {"id": "1", "source": "acs.oss", "type": "oss:ObjectCreated:PutObject", "data": {"oss": oss}}
    return json.dumps(event).encode()


def send(client: TestClient, body: bytes):
    return client.post("/events/v1/eventbridge", content=body, headers=eventbridge_headers(f"{DOOR}/eventbridge", body))


@pytest.mark.parametrize("name", ["eventbridge", "mns", "vod", "ims"])
def test_nobody_passes_unsigned(client, starts, database, name):
    """Without a signature, or with one for another door, nothing is kept and nothing started."""
    body = arrived("in/a.mp4")
    for headers in ({}, callback_headers("x-vod", f"{DOOR}/other", KEY), eventbridge_headers(f"{DOOR}/other", body)):
        answer = client.post(f"/events/v1/{name}", content=body, headers=headers)
        assert answer.status_code == 403
        assert KEY not in answer.text
    assert starts.runs == {}
    assert ServiceEvents(database).newest() == 0


def test_a_video_that_arrives_starts_one_task_with_its_subtitles(client, starts, emulator):
    """The event comes three times, in two spellings and on two ways: one task, with the subtitles beside the video."""
    store = oss_client(emulator)
    store.put("in/课 1+2.mp4", b"video")
    store.put("in/课 1+2.srt", b"subtitles")
    assert send(client, arrived("in/课 1+2.mp4")).json() == {"received": 1, "new": 1}
    assert send(client, arrived("in/课 1+2.mp4")).json() == {"received": 1, "new": 0}
    assert send(client, arrived("in/%E8%AF%BE%201%2B2.mp4")).json() == {"received": 1, "new": 1}
    record = json.loads(arrived("in/课 1+2.mp4"))["data"] | {"eventName": "ObjectCreated:PutObject"}
    push = json.dumps({"Message": base64.b64encode(json.dumps({"events": [record]}).encode()).decode()}).encode()
    answer = client.post("/events/v1/mns", content=push, headers=mns_headers("/media-ai/events/v1/mns", push))
    assert answer.status_code == 200

    (run,) = starts.runs.values()
    assert run["dag_id"] == "lectures"
    assert run["input"]["video"] == "oss://media-ai/in/课 1+2.mp4"
    assert run["input"]["subtitles"] == "oss://media-ai/in/课 1+2.srt"


def test_an_overwritten_video_starts_another_task(client, starts, emulator):
    """What counts is the content in the bucket, not what the event says of it."""
    store = oss_client(emulator)
    store.put("in/over.mp4", b"one")
    send(client, arrived("in/over.mp4", "forged"))
    store.put("in/over.mp4", b"two")
    send(client, arrived("in/over.mp4", "other"))
    assert len(starts.runs) == 2


@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        ("elsewhere/a.mp4", "no MEDIA_AI_EVENT_STARTS"),
        ("in/a.srt", "not a video"),
        ("in/gone.mp4", "no such object"),
        ("in/empty.mp4", "empty"),
    ],
)
def test_what_starts_nothing_says_why(client, starts, database, emulator, key, outcome):
    """The outcome stands beside the event."""
    oss_client(emulator).put("in/empty.mp4", b"")
    assert send(client, arrived(key)).status_code == 200
    (row,) = rows(database)
    assert outcome in row["outcome"]
    assert starts.runs == {}


def test_a_trouble_leaves_the_event_for_later(client, starts, handler, database, emulator):
    """The system that starts tasks is away: the sender is answered, and the upkeep starts the task."""
    oss_client(emulator).put("in/later.mp4", b"video")
    starts.trouble = [ServiceError("away", service="airflow", code="503", kind=ErrorKind.TRANSIENT)]
    assert send(client, arrived("in/later.mp4")).status_code == 200
    assert starts.runs == {}
    assert handler.act_on_rest(older_than_s=0) == 1
    assert len(starts.runs) == 1
    assert handler.act_on_rest(older_than_s=0) == 0


def test_a_process_that_died_in_between_loses_nothing(starts, handler, database, emulator):
    """An event that was kept and not acted on is acted on by the upkeep."""
    from media_ai.events.reading import read_cloud_event

    oss_client(emulator).put("in/killed.mp4", b"video")
    (event,) = read_cloud_event(arrived("in/killed.mp4"))
    assert handler.keep(event) is not None
    assert handler.act_on_rest(older_than_s=0) == 1
    assert len(starts.runs) == 1


@pytest.mark.parametrize(("name", "prefix"), [("vod", "x-vod"), ("ims", "x-ice")])
def test_a_callback_is_kept_once(client, database, name, prefix):
    """A callback that is repeated, as VOD does when an answer is late, is one event."""
    body = json.dumps({"EventType": "E", "EventTime": "t", "MediaId": "m", "MessageBody": {"MediaId": "m"}}).encode()
    for fresh in (1, 0):
        headers = callback_headers(prefix, f"{DOOR}/{name}", KEY)
        assert client.post(f"/events/v1/{name}", content=body, headers=headers).json()["new"] == fresh
    (row,) = rows(database)
    assert row["subject"] == f"{name}:m"


def test_a_door_that_is_not_set_up_says_what_to_set(client, monkeypatch):
    """Without the public address no signature can be checked."""
    monkeypatch.delenv("MEDIA_AI_PUBLIC_URL")
    answer = client.post("/events/v1/vod", content=b"{}")
    assert answer.status_code == 403
    assert "MEDIA_AI_PUBLIC_URL" in answer.json()["detail"]


def test_a_flood_of_bytes_is_refused(client):
    """A body that is larger than any event is not read to its end."""
    answer = client.post("/events/v1/vod", content=b"x" * (300 << 10))
    assert answer.status_code == 422


def rows(database) -> list[dict]:
    from sqlalchemy import text

    with database.transaction() as connection:
        return [dict(row) for row in connection.execute(text("SELECT * FROM media_ai.service_events")).mappings()]
