"""Steps that must not be done twice."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from media_ai.errors import ErrorKind, ServiceError
from media_ai.store.file_store import FileStore
from media_ai.store.steps import LEASE_S, Steps


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def steps(folder: Path, clock: Clock) -> Steps:
    return Steps(FileStore(folder), "node/ab/abcd", clock=clock, sleep=clock.sleep)


def failing(kind: ErrorKind):
    def do():
        raise ServiceError("refused", service="test", code="Test", kind=kind)

    return do


def never():
    raise AssertionError("done twice")


def test_a_second_try_gets_the_outcome_of_the_first(tmp_path, clock):
    """What one try did, another process finds done."""
    assert steps(tmp_path, clock).once("submit", lambda: {"id": "7"}) == {"id": "7"}
    assert steps(tmp_path, clock).once("submit", never) == {"id": "7"}
    assert steps(tmp_path, clock).outcome("submit") == {"id": "7"}


def test_a_refused_step_is_done_again_at_once(tmp_path, clock):
    """After an error that says no, nobody waits and nobody asks whether it was done."""
    with pytest.raises(ServiceError):
        steps(tmp_path, clock).once("submit", failing(ErrorKind.THROTTLED), recover=lambda since: never())
    begun = clock.now
    assert steps(tmp_path, clock).once("submit", lambda: {"id": "8"}, recover=lambda since: never()) == {"id": "8"}
    assert clock.now == begun


def test_after_a_lost_answer_the_service_is_asked_first(tmp_path, clock):
    """A step whose outcome is in doubt is recovered, from the time when it was first begun."""
    with pytest.raises(ServiceError):
        steps(tmp_path, clock).once("submit", failing(ErrorKind.TRANSIENT))
    clock.now += 5
    asked = []

    def recover(since: datetime) -> dict[str, str]:
        asked.append(since)
        return {"id": "9"}

    assert steps(tmp_path, clock).once("submit", never, recover=recover) == {"id": "9"}
    assert asked == [datetime.fromtimestamp(1_000, UTC)]


def test_what_was_not_done_after_all_is_done(tmp_path, clock):
    """Where the service knows of nothing, the step is done, and a later doubt still looks back to the first try."""
    with pytest.raises(ServiceError):
        steps(tmp_path, clock).once("submit", failing(ErrorKind.TRANSIENT))
    clock.now += 60
    with pytest.raises(ServiceError):
        steps(tmp_path, clock).once("submit", failing(ErrorKind.TRANSIENT), recover=lambda since: None)
    clock.now += 60
    seen: list[datetime] = []
    done = steps(tmp_path, clock).once("submit", lambda: {"id": "10"}, recover=seen.append)
    assert done == {"id": "10"}
    assert seen == [datetime.fromtimestamp(1_000, UTC)]


def test_a_killed_try_is_waited_for_and_then_recovered(tmp_path, clock):
    """A step without an outcome may still be going on in another process; after the lease it was interrupted."""

    class Killed(BaseException):
        pass

    def die():
        raise Killed

    with pytest.raises(Killed):
        steps(tmp_path, clock).once("submit", die)
    assert steps(tmp_path, clock).once("submit", never, recover=lambda since: {"id": "11"}) == {"id": "11"}
    assert LEASE_S < clock.now - 1_000 < LEASE_S + 2


def test_of_two_at_once_one_waits_for_the_other(tmp_path, clock):
    """A step that another process is at is not begun a second time."""
    first = steps(tmp_path, clock)
    outcome = []

    def second_try_meanwhile():
        waiting = Clock()
        waiting.now = clock.now

        def sleep(seconds: float) -> None:
            waiting.now += seconds
            if waiting.now > 1_003 and not outcome:
                first.forget("submit")
                first.once("submit", lambda: {"id": "12"})
                outcome.append(True)

        other = Steps(FileStore(tmp_path), "node/ab/abcd", clock=waiting, sleep=sleep)
        return other.once("submit", never)

    assert first.once("submit", second_try_meanwhile) == {"id": "12"}


def test_a_forgotten_step_is_done_again(tmp_path, clock):
    """What failed for good can be submitted anew."""
    steps(tmp_path, clock).once("submit", lambda: {"id": "1"})
    steps(tmp_path, clock).forget("submit")
    assert steps(tmp_path, clock).once("submit", lambda: {"id": "2"}) == {"id": "2"}
