"""Failures as causes, and quarantine, over a real catalog."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from media_ai.catalog.failures import FailedNode, Failures
from media_ai.catalog.results import MARKED_FAILED, ResultRepository, RunKey
from media_ai.errors import ErrorKind, MediaError, NotFoundError, ServiceError
from media_ai.failures import KILLED, cause_of
from media_ai.model.run import RunInput

pytestmark = pytest.mark.postgres

BROKEN = MediaError("'/a/b.mp4' is not a readable video.")
REFUSED = ServiceError("The key is wrong.", service="oss", code="403", kind=ErrorKind.AUTH)


@pytest.fixture
def fail(database):
    """Have a run fail at a node."""
    results, failures = ResultRepository(database), Failures(database)

    def failed(name, error=BROKEN, *, node="frames", state="failed", msg="task_failure", dag_id="w", tries=1):
        run = RunKey(dag_id=dag_id, run_id=name)
        results.record_run(run, RunInput(video=f"/{name}.mp4"), version=1, overrides={})
        if error is not None:
            failures.record(failed_node(run, error, node), tries)
        results.record_state(run, state, msg)
        return run

    return failed


def failed_node(run, error, node="frames"):
    cause = cause_of(error)
    return FailedNode(
        run=run, node_id=node, node_type="extract_frames", cause_id=cause.id, kind=cause.kind, service=cause.service,
        code=cause.code, title=cause.title, message=str(error),
    )  # fmt: skip


def test_many_failures_are_few_causes(fail, database):
    """The largest first; those that go on, were stopped or succeeded are none."""
    for number in range(7):
        fail(f"broken{number}")
    for number in range(3):
        fail(f"refused{number}", REFUSED, node="upload", dag_id="x")
    fail("going on", state="running")
    fail("stopped", msg=MARKED_FAILED)
    first, second = Failures(database).groups()

    assert (first.tasks, first.workflows, first.nodes, first.kind) == (7, ("w",), ("frames",), "invalid")
    assert (second.tasks, second.workflows, second.service, second.code) == (3, ("x",), "oss", "403")
    assert second.message == "The key is wrong."
    assert [group.tasks for group in Failures(database).groups(workflows=["x"])] == [3]
    assert Failures(database).groups(workflows=[]) == []


def test_a_task_counts_once_by_its_last_failure(fail, database):
    """Though two of its nodes failed; one that has succeeded since is not counted."""
    run = fail("r")
    Failures(database).record(failed_node(run, REFUSED, "upload"), 2)
    assert [group.kind for group in Failures(database).groups()] == ["auth"]
    Failures(database).passed(run, "upload")
    assert [group.kind for group in Failures(database).groups()] == ["invalid"]


def test_the_tasks_of_a_cause_come_in_pages(fail, database):
    """The newest first, each once."""
    for number in range(5):
        fail(f"r{number}")
    failures, cause_id = Failures(database), cause_of(BROKEN).id
    page = failures.tasks(cause_id, limit=3)
    last = page[-1]
    rest = failures.tasks(cause_id, after=(last["failed_at"], last["dag_id"], last["run_id"]), limit=3)

    assert [row["run_id"] for row in (*page, *rest)] == ["r4", "r3", "r2", "r1", "r0"]
    with pytest.raises(NotFoundError):
        failures.group("0" * 12)


def test_too_many_failures_lead_to_quarantine_and_out_of_it(fail, database):
    """Counted by run; a release forgets them."""
    failures = Failures(database)
    run = fail("r")
    for expected in (False, False, True):
        assert failures.is_quarantined(run) is False
        failures.run_failed(run, most=3)
        assert failures.is_quarantined(run) is expected
    assert failures.groups()[0].quarantined == 1
    failures.release(run, by="eve")
    assert failures.is_quarantined(run) is False
    with pytest.raises(NotFoundError, match="not in quarantine"):
        failures.release(run, by="eve")
    failures.run_failed(run, most=3)
    assert failures.is_quarantined(run) is False


def test_failures_that_are_counted_at_once_are_all_counted(fail, database):
    """By several schedulers."""
    run = fail("r")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: Failures(database).run_failed(run, most=8), range(8)))
    assert Failures(database).is_quarantined(run)


def test_a_run_whose_nodes_said_nothing_was_killed(fail, database):
    """What a node has said stays."""
    failures = Failures(database)
    silent, loud = fail("silent", None), fail("loud")
    for run in (silent, loud):
        killed = FailedNode(
            run=run, node_id="", node_type="", cause_id=KILLED.id, kind="killed", title=KILLED.title, message=""
        )
        failures.run_failed(run, most=3, otherwise=killed)
    assert {group.kind: group.tasks for group in failures.groups()} == {"killed": 1, "invalid": 1}


def test_odd_texts_are_kept(fail, database):
    """Zero characters and halves of characters cannot be stored; the rest is."""
    run = fail("r", None)
    Failures(database).record(failed_node(run, MediaError("a\0b\ud800" + "x" * 9000)), 1)
    row = Failures(database).last(run)
    assert row["message"].startswith("ab?xx")
    assert len(row["message"]) == 4000
