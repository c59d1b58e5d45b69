"""Health: found quickly, whatever hangs; cheap for whoever asks often; reasons for administrators only."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from media_ai.catalog.database import Database
from media_ai.errors import MediaAIError, StoreError, SystemStateError
from media_ai.settings import Settings
from media_ai.system import health
from media_ai.system.health import Watch, check_catalog, check_disk, check_outbox, check_store, checks_of
from media_ai_web.app import create_app
from media_ai_web.permissions import Permission
from tests.media_ai.catalog.test_outbox import tell
from tests.media_ai.notifications.test_delivering import happen
from tests.web import CIPHER, SetGate, away


def broken():
    raise SystemStateError("It is broken at a secret place.")


def test_the_status_is_the_worst_that_was_found():
    """What is vital makes it unhealthy, the rest degraded."""
    assert Watch({"a": str}, {"b": str}).look().status == "healthy"
    assert Watch({"a": str}, {"b": broken}).look().status == "degraded"
    assert Watch({"a": broken}, {"b": broken}).look().status == "unhealthy"
    assert Watch({"a": lambda: str(1 / 0)}, {}).look().vital["a"].detail == "the check failed (ZeroDivisionError)"


def test_what_hangs_is_left_and_not_started_again(monkeypatch):
    """The others are told in time."""
    monkeypatch.setattr(health, "LONGEST_S", 0.3)
    monkeypatch.setattr(health, "_KEPT_S", 0.0)
    over, started = threading.Event(), []

    def hang():
        started.append(1)
        over.wait(30)
        return ""

    watch = Watch({"hanging": hang, "quick": str}, {})
    begun = time.monotonic()
    first, second = watch.look(), watch.look()
    assert time.monotonic() - begun < 2
    assert (first.status, second.vital["quick"].is_well, len(started)) == ("unhealthy", True, 1)
    assert "no answer" in second.vital["hanging"].detail
    over.set()


def test_many_who_ask_cost_as_much_as_one():
    """What was found counts for a while."""
    looked = []
    watch = Watch({"a": lambda: looked.append(1) or ""}, {})
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: watch.look(), range(100)))
    assert len(looked) == 1


def test_a_store_that_cannot_be_written_is_found(tmp_path):
    """Its folder is a file, say; nothing is left behind by looking."""
    store = tmp_path / "my vidéos"
    assert check_store(store.as_uri(), None) == store.as_uri()
    assert os.listdir(store) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="Nothing can be written"):
        check_store((tmp_path / "file").as_uri(), None)


def test_a_full_disk_is_found(tmp_path, monkeypatch):
    """Below 1 GB."""
    assert "GB free" in check_disk(tmp_path)
    monkeypatch.setattr(health, "_LOW_DISK_BYTES", 10**18)
    with pytest.raises(SystemStateError, match="Make room"):
        check_disk(tmp_path)


@pytest.mark.postgres
def test_a_catalog_that_is_away_or_of_another_version_is_found(database, postgres):
    """With what to do."""
    assert "revision" in check_catalog(database)
    with pytest.raises(MediaAIError, match="does not answer"):
        check_catalog(Database("postgresql://a:b@127.0.0.1:9/none", patience_s=1))
    postgres.create_database("unmigrated")
    other = Database(postgres.url("unmigrated"))
    with pytest.raises(MediaAIError, match="Run 'media-ai migrate'"):
        check_catalog(other)
    other.engine.dispose()


@pytest.mark.postgres
def test_deliveries_that_nobody_makes_are_found(database):
    """After five minutes."""
    assert check_outbox(database) == "0 s behind"
    tell(database)
    happen(database)
    with database.transaction() as connection:
        connection.execute(text("UPDATE media_ai.notification_deliveries SET next_at = now() - interval '6 min'"))
    with pytest.raises(SystemStateError, match="media_ai_notifications"):
        check_outbox(database)


@pytest.mark.postgres
def test_a_deployment_that_works_is_healthy(postgres, database, tmp_path):
    """All of ours."""
    vital, others = checks_of(Settings(home=tmp_path, database_url=postgres.url("catalog")), None)
    assert Watch(vital, others).look().status == "healthy"


@pytest.mark.parametrize(
    ("user", "allowed", "knows"),
    [("", set(Permission), False), ("eve", {Permission.READ_TASKS}, False), ("eve", set(Permission), True)],
)
def test_only_administrators_hear_the_reasons(user, allowed, knows):
    """Everybody hears the word, with 503 when it is bad."""
    from fastapi.testclient import TestClient

    watch = Watch({"a": broken}, {})
    app = create_app(gate=SetGate(allowed=allowed), airflow=away, cipher=CIPHER, watch=lambda: watch)
    answer = TestClient(app, headers={"user": user} if user else {}).get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "unhealthy")
    assert ("secret place" in answer.text) is knows
