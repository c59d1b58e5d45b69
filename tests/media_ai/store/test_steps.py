"""Steps that must not be done twice."""

import contextlib
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from media_ai.errors import ErrorKind, ServiceError
from media_ai.store import steps as steps_module
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


def never(*_):
    raise AssertionError("done twice")


class Killed(BaseException):
    """The process ends here."""


def die(*_):
    raise Killed


def at(second: float) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def test_a_second_try_gets_the_outcome_of_the_first(tmp_path, clock):
    """What one try did, another process finds done."""
    assert steps(tmp_path, clock).once("submit", lambda: {"id": "7"}) == {"id": "7"}
    assert steps(tmp_path, clock).once("submit", never) == {"id": "7"}
    assert steps(tmp_path, clock).outcome("submit") == {"id": "7"}


def test_a_refused_step_is_done_again_at_once(tmp_path, clock):
    """After an error that says no, nobody waits and nobody asks whether it was done."""
    with pytest.raises(ServiceError):
        steps(tmp_path, clock).once("submit", failing(ErrorKind.THROTTLED), recover=never)
    begun = clock.now
    assert steps(tmp_path, clock).once("submit", lambda: {"id": "8"}, recover=never) == {"id": "8"}
    assert clock.now == begun


def test_after_a_lost_answer_the_service_is_asked_first(tmp_path, clock):
    """A step whose outcome is in doubt is recovered, from the time when that try began."""
    with pytest.raises(ServiceError):
        steps(tmp_path, clock).once("submit", failing(ErrorKind.TRANSIENT))
    clock.now += 5
    asked = []

    def recover(since: datetime) -> dict[str, str]:
        asked.append(since)
        return {"id": "9"}

    assert steps(tmp_path, clock).once("submit", never, recover=recover) == {"id": "9"}
    assert asked == [at(1_000)]


def test_every_try_in_doubt_is_asked_for(tmp_path, clock):
    """Where the service knows of nothing the step is done; later doubts still look back to each of the earlier tries."""
    with pytest.raises(ServiceError):
        steps(tmp_path, clock).once("submit", failing(ErrorKind.TRANSIENT))
    clock.now += 60
    with pytest.raises(ServiceError):
        steps(tmp_path, clock).once("submit", failing(ErrorKind.TRANSIENT), recover=lambda since: None)
    clock.now += 60
    with pytest.raises(ServiceError):
        steps(tmp_path, clock).once("submit", failing(ErrorKind.QUOTA), recover=lambda since: None)
    seen: list[datetime] = []
    assert steps(tmp_path, clock).once("submit", lambda: {"id": "10"}, recover=seen.append) == {"id": "10"}
    assert seen == [at(1_000), at(1_060)]


def test_an_outcome_without_content_is_one(tmp_path, clock):
    """What was recovered counts, however little it says."""
    with pytest.raises(ServiceError):
        steps(tmp_path, clock).once("submit", failing(ErrorKind.TRANSIENT))
    assert steps(tmp_path, clock).once("submit", never, recover=lambda since: {}) == {}
    assert steps(tmp_path, clock).once("submit", never, recover=never) == {}


def test_a_recovery_that_fails_holds_nobody_up(tmp_path, clock):
    """The next try asks again at once, for the try that was in doubt in the first place."""
    with pytest.raises(ServiceError):
        steps(tmp_path, clock).once("submit", failing(ErrorKind.TRANSIENT))
    with pytest.raises(ServiceError):
        steps(tmp_path, clock).once("submit", never, recover=lambda since: failing(ErrorKind.TRANSIENT)())
    begun = clock.now
    assert steps(tmp_path, clock).once("submit", never, recover=lambda since: {"id": "1"}) == {"id": "1"}
    assert clock.now == begun


def test_a_killed_try_is_waited_for_and_then_recovered(tmp_path, clock):
    """A step without an outcome may still be going on in another process; after the lease it was interrupted."""
    with pytest.raises(Killed):
        steps(tmp_path, clock).once("submit", die)
    assert steps(tmp_path, clock).once("submit", never, recover=lambda since: {"id": "11"}) == {"id": "11"}
    assert LEASE_S < clock.now - 1_000 < LEASE_S + 2


