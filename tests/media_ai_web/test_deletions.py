"""Deletions and quality over the API, behind the gate."""

import pytest

from media_ai.catalog.deletions import Deletions
from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.catalog.review_marks import ReviewMarks
from media_ai.model.run import RunInput
from media_ai_web.permissions import Permission
from tests.web import API, SetGate, make_client

pytestmark = pytest.mark.postgres


@pytest.fixture
def task(database):
    def make(run_id, *, dag_id="w", state="success"):
        run = RunKey(dag_id=dag_id, run_id=run_id)
        results = ResultRepository(database)
        results.record_run(run, RunInput(video="/a.mp4", video_id="v"), version=1, overrides={})
        if state:
            results.record_state(run, state)
        return run

    return make


def test_only_those_who_may_delete_do(database, tmp_path, task):
    """Others get 403, and nothing is recorded; nobody's call is 401, an unknown task 404, one In Progress 409."""
    task("r")
    task("open", state=None)
    may_not = make_client(database, tmp_path, gate=SetGate(allowed=set(Permission) - {Permission.DELETE_TASKS}))
    client = make_client(database, tmp_path)

    assert may_not.delete(f"{API}/tasks/w/r").status_code == 403
    assert may_not.delete(f"{API}/videos/v").status_code == 403
    assert make_client(database, tmp_path, user="").delete(f"{API}/tasks/w/r").status_code == 401
    assert client.delete(f"{API}/tasks/w/x").status_code == 404
    assert client.delete(f"{API}/tasks/w/open").status_code == 409
    assert client.delete(f"{API}/videos/x").status_code == 404
    assert client.get(f"{API}/deletions").json() == []


def test_a_deletion_that_airflow_interrupts_can_be_read_and_gone_on_with(database, tmp_path, task):
    """Here Airflow does not answer: 503, and the record says what is left."""
    task("r")
    client = make_client(database, tmp_path)
    assert client.delete(f"{API}/tasks/w/r", params={"reason": "asked"}).status_code == 503
    (record,) = client.get(f"{API}/deletions").json()

    assert (record["state"], record["reason"], record["requested_by"]) == ("begun", "asked", "eve")
    assert {"airflow", "rows"} <= set(record["left"]) and "services" in record["proof"]
    assert client.get(f"{API}/deletions/{record['id']}").json() == record
    assert client.delete(f"{API}/tasks/w/r").status_code == 503
    assert len(client.get(f"{API}/deletions").json()) == 1


def test_records_of_hidden_workflows_are_not_told(database, tmp_path, task):
    """Also by their id, and when no task of the workflow is left."""
    run = task("r", dag_id="hidden")
    found = Deletions(database).begin(run, {"rows": True}, by="a", reason="", with_services=False)
    Deletions(database).remove_rows(found)
    hidden, client = make_client(database, tmp_path, gate=SetGate(hidden={"hidden"})), make_client(database, tmp_path)

    assert hidden.get(f"{API}/deletions").json() == []
    assert hidden.get(f"{API}/deletions/{found.id}").status_code == 404
    assert client.get(f"{API}/deletions/{found.id}").json()["proof"]["rows"]["left"] == 0
    assert client.get(f"{API}/deletions/no").status_code == 422


def test_tasks_that_need_review_are_listed_until_somebody_has_looked(database, tmp_path, task):
    """The same reasons do not bring the mark back; others do. The list of tasks has the flag. Hidden workflows are not told."""
    run, marks = task("r"), ReviewMarks(database)
    marks.judge(run, "check", ["frames, coverage: a gap\0"])
    marks.judge(task("s", dag_id="hidden"), "", ["x"])
    client = make_client(database, tmp_path, gate=SetGate(hidden={"hidden"}))

    def waiting():
        return [(item["run_id"], item["reasons"]) for item in client.get(f"{API}/quality").json()["needs_review"]]

    def flagged():
        return [item["run_id"] for item in client.get(f"{API}/tasks").json()["tasks"] if item["needs_review"]]

    assert waiting() == [("r", ["frames, coverage: a gap"])] and flagged() == ["r"]
    assert marks.reasons(run) == ["frames, coverage: a gap"]
    reviewed = [client.post(f"{API}/tasks/w/r/reviewed").status_code for _ in range(2)]
    assert reviewed == [204, 404]
    marks.judge(run, "check", ["frames, coverage: a gap\0"])
    assert waiting() == [] and not marks.needs_review(run) and flagged() == [] and marks.reasons(run) == []
    marks.judge(run, "check", ["another"])
    assert waiting() == [("r", ["another"])] and marks.needs_review(run)
    marks.judge(run, "check", [])
    assert waiting() == []
    marks.judge(RunKey(dag_id="w", run_id="unknown"), "check", ["x"])
    assert waiting() == []
