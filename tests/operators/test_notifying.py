"""What wakes the deliverer."""

import asyncio

import pytest

from media_ai.catalog.deliveries import Deliveries
from operators import notifying
from operators.notifying import OutboxTrigger
from tests.media_ai.catalog.test_outbox import tell
from tests.media_ai.notifications.test_delivering import happen

pytestmark = [pytest.mark.postgres, pytest.mark.airflow]


@pytest.fixture
def events(database, monkeypatch):
    """Return what the trigger yields in some seconds while something is done meanwhile."""
    url = database.engine.url.render_as_string(hide_password=False).replace("+psycopg2", "")
    monkeypatch.setenv("MEDIA_AI_DATABASE_URL", url)
    monkeypatch.setattr(notifying, "POLL_S", 0.05)
    monkeypatch.setattr(notifying, "_PAUSE_S", 0.2)

    async def collect(seconds, *work):
        found = []

        async def read():
            async for event in OutboxTrigger().run():
                found.append(event)

        task = asyncio.create_task(read())
        for each in work:
            await asyncio.sleep(seconds / (len(work) + 1))
            await asyncio.to_thread(each)
        await asyncio.sleep(seconds / (len(work) + 1))
        task.cancel()
        return len(found)

    return lambda seconds, *work: asyncio.run(collect(seconds, *work))


def test_it_speaks_once_of_what_is_due(database, events):
    """Not of an empty outbox, and not again and again of the same."""
    tell(database)
    assert events(0.5) == 0
    assert events(1.5, lambda: happen(database)) == 1


def test_it_speaks_of_what_comes_right_after_what_was_taken(database, events):
    """Though something was due at each look."""
    tell(database)

    def take_and_add():
        Deliveries(database).claim()
        happen(database, "2")

    assert events(2.0, lambda: happen(database, "1"), take_and_add) == 2


def test_it_speaks_of_each_try(database, events):
    """Of the same delivery."""
    tell(database)
    deliveries = Deliveries(database)

    def try_in_vain():
        deliveries.put_off(deliveries.claim(), 0, status_code=500, reason="no")

    assert events(2.0, lambda: happen(database), try_in_vain) == 2


def test_it_outlives_a_catalog_that_does_not_answer(database, events, monkeypatch):
    """It asks again."""
    tell(database)
    monkeypatch.setenv("MEDIA_AI_DATABASE_URL", "postgresql://a:b@127.0.0.1:9/none")
    assert events(0.5) == 0


def test_it_says_again_what_nobody_takes_up(database, events, monkeypatch):
    """After a while: an event may get lost."""
    monkeypatch.setattr(notifying, "AGAIN_S", 0.5)
    tell(database)
    happen(database)
    assert 2 <= events(1.8) <= 4