def test_a_try_that_is_killed_after_a_refusal_is_recovered(tmp_path, clock):
    """What came before a try does not matter: each leaves a note of its own."""
    with pytest.raises(ServiceError):
        steps(tmp_path, clock).once("submit", failing(ErrorKind.THROTTLED))
    clock.now += 1
    with pytest.raises(Killed):
        steps(tmp_path, clock).once("submit", die)
    asked: list[datetime] = []
    steps(tmp_path, clock).once("submit", lambda: {"id": "1"}, recover=asked.append)
    assert asked == [at(1_001)]


@pytest.mark.parametrize("before", [None, ErrorKind.THROTTLED, ErrorKind.TRANSIENT])
def test_of_many_at_once_one_does_it(tmp_path, before):
    """Whatever an earlier try left, eight processes at once do the step once, and all have its outcome."""
    if before:
        with pytest.raises(ServiceError):
            Steps(FileStore(tmp_path), "w").once("submit", failing(before))
    done, outcomes = [], []

    def do() -> dict[str, int]:
        done.append(1)
        time.sleep(0.2)
        return {"id": len(done)}

    def work() -> None:
        outcomes.append(Steps(FileStore(tmp_path), "w").once("submit", do, recover=lambda since: None))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    assert outcomes == [{"id": 1}] * 8


def test_a_refusal_lets_one_of_those_who_wait_try(tmp_path):
    """The first is refused while others wait: one of them is next, not all."""
    done: list[int] = []

    def do() -> dict[str, int]:
        done.append(1)
        time.sleep(0.3)
        if len(done) == 1:
            failing(ErrorKind.THROTTLED)()
        return {"id": len(done)}

    def work() -> None:
        with contextlib.suppress(ServiceError):
            Steps(FileStore(tmp_path), "w").once("submit", do)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 2


def test_a_step_that_takes_long_is_not_taken_for_left(tmp_path, monkeypatch):
    """Whoever waits long for its turn at the service writes on its note meanwhile."""
    monkeypatch.setattr(steps_module, "LEASE_S", 0.6)
    monkeypatch.setattr(steps_module, "_BEAT_S", 0.1)
    first = threading.Thread(
        target=lambda: Steps(FileStore(tmp_path), "w").once("s", lambda: time.sleep(2) or {"id": 1})
    )
    first.start()
    time.sleep(0.2)
    assert Steps(FileStore(tmp_path), "w").once("s", never, recover=never) == {"id": 1}
    first.join()


def test_a_forgotten_step_is_done_again(tmp_path, clock):
    """What failed for good can be submitted anew; a newer outcome of somebody else stays."""
    steps(tmp_path, clock).once("submit", lambda: {"id": "1"})
    steps(tmp_path, clock).forget("submit", {"id": "1"})
    assert steps(tmp_path, clock).once("submit", lambda: {"id": "2"}, recover=never) == {"id": "2"}
    steps(tmp_path, clock).forget("submit", {"id": "1"})
    assert steps(tmp_path, clock).once("submit", never) == {"id": "2"}


def test_what_nobody_knows_can_be_forgotten_too(tmp_path, clock):
    """A person has looked: the tries in doubt count as not done."""
    with pytest.raises(ServiceError):
        steps(tmp_path, clock).once("submit", failing(ErrorKind.TRANSIENT))
    steps(tmp_path, clock).forget("submit")
    assert steps(tmp_path, clock).once("submit", lambda: {"id": "3"}, recover=never) == {"id": "3"}


def test_what_is_kept_is_dropped_when_the_work_is_done(tmp_path, clock):
    """Answers that only spared time go; what was caused elsewhere stays noted."""
    mine = steps(tmp_path, clock)
    mine.once("submit", lambda: {"id": "1"})
    assert mine.keep("asked/1", lambda: {"a": 1}) == mine.keep("asked/1", never) == {"a": 1}
    mine.drop_all()
    assert mine.keep("asked/1", lambda: {"a": 2}) == {"a": 2}
    assert mine.once("submit", never) == {"id": "1"}
