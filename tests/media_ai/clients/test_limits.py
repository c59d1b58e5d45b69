"""Turns at a service."""

import threading
import time

import pytest

from media_ai.catalog.rate_limits import CatalogLimits
from media_ai.clients.limits import ProcessLimits, wait_for_turn
from media_ai.errors import StoppedError


@pytest.fixture(params=["process", "catalog"])
def limits(request):
    """Limits of this process, and those that all processes share."""
    if request.param == "process":
        return ProcessLimits()
    return CatalogLimits(request.getfixturevalue("database"))


def test_turns_come_one_interval_apart(limits):
    """The first comes at once, each other one later; another key is not held up."""
    assert limits.reserve("a", interval_s=10) == pytest.approx(0, abs=0.05)
    assert limits.reserve("a", interval_s=10) == pytest.approx(10, abs=0.5)
    assert limits.reserve("a", interval_s=10) == pytest.approx(20, abs=0.5)
    assert limits.reserve("b", interval_s=10) == pytest.approx(0, abs=0.05)


def test_what_was_not_used_is_saved_up_to_the_burst(limits):
    """With a burst of three intervals, four turns come at once after a rest."""
    waits = [limits.reserve("a", interval_s=10, burst_s=30) for _ in range(5)]
    assert waits[:4] == pytest.approx([0] * 4, abs=0.5)
    assert waits[4] == pytest.approx(10, abs=0.5)


def test_all_who_share_them_keep_the_limit_together(database):
    """Eight at once, each with a connection of its own, take forty turns of 50 a second in no less than 0.78 s."""
    moments = []

    def work():
        own = CatalogLimits(database)
        for _ in range(5):
            wait_for_turn(own, "shared", per_second=50)
            moments.append(time.monotonic())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(moments) == 40
    assert max(moments) - min(moments) >= 39 / 50 - 0.06


def test_a_stop_is_noticed_while_a_turn_is_waited_for():
    """A turn that is a minute away holds nobody who was told to end."""
    limits = ProcessLimits()
    limits.reserve("a", interval_s=60)

    def stop():
        raise StoppedError("told to end")

    with pytest.raises(StoppedError):
        wait_for_turn(limits, "a", per_second=1 / 60, check_stopped=stop)


def test_no_limit_is_no_wait():
    """0 calls a second means that nothing is limited."""
    limits = ProcessLimits()
    for _ in range(100):
        wait_for_turn(limits, "a", per_second=0)
    assert limits.reserve("a", interval_s=1) == 0
