"""Tasks over the API where Airflow is away: the record of the catalog. What Airflow says of them is in tests/system."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from media_ai.catalog.results import MARKED_FAILED, ResultRepository, RunKey
from media_ai.catalog.task_records import TaskDetails, TaskRecords
from media_ai.model.run import RunInput
from media_ai.store.artifacts import StoredResult, Usage
from tests.web import API, SetGate, make_client

pytestmark = pytest.mark.postgres
T = f"{API}/tasks"
START = datetime(2026, 1, 1, tzinfo=UTC)
ENDS = [("success", ""), ("failed", "task_failure"), ("failed", MARKED_FAILED), ("success", "")]


@pytest.fixture
def client(database, tmp_path):
    """A client; twelve tasks of two workflows, an hour apart, of two people."""
    results, records = ResultRepository(database), TaskRecords(database)
    for number in range(12):
        run = RunKey(dag_id=("a", "b")[number % 2], run_id=f"r{number:02}")
        records.describe(run, TaskDetails(name=f"Task {number}", owner=("ann", "bob")[number % 3 == 0]))
        given = RunInput(video=f"/v/{number}.mp4", video_id=f"video-{number}", title="50% off" if number == 5 else "")
        results.record_run(run, given, version=1, overrides={})
        results.record_state(run, *ENDS[number % 4])
        moment = START + timedelta(hours=number)
        with database.transaction() as connection:
            statement = text("UPDATE media_ai.runs SET created_at = :at WHERE run_id = :id")
            connection.execute(statement, {"at": moment, "id": run.run_id})
    return make_client(database, tmp_path)


def ids(client, **params):
    return [int(item["run_id"][1:]) for item in client.get(T, params=params).json()["tasks"]]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
        ({"workflow": "b"}, [11, 9, 7, 5, 3, 1]),
        ({"status": "Completed"}, [11, 8, 7, 4, 3, 0]),
        ({"status": "Failed"}, [9, 5, 1]),
        ({"status": "Terminated"}, [10, 6, 2]),
        ({"status": "In Progress"}, []),
        ({"owner": "bob"}, [9, 6, 3, 0]),
        ({"q": "task 1"}, [11, 10, 1]),
        ({"q": "VIDEO-7"}, [7]),
        ({"q": "50%"}, [5]),
        ({"q": "_"}, []),
        ({"since": "2026-01-01T10:00:00Z"}, [11, 10]),
        ({"until": "2026-01-01T02:00:00+01:00"}, [0]),
        ({"q": "task", "owner": "ann", "status": "Failed", "workflow": "b"}, [5, 1]),
        ({"workflow": "nothing"}, []),
    ],
)
def test_filters_say_which_tasks_are_listed(client, params, expected):
    """Each filter alone, and together; the newest first."""
    assert ids(client, **params) == expected


def test_pages_have_each_task_once(client, database):
    """Also when tasks begin while somebody turns the pages."""
    seen, cursor = [], None
    while True:
        page = client.get(T, params={"limit": 5} | ({"cursor": cursor} if cursor else {})).json()
        seen += [item["run_id"] for item in page["tasks"]]
        TaskRecords(database).describe(RunKey(dag_id="a", run_id=f"new{len(seen)}"), TaskDetails())
        if not (cursor := page["next_cursor"]):
            break

    assert seen == [f"r{number:02}" for number in range(11, -1, -1)]


@pytest.mark.parametrize("cursor", ["x", "WyJhIl0", "bnVsbA", "W10", "🎬", "WyIyMDI2LTAxLTAxIiwgImEiLCAiYiJd"])
def test_a_cursor_of_somebodys_own_is_refused(client, cursor):
    """With a sentence."""
    answer = client.get(T, params={"cursor": cursor})
    assert (answer.status_code, "next_cursor" in answer.json()["detail"]) == (422, True)


@pytest.mark.parametrize("params", [{"since": "2026-01-01"}, {"status": "success"}, {"limit": "101"}])
def test_a_filter_that_means_nothing_is_refused(client, params):
    """A time without its zone, a word that is no status."""
    assert client.get(T, params=params).status_code == 422


def test_tasks_of_workflows_that_may_not_be_read_are_in_no_list(client, database, tmp_path):
    """Nor can they be read one by one."""
    member = make_client(database, tmp_path, gate=SetGate(hidden={"b"}))

    assert ids(member) == [10, 8, 6, 4, 2, 0]
    assert ids(member, workflow="b") == []
    assert member.get(f"{T}/b/r01").status_code == 403


def test_what_models_used_is_summed_over_the_nodes(client, database):
    """Of each call of each node."""
    run = RunKey(dag_id="a", run_id="r00")
    for number in range(2):
        usage = (Usage(model="m", input_tokens=10, output_tokens=1), Usage(model="m", audio_seconds=1.5))
        stored = StoredResult(
            node_type="t", type_version=1, key="k", outputs={}, usage=usage, seconds=1, finished=datetime.now(UTC)
        )
        ResultRepository(database).record_node(run, f"n{number}", stored, is_reused=False)
    (task,) = client.get(T, params={"q": "r00"}).json()["tasks"]

    assert task["usage"] == {"input_tokens": 20, "output_tokens": 2, "audio_seconds": 3.0}


def test_a_task_needs_airflow_to_be_read(client):
    """Airflow is away: 503 with a time to come back, and nothing is recorded of it."""
    answer = client.get(f"{T}/a/r00")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert ids(client, status="Completed")[-1] == 0
