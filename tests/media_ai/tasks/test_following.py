"""The catalog's record of tasks follows Airflow's, where nobody was told."""

from datetime import UTC, datetime, timedelta

import pytest

from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.catalog.task_lists import TaskLists
from media_ai.catalog.task_records import TaskDetails, TaskRecords
from media_ai.errors import NotFoundError
from media_ai.tasks.following import bring_up_to_date

pytestmark = pytest.mark.postgres
RUN = RunKey(dag_id="w", run_id="r")


def airflow(state: str, *, began_s: float = 60, ended_s: float | None = None, **changes):
    """Return a run as Airflow's REST API has it, begun and ended some seconds ago."""
    now = datetime.now(UTC)
    return {
        "state": state,
        "conf": {"input": {"video": "/a.mp4"}, "task": {"name": "Mine"}},
        "triggering_user_name": "ann",
        "queued_at": (now - timedelta(seconds=began_s)).isoformat(),
        "start_date": (now - timedelta(seconds=began_s)).isoformat(),
        "end_date": None if ended_s is None else (now - timedelta(seconds=ended_s)).isoformat(),
    } | changes


@pytest.fixture
def follow(database):
    """Follow Airflow's record; return what is known then."""
    records, results = TaskRecords(database), ResultRepository(database)

    def bring(record):
        bring_up_to_date(records, results, RUN, record)
        return records.standing(RUN)

    return bring


def test_a_run_that_nobody_told_of_is_recorded(follow, database):
    """With its owner and name; one of another kind of DAG is not ours, and one that nobody knows is not there."""
    for record in (None, airflow("running", conf={}), airflow("running", conf=None)):
        with pytest.raises(NotFoundError):
            follow(record)
    assert follow(airflow("queued")).state == "queued"
    row = TaskLists(database).one(RUN)
    assert (row["name"], row["owner"], row["input"]) == ("Mine", "ann", {"video": "/a.mp4"})


@pytest.mark.parametrize(("state", "cause"), [("success", ""), ("failed", "It ended while nobody recorded it.")])
def test_an_end_that_nobody_told_of_is_recorded(follow, database, state, cause):
    """The catalog was away when the listener spoke."""
    TaskRecords(database).describe(RUN, TaskDetails())
    known = follow(airflow(state, ended_s=5))
    assert (known.state, known.cause) == (state, cause)


def test_a_run_that_was_deleted_in_airflow_does_not_go_on_for_ever(follow, database):
    """What had ended stays as it was."""
    TaskRecords(database).describe(RUN, TaskDetails())
    assert follow(None).state == "failed"
    ResultRepository(database).record_state(RUN, "success")
    assert follow(None).state == "success"


def test_an_end_that_airflow_has_not_written_yet_stays(follow, database):
    """The listener spoke within Airflow's transaction: Airflow still says that the run goes on."""
    TaskRecords(database).describe(RUN, TaskDetails())
    ResultRepository(database).record_state(RUN, "failed", "cause")
    known = follow(airflow("running", began_s=60))
    assert (known.state, known.cause) == ("failed", "cause")


def test_a_run_that_was_cleared_on_airflows_pages_goes_on(follow, database):
    """It waits again since its end."""
    TaskRecords(database).describe(RUN, TaskDetails())
    ResultRepository(database).record_state(RUN, "failed", "cause")
    known = follow(airflow("queued", began_s=-1, start_date=None))
    assert (known.state, known.cause, known.ended_at) == ("queued", "", None)


def test_a_restart_is_not_undone_by_the_end_before_it(follow, database):
    """Between our record of a restart and Airflow's, Airflow still has the old end."""
    records = TaskRecords(database)
    records.describe(RUN, TaskDetails())
    ResultRepository(database).record_state(RUN, "failed", "cause")
    before = records.restarting(RUN, by="ann")
    assert follow(airflow("failed", ended_s=30)).state == "queued"
    records.restore(RUN, before)
    assert (records.standing(RUN).state, records.standing(RUN).cause) == ("failed", "cause")
