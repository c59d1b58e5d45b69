"""What the hourly upkeep does."""

import os
import time

import pytest
from sqlalchemy import text

from media_ai.catalog.attempts import Allowance, Attempts
from media_ai.catalog.deliveries import Deliveries
from media_ai.catalog.idempotency import IdempotencyKeys
from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.model.run import RunInput
from media_ai.tasks.uploads import Uploads
from operators.upkeep import catch_up, tidy_uploads
from tests.media_ai.catalog.test_outbox import tell

pytestmark = [pytest.mark.postgres, pytest.mark.airflow]


def test_what_nobody_goes_on_with_is_removed(database, tmp_path, monkeypatch):
    """Unfinished uploads after the time that the deployment sets, requests of the API after a day, counts that limit nobody."""
    monkeypatch.setenv("MEDIA_AI_HOME", str(tmp_path))
    monkeypatch.setenv("MEDIA_AI_UPLOAD_EXPIRES_H", "2")
    monkeypatch.setenv(
        "MEDIA_AI_DATABASE_URL", database.engine.url.render_as_string(hide_password=False).replace("+psycopg2", "")
    )
    uploads = Uploads(tmp_path / "uploads", max_bytes=10, expires_h=2)
    old, young = (uploads.create(name="a.mp4", size=5, owner_id="1", owner="ann").upload.id for _ in range(2))
    three_hours_ago = time.time() - 3 * 3600
    os.utime(tmp_path / "uploads" / ".incoming" / f"{old}.part", (three_hours_ago, three_hours_ago))
    IdempotencyKeys(database).run("ann", "k", "d", lambda once: {})
    Attempts(database).take("a", Allowance(burst=1, interval_s=1))
    with database.transaction() as connection:
        connection.execute(text("UPDATE media_ai.rate_limits SET next_at = now() - interval '2 hours'"))
        connection.execute(text("UPDATE media_ai.idempotency_keys SET created_at = now() - interval '2 days'"))

    assert tidy_uploads() == {"uploads": 1, "requests": 1, "tries": 1, "deliveries": 0}
    assert [state.upload.id for state in uploads.of("1")] == [young]
    assert tidy_uploads() == {"uploads": 0, "requests": 0, "tries": 0, "deliveries": 0}


def test_ends_that_the_catalog_has_not_heard_of_are_caught_up_with(database, monkeypatch):
    """And told; tasks that go on, are young, or that Airflow has deleted stay as they are."""
    from airflow.sdk import DagRunState
    from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
    from airflow.sdk.execution_time.comms import ErrorResponse

    monkeypatch.setenv(
        "MEDIA_AI_DATABASE_URL", database.engine.url.render_as_string(hide_password=False).replace("+psycopg2", "")
    )
    tell(database)
    results = ResultRepository(database)
    states = {"ended": "success", "broke": "failed", "going": "running", "young": "success"}
    for name in (*states, "deleted"):
        results.record_run(RunKey(dag_id="w", run_id=name), RunInput(video="/a.mp4"), version=1, overrides={})
    with database.transaction() as connection:
        connection.execute(
            text("UPDATE media_ai.runs SET created_at = now() - interval '1 hour' WHERE run_id <> 'young'")
        )

    class Instance:
        def get_dagrun_state(self, _dag_id, run_id):
            if run_id not in states:
                raise AirflowRuntimeError(ErrorResponse(error=ErrorType.GENERIC_ERROR))
            return DagRunState(states[run_id])

    assert catch_up(Instance()) == 2
    assert catch_up(Instance()) == 0
    assert {each.run_id: each.event for each in Deliveries(database).list()} == {
        "ended": "task.completed", "broke": "task.failed",
    }  # fmt: skip
