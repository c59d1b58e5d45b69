"""Empties the outbox: each delivery is claimed, tried, and settled or put off."""

import logging
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from media_ai.catalog.database import Database
from media_ai.catalog.deliveries import Deliveries
from media_ai.model.notifications import Delivery
from media_ai.notifications.sending import Outcome, Sender

log = logging.getLogger(__name__)

MOST_TRIES = 20
"""With the pauses between them some 9 hours."""
_LONGEST_PAUSE_S = 3600.0
_THREADS = 8
_NAP_S = 0.2


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What a deliverer has done."""

    delivered: int = 0
    put_off: int = 0
    given_up: int = 0

    def __add__(self, other: "Delivered") -> "Delivered":
        return Delivered(
            delivered=self.delivered + other.delivered,
            put_off=self.put_off + other.put_off,
            given_up=self.given_up + other.given_up,
        )


def deliver(database: Database, sender: Sender, *, longest_s: float = 60.0) -> Delivered:
    """
    Deliver what is due, until nothing is or the time is over.

    What a deliverer that was killed had claimed is tried again by another one: a receiver may get a message twice, with one id.
    """
    until = time.monotonic() + longest_s
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="notify") as pool:
        done = list(pool.map(lambda _: _work(Deliveries(database), sender, until), range(_THREADS)))
    return sum(done, Delivered())


def pause_s(tries: int, asked_s: float) -> float:
    """Return how long to wait after some tries: twice as long each time, by chance a little less, or what was asked for."""
    longest = min(_LONGEST_PAUSE_S, 2.0**tries)
    return max(asked_s, longest * random.uniform(0.5, 1.0))  # noqa: S311  # spreads load, hides nothing


def _work(deliveries: Deliveries, sender: Sender, until: float) -> Delivered:
    done = Delivered()
    while time.monotonic() < until:
        delivery = deliveries.claim()
        if delivery is None:
            if not deliveries.is_any_due():
                break
            # Those that are due are of endpoints with enough under way.
            time.sleep(_NAP_S)
            continue
        done += _try(deliveries, sender, delivery)
    return done


def _sent(sender: Sender, delivery: Delivery) -> Outcome:
    try:
        return sender.send(delivery)
    except Exception as exc:
        # An error of ours in one delivery must not stop all others: a secret, say, that another key has encrypted.
        log.exception("Delivery %s could not be tried", delivery.id)
        return Outcome(reason=f"It could not be tried ({type(exc).__name__}); the log of the delivering task says why.")


def _try(deliveries: Deliveries, sender: Sender, delivery: Delivery) -> Delivered:
    outcome = _sent(sender, delivery)
    seen = {"status_code": outcome.status_code}
    if outcome.is_delivered:
        deliveries.delivered(delivery, **seen)
        return Delivered(delivered=1)
    log.warning("Delivery %s did not arrive at try %d: %s", delivery.id, delivery.tries, outcome.reason)
    if outcome.is_final or delivery.tries >= MOST_TRIES:
        deliveries.given_up(delivery, reason=outcome.reason, **seen)
        return Delivered(given_up=1)
    deliveries.put_off(delivery, pause_s(delivery.tries, outcome.pause_s), reason=outcome.reason, **seen)
    return Delivered(put_off=1)
