"""The DAGs that keep a deployment tidy, each started once on the real scheduler: each does its work."""

import os
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from media_ai.catalog.deliveries import Deliveries
from media_ai.catalog.quality_audits import QualityAudits
from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.catalog.retention import Retention, Rule
from media_ai.catalog.review_marks import ReviewMarks
from media_ai.model.run import RunInput
from media_ai.store.artifacts import StoredResult
from media_ai.store.opening import open_store
from media_ai.tasks.uploads import Uploads
from media_ai.testing import no_credentials
from tests.receiver import Receiver
from tests.system.callers import client_of
from tests.system.helpers import ended, graph, publish, start, states, until

pytestmark = pytest.mark.system
EIGHT_DAYS_S = 8 * 86400


def age(system, statement, **values):
    """Make something older than it is."""
    with system.database.transaction() as connection:
        assert connection.execute(text(statement), values).rowcount == 1, statement


def returned(system, dag_id, run_id):
    """Return what each task of a run has returned."""
    path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{{}}/xcomEntries/return_value"
    return {name: system.api.get(path.format(name))["value"] for name in states(system, dag_id, run_id)}


def run_once(system, dag_id):
    """Run a DAG of upkeep to its end; return what its tasks have returned."""
    system.api.trigger(dag_id, run_id="asked", conf={})
    assert ended(system, dag_id, "asked", within_s=300) == "success", states(system, dag_id, "asked")
    return returned(system, dag_id, "asked")


@pytest.fixture
def left(system, samples):
    """What upkeep is there for: an old task with a rule, one whose end nobody heard of, a dead workflow, a dead upload, lost bytes."""
    publish(system, graph("kept-short", interval=9.0))
    old, unheard = (start(system, "kept-short", samples / "honeybees.mp4") for _ in range(2))
    assert {ended(system, "kept-short", each) for each in (old, unheard)} == {"success"}
    # The first run of the schedule must not find what is for the one that is asked for.
    until(lambda: not system.api.runs(dag_id="media_ai_upkeep", states=("queued", "running"), limit=1), 300)
    publish(system, graph("let-go"))
    system.library.unpublish("let-go")
    of_run = "WHERE dag_id = 'kept-short' AND run_id = :run"
    age(system, f"UPDATE media_ai.runs SET ended_at = now() - interval '40 days' {of_run}", run=old)
    age(system, f"UPDATE media_ai.runs SET state = 'running', ended_at = NULL, created_at = now() - interval '1 hour' {of_run}", run=unheard)  # fmt: skip
    gone = "slug = 'let-go' AND kind = 'tombstone'"
    age(system, f"UPDATE media_ai.publications SET created_at = now() - interval '5 minutes' WHERE {gone}")
    Retention(system.database).save(Rule(dag_id="kept-short", results_days=30), by="ann")

    uploads = Uploads(system.settings.uploads, max_bytes=100, expires_h=48)
    dead = uploads.create(name="a.mp4", size=5, owner_id="1", owner="ann").upload.id
    blob = open_store(system.settings.store_address, no_credentials).put_bytes(os.urandom(20), "text/plain")
    (lost,) = (system.home / "artifacts" / "blobs").rglob(f"*{blob.sha256}")
    for path in (system.settings.uploads / ".incoming" / f"{dead}.part", lost):
        os.utime(path, (time.time() - EIGHT_DAYS_S,) * 2)
    yield {"old": old, "unheard": unheard, "lost": lost}
    Retention(system.database).remove("kept-short")


def test_hourly_upkeep_does_all_its_work(system, left):
    """Retention with its record, the workflow off the scheduler, the end that was missed, the upload, the bytes of no task."""
    done = run_once(system, "media_ai_upkeep")

    assert "let-go" in done["remove_unpublished_workflows"]
    assert done["catch_up_with_ends"] >= 1 and done["enforce_retention"]["results"] >= 1
    assert done["tidy_uploads"]["uploads"] >= 1 and done["collect_orphans"]["blobs"] >= 1
    assert set(done["renew_secrets"]) == {"renewed", "unreadable"} and done["act_on_left_events"] >= 0
    assert set(done["check_costs"]) == {"sums", "promises"}

    assert not left["lost"].exists()
    unheard = RunKey(dag_id="kept-short", run_id=left["unheard"])
    with system.database.transaction() as connection:
        rows = connection.execute(text("SELECT run_id, state FROM media_ai.runs WHERE dag_id = 'kept-short'")).all()
        (proof,) = connection.execute(
            text("SELECT proof FROM media_ai.deletions WHERE dag_id = 'kept-short'")
        ).scalars()
    assert [tuple(row) for row in rows] == [(unheard.run_id, "success")]
    assert proof["airflow"] == {"was_there": True, "is_gone": True} and proof["rows"]["left"] == 0
    until(lambda: (dag := system.api.dag("let-go")) is None or dag["is_stale"], 60)


def test_the_daily_audit_keeps_what_it_has_found(system):
    """Of all tasks that have ended in a day: one that has published nothing needs review."""
    run, results = RunKey(dag_id="audited", run_id="empty"), ResultRepository(system.database)
    results.record_run(run, RunInput(video="/a.mp4"), version=1, overrides={})
    published = StoredResult(
        node_type="publish_results", type_version=1, key="k", outputs={}, seconds=1, finished=datetime.now(UTC)
    )
    results.record_node(run, "publish", published, is_reused=False)
    results.record_state(run, "success")
    done = run_once(system, "media_ai_quality")["audit_results"]
    (kept,) = QualityAudits(system.database).newest()
    is_marked = ReviewMarks(system.database).needs_review(run)
    with system.database.transaction() as connection:
        for table in ("review_marks", "node_results", "runs"):
            connection.execute(text(f"DELETE FROM media_ai.{table} WHERE dag_id = 'audited'"))
    assert kept.tasks == done["tasks"] >= 1
    assert is_marked and done["unfit"] >= 1


def test_deliveries_need_nobody_to_start_them(system):
    """By the watcher, or by hand: what is due has been delivered, once."""
    with Receiver() as receiver, client_of(system) as api:
        given = {"name": "upkeep", "kind": "webhook", "target": receiver.url}
        made = api.post("/notifications/endpoints", json=given).raise_for_status().json()
        told = api.post(f"/notifications/endpoints/{made['id']}/test").raise_for_status().json()
        assert set(run_once(system, "media_ai_notifications")["deliver"]) == {"delivered", "put_off", "given_up"}
        until(lambda: Deliveries(system.database).get(told["id"]).state == "delivered", 30)
        assert len(receiver.got) == 1
        api.delete(f"/notifications/endpoints/{made['id']}").raise_for_status()
