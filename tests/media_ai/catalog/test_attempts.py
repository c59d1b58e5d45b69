"""How often somebody may try."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from media_ai.catalog.attempts import Allowance, Attempts

pytestmark = pytest.mark.postgres
SLOW = Allowance(burst=3, interval_s=60)


@pytest.fixture
def attempts(database) -> Attempts:
    return Attempts(database)


def test_a_burst_then_one_at_a_time(attempts):
    """Refusals say how long to wait; another account is another count."""
    assert [attempts.take("zoe", SLOW) for _ in range(3)] == [0, 0, 0]
    assert 55 <= attempts.take("zoe", SLOW) <= 60
    assert attempts.take("bob", SLOW) == 0


def test_who_goes_on_trying_is_not_shut_out(attempts):
    """A refused try moves nothing: the wait gets shorter."""
    quick = Allowance(burst=1, interval_s=1)
    assert attempts.take("zoe", quick) == 0
    end = time.monotonic() + 5
    tries = 0
    while attempts.take("zoe", quick):
        tries += 1
        assert time.monotonic() < end
    assert tries > 3


def test_right_tries_do_not_count(attempts):
    """Somebody who signs in a hundred times is never refused."""
    for _ in range(20):
        assert attempts.take("zoe", SLOW) == 0
        attempts.give_back("zoe", SLOW)


def test_many_at_once_get_the_burst_and_no_more(attempts):
    """Whatever process or thread they come from."""
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: attempts.take("zoe", SLOW), range(24)))
    assert waits.count(0) == 3


def test_what_was_tried_is_any_text(attempts, database):
    """Odd and long texts are counted; none is kept in the clear."""
    for what in ["", "x" * 100_000, "\0", "\ud800", "'; DROP TABLE x"]:
        assert attempts.take(what, SLOW) == 0
    assert attempts.forget_old() == 0
