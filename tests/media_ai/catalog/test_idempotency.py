"""Requests that are done once."""

import threading

import pytest
from sqlalchemy import text

from media_ai.catalog.idempotency import IdempotencyKeys
from media_ai.errors import ConflictError, InputError, StoreError

pytestmark = pytest.mark.postgres


@pytest.fixture
def keys(database) -> IdempotencyKeys:
    return IdempotencyKeys(database)


def test_the_same_request_is_done_once(keys):
    """By owner and key; another request with the key is refused, somebody else's key is another one."""
    done = []

    def work(once):
        done.append(once.token)
        return {"n": len(done)}

    assert keys.run("ann", "k", "digest", work) == ({"n": 1}, False)
    assert keys.run("ann", "k", "digest", work) == ({"n": 1}, True)
    assert keys.run("bob", "k", "digest", work) == ({"n": 2}, False)
    with pytest.raises(ConflictError, match="'k' was used for another request"):
        keys.run("ann", "k", "other", work)
    assert len(done) == 2


def test_requests_at_the_same_time_are_one(keys):
    """The others wait for its answer."""
    done, answers = [], []
    begun = threading.Event()

    def work(once):
        begun.set()
        done.append(threading.Event().wait(0.5))
        return {"n": len(done)}

    threads = [threading.Thread(target=lambda: answers.append(keys.run("ann", "k", "d", work))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == 1
    assert sorted(is_kept for _, is_kept in answers) == [False, True, True, True, True]
    assert {answer["n"] for answer, _ in answers} == {1}


def test_what_was_refused_can_be_mended(keys):
    """A request that could not be used leaves its key free, also for another request."""
    with pytest.raises(InputError):
        keys.run("ann", "k", "d", lambda once: (_ for _ in ()).throw(InputError("no")))

    assert keys.run("ann", "k", "other", lambda once: {"ok": 1}) == ({"ok": 1}, False)


def test_what_may_have_been_done_keeps_its_token(keys, database):
    """After a trouble or a crash the next attempt finds what the first one did, by the same token."""
    tokens = []

    def fail(once):
        tokens.append((once.token, once.began_at))
        raise StoreError("cut")

    with pytest.raises(StoreError):
        keys.run("ann", "k", "d", fail)

    def crash(once):
        tokens.append((once.token, once.began_at))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keys.run("ann", "k", "d", crash)
    with database.transaction() as connection:
        connection.execute(text("UPDATE media_ai.idempotency_keys SET busy_until = now() - interval '1 second'"))

    def succeed(once):
        tokens.append((once.token, once.began_at))
        return {}

    assert keys.run("ann", "k", "d", succeed) == ({}, False)
    assert len(set(tokens)) == 1


def test_answers_are_kept_for_a_day(keys, database):
    """Then the key is free, and the upkeep removes what is left."""
    keys.run("ann", "k", "d", lambda once: {"n": 1})
    keys.run("ann", "young", "d", lambda once: {})
    with database.transaction() as connection:
        connection.execute(
            text("UPDATE media_ai.idempotency_keys SET created_at = now() - interval '25 hours' WHERE key = 'k'")
        )
    assert keys.run("ann", "k", "other", lambda once: {"n": 2}) == ({"n": 2}, False)
    with database.transaction() as connection:
        connection.execute(
            text("UPDATE media_ai.idempotency_keys SET created_at = now() - interval '25 hours' WHERE key = 'k'")
        )
    assert keys.forget() == 1
