"""Tasks of one cause, restarted step by step."""

from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest

from media_ai.catalog.failures import Failures
from media_ai.catalog.results import ResultRepository
from media_ai.errors import ErrorKind, ServiceError
from media_ai.failures import cause_of
from media_ai.tasks.ramp import Ramp, Step
from operators.ramp import step_of
from tests.media_ai.catalog.test_failures import BROKEN, fail, failed_node  # noqa: F401

pytestmark = pytest.mark.postgres


@pytest.fixture
def world(database, fail):  # noqa: F811
    """Nine tasks that failed for one cause, and a ramp over them."""
    runs = [fail(f"r{number}") for number in range(9)]
    restarted = []
    ramp = Ramp(database, cause_of(BROKEN).id, restarted.append)
    return runs, restarted, ramp


def first(size=2):
    return Step(size=size, begun=datetime.now(UTC).isoformat())


def succeed(database, runs):
    for run in runs:
        Failures(database).passed(run, "frames")
        ResultRepository(database).record_state(run, "success")


def test_each_step_is_twice_as_large_until_none_is_left(database, world):
    """Every task is restarted once, and nobody else's."""
    runs, restarted, ramp = world
    step, sizes = first(), []
    while (step := ramp.go(step, by="eve")).last:
        sizes.append(len(step.last))
        assert not ramp.is_settled(step)
        succeed(database, restarted[-len(step.last) :])
        assert ramp.is_settled(step)
        step, is_well = ramp.judged(step_of(asdict(step)))
        assert is_well

    assert sizes == [2, 4, 3]
    assert sorted(run.run_id for run in restarted) == sorted(run.run_id for run in runs)
    assert (step.restarted, step.failed_again, ramp.left()) == (9, 0, 0)


def test_it_stops_when_most_fail_again_for_the_same_cause(database, world):
    """Those that were not tried stay as they are; another cause is progress."""
    _, restarted, ramp = world
    step = ramp.go(first(), by="eve")
    for run, error in zip(restarted, (BROKEN, BROKEN), strict=True):
        Failures(database).record(failed_node(run, error), 2)
        ResultRepository(database).record_state(run, "failed", "task_failure")
    assert ramp.is_settled(step)
    assert ramp.judged(step) == (replace(step, failed_again=2), False)
    assert ramp.left() == 9

    other = ServiceError("Another.", service="oss", code="1", kind=ErrorKind.AUTH)
    Failures(database).record(failed_node(restarted[0], other), 3)
    assert ramp.judged(step) == (replace(step, failed_again=1), True)


def test_what_failed_again_in_this_ramp_is_not_tried_again(database, world):
    """Nor what is in quarantine."""
    runs, restarted, ramp = world
    Failures(database).run_failed(runs[3], most=1)
    step = ramp.go(first(), by="eve")
    for run in restarted:
        Failures(database).record(failed_node(run, BROKEN), 2)
        ResultRepository(database).record_state(run, "failed", "task_failure")
    rest = ramp.go(replace(step, size=64), by="eve")

    assert len(rest.last) == 6
    assert not set(rest.last) & set(step.last)
    assert ("w", "r3") not in rest.last


def test_a_restart_that_airflow_refuses_leaves_the_record_as_it_was(database, world):
    """The next try of the operator finds it again."""
    runs, _, _ = world

    def refuse(run):
        raise ServiceError("Not now.", service="airflow", code="503", kind=ErrorKind.TRANSIENT)

    with pytest.raises(ServiceError):
        Ramp(database, cause_of(BROKEN).id, refuse).go(first(), by="eve")
    assert Failures(database).groups()[0].tasks == len(runs)
