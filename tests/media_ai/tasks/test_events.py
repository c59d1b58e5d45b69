"""What events lead to: odd ones block nothing, and an object counts by the key that it is found under."""

import json
import logging

import pytest
from sqlalchemy import text

from media_ai.catalog.service_events import ServiceEvents
from media_ai.errors import ConflictError
from media_ai.events.reading import ServiceEvent, read_cloud_event
from media_ai.settings import EventStart, Settings
from media_ai.tasks.events import EventHandler
from tests.emulated import oss_client, oss_credentials

pytestmark = pytest.mark.postgres

FOLDER = "课 程+1/"


class Starts:
    """Remembers what was started; a run id is taken once, and a video may be one that cannot be started."""

    def __init__(self) -> None:
        self.runs: dict[str, str] = {}
        self.broken = ""

    def __call__(self, dag_id, run_id, conf):
        if self.broken and self.broken in conf["input"]["video"]:
            raise ZeroDivisionError("https://b/a.mp4?Signature=sentinel")
        if run_id in self.runs:
            raise ConflictError("taken")
        self.runs[run_id] = conf["input"]["video"]


@pytest.fixture
def starts() -> Starts:
    return Starts()


@pytest.fixture
def handler(database, emulator, starts) -> EventHandler:
    rules = (
        EventStart(prefix="oss://media-ai/in/", workflow="lectures"),
        EventStart(prefix=f"oss://media-ai/{FOLDER}", workflow="lectures"),
    )
    settings = Settings(event_starts=rules)
    return EventHandler(ServiceEvents(database), settings, lambda kind: oss_credentials(emulator), starts)


def arrived(key: str) -> ServiceEvent:
    data = {"oss": {"bucket": {"name": "media-ai"}, "object": {"key": key, "eTag": "E", "size": 5}}}
    (event,) = read_cloud_event(json.dumps({"type": "oss:ObjectCreated:PutObject", "data": data}).encode())
    return event


def outcomes(database) -> list[str]:
    with database.transaction() as connection:
        return list(connection.execute(text("SELECT outcome FROM media_ai.service_events ORDER BY id")).scalars())


def test_an_event_that_nobody_thought_of_blocks_nothing(handler, starts, database, emulator, caplog):
    """It is settled as failed, with its kind in the log and nothing that may be secret; the one behind it starts its task."""
    starts.broken = "odd"
    for key in ("in/odd.mp4", "in/good.mp4"):
        oss_client(emulator).put(key, b"video")
        handler.keep(arrived(key))
    with caplog.at_level(logging.INFO):
        assert handler.act_on_rest(older_than_s=-1) == 2
    odd, good = outcomes(database)
    assert odd.startswith("failed: an unexpected ZeroDivisionError")
    assert good.startswith("started: lectures good-")
    assert "ZeroDivisionError at __call__ (test_events.py:" in caplog.text
    assert "sentinel" not in caplog.text + odd
    assert handler.act_on_rest(older_than_s=-1) == 0


def test_an_event_of_an_unknown_form_blocks_nothing(handler, starts, database, emulator):
    """One that an earlier release kept, say."""
    oss_client(emulator).put("in/good.mp4", b"video")
    handler.keep(arrived("in/good.mp4"))
    with database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO media_ai.service_events (identity, source, subject, kind, received_at)"
                " VALUES ('short', 'oss', 'oss://media-ai/in/old.mp4', 'k', now() - interval '1 day')"
            )
        )
    assert handler.act_on_rest(older_than_s=-1) == 2
    assert list(starts.runs.values()) == ["oss://media-ai/in/good.mp4"]
    assert "failed: it was kept in a form that is not known here" in outcomes(database)


@pytest.mark.parametrize("name", ["x" * 1000, "课" * 330, "a\nb", ".", "a b?#%&+'\"", "%2e%2e%2f"])
def test_any_name_that_oss_takes_starts_a_task(handler, starts, emulator, name):
    """Also one that is longer than a title may be."""
    key = f"in/{name}.mp4"
    oss_client(emulator).put(key, b"video")
    event = arrived(key)
    assert handler.act(handler.keep(event), event).startswith("started: ")
    assert list(starts.runs.values()) == [f"oss://media-ai/{key}"]


@pytest.mark.parametrize(
    "spelling",
    [
        f"{FOLDER}第 1+1 课.mp4",
        "%E8%AF%BE%20%E7%A8%8B%2B1/%E7%AC%AC%201%2B1%20%E8%AF%BE.mp4",
        "%E8%AF%BE+%E7%A8%8B%2B1%2F%E7%AC%AC+1%2B1+%E8%AF%BE.mp4",
    ],
)
def test_a_folder_in_any_spelling_is_the_rules_folder(handler, starts, emulator, spelling):
    """Rules are written as people read them; events spell keys as they like."""
    oss_client(emulator).put(f"{FOLDER}第 1+1 课.mp4", b"video")
    event = arrived(spelling)
    assert handler.act(handler.keep(event), event).startswith("started: ")
    assert list(starts.runs.values()) == [f"oss://media-ai/{FOLDER}第 1+1 课.mp4"]


@pytest.mark.parametrize("spelling", ["other/a.mp4", "in%2Fa.mp4.txt", "%69n%2f..%2fother/a.mp4", "in"])
def test_an_object_outside_of_the_rules_folders_starts_nothing(handler, starts, emulator, spelling):
    """Whatever its event may be read as: an object is looked for under keys with the prefix only."""
    store = oss_client(emulator)
    for key in ("other/a.mp4", "in%2Fa.mp4.txt", "in/a.mp4", "in%2Fb.mp4"):
        store.put(key, b"video")
    event = arrived(spelling)
    assert handler.act(handler.keep(event), event).startswith("ignored: ")
    assert starts.runs == {}


def test_an_object_that_is_called_like_an_encoded_folder_is_not_in_it(handler, starts, emulator):
    """There is an "in%2Fb.mp4" outside of "in/", and no "in/b.mp4"."""
    oss_client(emulator).put("in%2Fb.mp4", b"video")
    event = arrived("in%2Fb.mp4")
    assert handler.act(handler.keep(event), event) == "ignored: there is no such object any more"
    assert starts.runs == {}


@pytest.mark.parametrize("key", ["in/%00.mp4", "in/" + "x" * 1100 + ".mp4", "in/%2f/../a.mp4"])
def test_a_key_that_no_object_can_have_is_settled(handler, starts, database, key):
    """With a sentence, once."""
    event = arrived(key)
    outcome = handler.act(handler.keep(event), event)
    assert outcome.startswith(("failed: ", "ignored: "))
    assert "unexpected" not in outcome
    assert outcomes(database) == [outcome]
