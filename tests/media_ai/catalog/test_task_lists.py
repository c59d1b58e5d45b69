"""What the catalog knows of tasks: how long nodes take, which workflows there are tasks of."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.catalog.task_lists import TaskLists, seconds_of
from media_ai.catalog.task_records import TaskDetails, TaskRecords
from media_ai.model.run import RunInput
from media_ai.store.artifacts import StoredResult

pytestmark = pytest.mark.postgres


def finish(database, number: int, *, seconds: float, duration: str | None = None, reused: bool = False) -> None:
    """Record a node that took some time over a video of some length."""
    run, results = RunKey(dag_id="w", run_id=f"r{number}"), ResultRepository(database)
    results.record_run(run, RunInput(video=f"/{number}.mp4", video_id=f"v{number}"), version=1, overrides={})
    stored = StoredResult(
        node_type="extract_frames", type_version=1, key="k", outputs={}, seconds=seconds, finished=datetime.now(UTC)
    )
    results.record_node(run, "n", stored, is_reused=reused)
    if duration:
        with database.transaction() as connection:
            statement = text(
                "UPDATE media_ai.media_assets SET technical = jsonb_build_object('duration', :d) WHERE video_id = :v"
            )
            connection.execute(statement, {"d": duration, "v": f"v{number}"})


def test_the_usual_time_is_the_middle_of_the_last_results(database):
    """By the second of video where its length is known; what was reused took no time and does not count."""
    for number, seconds in enumerate([10, 20, 60]):
        finish(database, number, seconds=seconds, duration=("100", "300/3", "200")[number])
    finish(database, 9, seconds=5000, reused=True)
    usual = TaskLists(database).usual(["extract_frames", "never_run"])

    assert set(usual) == {"extract_frames"}
    assert usual["extract_frames"].seconds == 20
    assert usual["extract_frames"].of(1000) == pytest.approx(200)
    assert usual["extract_frames"].of(None) == 20


def test_a_video_of_unknown_or_zero_length_spoils_nothing(database):
    """The time alone counts then."""
    finish(database, 1, seconds=8)
    finish(database, 2, seconds=8, duration="0")

    assert TaskLists(database).usual(["extract_frames"])["extract_frames"].of(100) == 8
    assert TaskLists(database).usual([]) == {}


@pytest.mark.parametrize(("text_", "seconds"), [("1001/30", 1001 / 30), ("25", 25.0), (None, None)])
def test_lengths_are_exact_ratios(text_, seconds):
    """As media information has them."""
    assert seconds_of(text_) == seconds


def test_workflows_that_have_tasks_are_each_named_once(database):
    """However many tasks they have."""
    records = TaskRecords(database)
    assert records.workflow_ids() == []
    for number in range(30):
        records.describe(RunKey(dag_id=("b", "a", "ü")[number % 3], run_id=str(number)), TaskDetails())

    assert sorted(records.workflow_ids()) == ["a", "b", "ü"]


def test_what_is_recorded_of_a_start_stays(database):
    """Whoever records it first: our API, which knows the caller, or Airflow's listener."""
    records, run = TaskRecords(database), RunKey(dag_id="w", run_id="r")
    records.describe(run, TaskDetails(name="Mine", owner="ann"), {"input": {"video": "/a"}})
    records.describe(run, TaskDetails(name="", owner="scheduler"), {"input": {}})
    row = TaskLists(database).one(run)

    assert (row["name"], row["owner"], row["input"], row["state"]) == ("Mine", "ann", {"video": "/a"}, "queued")


@pytest.mark.parametrize(
    ("conf", "details"),
    [
        (None, TaskDetails(owner="ann")),
        ({"task": {"name": "n", "parent_run_id": "p"}}, TaskDetails(owner="ann", name="n", parent_run_id="p")),
        ({"task": ["name"]}, TaskDetails(owner="ann")),
        ({"task": {"name": 7, "parent_run_id": ""}}, TaskDetails(owner="ann", name="7")),
        ({"task": {"name": "\0" + "x" * 999}}, TaskDetails(owner="ann", name="x" * 300)),
    ],
)
def test_a_configuration_of_anybody_says_what_it_can(conf, details):
    """Runs that Airflow's REST API started may hold anything there."""
    assert TaskDetails.of_run(conf, "ann") == details


def test_a_run_that_waits_again_is_told_from_one_that_has_just_ended(database):
    """Airflow's listener hears of an end before Airflow has written it: an older beginning changes nothing."""
    records, results, run = TaskRecords(database), ResultRepository(database), RunKey(dag_id="w", run_id="r")
    records.describe(run, TaskDetails())
    results.record_state(run, "failed", "cause")
    records.waiting(run, since=datetime.now(UTC) - timedelta(seconds=5))
    assert (records.standing(run).state, records.standing(run).cause) == ("failed", "cause")
    records.waiting(run, since=datetime.now(UTC) + timedelta(seconds=5))
    assert (records.standing(run).state, records.standing(run).cause) == ("queued", "")
