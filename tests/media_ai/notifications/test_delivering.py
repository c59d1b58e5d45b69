"""Deliveries over a real catalog to a real web server: signed, tried again, given up, never twice without need."""

import ipaddress
import multiprocessing
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from media_ai.catalog.database import Database
from media_ai.catalog.deliveries import Deliveries
from media_ai.catalog.member_keys import Cipher
from media_ai.catalog.outbox import announce
from media_ai.catalog.receivers import Receivers
from media_ai.clients.webhooks import new_secret
from media_ai.errors import ErrorKind, ServiceError
from media_ai.model.notifications import CHOICES, Event, Happening
from media_ai.notifications import delivering
from media_ai.notifications.delivering import MOST_TRIES, deliver, pause_s
from media_ai.notifications.sending import Sender
from tests.receiver import Receiver

pytestmark = pytest.mark.postgres

# Other processes decrypt it too.
CIPHER = Cipher(encrypt=lambda text: f"sealed {text}", decrypt=lambda text: text.removeprefix("sealed "))
HERE = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture(autouse=True)
def _minutes(monkeypatch):
    """Pauses are minutes, not seconds: nothing comes due by itself while a test is slow."""
    monkeypatch.setattr(delivering, "pause_s", lambda tries, asked_s: max(asked_s, 60 * pause_s(tries, 0)))


class Mails:
    """Takes mails, or refuses them."""

    def __init__(self, *, there: bool = True, trouble: Exception | None = None) -> None:
        self.sent, self.there, self.trouble = [], there, trouble

    def send(self, mail):
        if self.trouble:
            raise self.trouble
        if self.there:
            self.sent.append(mail)
        return self.there


def make_sender(database, mailer=None, networks=HERE):
    return Sender(database, cipher=CIPHER, mailer=mailer or Mails(), networks=networks, base="https://media.example")


def endpoint(database, target, *, kind="webhook", name="ops", events=CHOICES, **rule):
    secret = new_secret()
    receivers = Receivers(database)
    given = {
        "language": None,
        "timezone": None,
        "by": "eve",
        **{k: rule.pop(k) for k in ("language", "timezone") if k in rule},
    }
    made = receivers.add(name=name, kind=kind, target=target, secret=CIPHER.encrypt(secret), **given)
    receivers.set_rule(made.id, events, by="eve", **rule)
    return made, secret


def happen(database, identity="1", event=Event.FAILED, **more):
    with database.transaction() as connection:
        return announce(connection, Happening(event=event, identity=identity, dag_id="w", run_id="r", **more))


def make_due(database):
    with database.transaction() as connection:
        connection.execute(text("UPDATE media_ai.notification_deliveries SET next_at = now() WHERE state = 'waiting'"))


def test_a_message_arrives_once_with_a_signature_that_holds(database):
    """Its id is that of the delivery; the outbox is empty afterwards."""
    with Receiver() as receiver:
        _, secret = endpoint(database, receiver.url)
        assert (happen(database), happen(database)) == (1, 0)
        assert deliver(database, make_sender(database)).delivered == 1
        assert deliver(database, make_sender(database)).delivered == 0
        message = receiver.verified(secret)
    (found,) = Deliveries(database).list()
    assert (found.state, found.status_code, found.tries) == ("delivered", 200, 1)
    assert receiver.got[0][1]["webhook-id"] == f"msg_{found.id}"
    assert message["type"] == "task.failed" and message["data"]["workflow"] == "w"
    assert message["data"]["link"] == "https://media.example/dags/w/runs/r"


def test_a_receiver_that_fails_thrice_gets_it_at_the_fourth_try(database):
    """With the same id; each pause is longer, and each failure has its reason."""
    with Receiver(lambda number: (500 if number <= 3 else 200, {})) as receiver:
        endpoint(database, receiver.url)
        happen(database)
        waits = []
        for _ in range(3):
            assert deliver(database, make_sender(database)).put_off == 1
            (found,) = Deliveries(database).list()
            waits.append((found.next_at - datetime.now(UTC)).total_seconds())
            assert (found.status_code, found.reason) == (500, "It answered HTTP 500.")
            assert deliver(database, make_sender(database)).delivered == 0
            make_due(database)
        assert deliver(database, make_sender(database)).delivered == 1
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 4
    assert 30 < waits[0] <= 120 < waits[2] <= 480


def test_who_asks_to_be_left_alone_is(database):
    """Retry-After counts, in seconds or as a date; one of years does not."""
    with Receiver(
        lambda number: (429, {"retry-after": ["120", "Wed, 21 Oct 2099 07:28:00 GMT", "soon"][number - 1]})
    ) as receiver:
        endpoint(database, receiver.url)
        happen(database)
        waits = []
        for _ in range(3):
            deliver(database, make_sender(database))
            (found,) = Deliveries(database).list()
            waits.append((found.next_at - datetime.now(UTC)).total_seconds())
            make_due(database)
    assert 110 < waits[0] <= 121
    assert 86000 < waits[1] <= 86401
    assert waits[2] <= 480


def test_it_is_given_up_with_a_reason_and_sent_again_on_demand(database):
    """After the last try, or at once where trying cannot help; the replay has the same id."""
    with Receiver(lambda number: (410 if number == 1 else 200, {})) as receiver:
        endpoint(database, receiver.url)
        happen(database)
        assert deliver(database, make_sender(database)).given_up == 1
        (found,) = Deliveries(database).list(state="given_up")
        assert found.reason == "It answered HTTP 410."
        assert Deliveries(database).replay(found.id).state == "waiting"
        assert deliver(database, make_sender(database)).delivered == 1
    assert receiver.got[0][1]["webhook-id"] == receiver.got[1][1]["webhook-id"]


def test_the_last_try_is_the_last(database):
    """Nobody tries for ever."""
    with Receiver(lambda _: (503, {})) as receiver:
        endpoint(database, receiver.url)
        happen(database)
        with database.transaction() as connection:
            connection.execute(text(f"UPDATE media_ai.notification_deliveries SET tries = {MOST_TRIES - 1}"))
        assert deliver(database, make_sender(database)).given_up == 1
    assert Deliveries(database).replay_given_up() == 1


def test_a_redirection_is_not_followed(database):
    """It could lead anywhere."""
    with Receiver() as inner, Receiver(lambda _: (307, {"location": inner.url})) as receiver:
        endpoint(database, receiver.url)
        happen(database)
        assert deliver(database, make_sender(database)).put_off == 1
    assert inner.got == []


def test_an_address_that_may_not_be_asked_any_more_is_given_up(database):
    """Without a packet to it; the reason says what to do."""
    with Receiver() as receiver:
        endpoint(database, receiver.url)
        happen(database)
        assert deliver(database, make_sender(database, networks=())).given_up == 1
    assert receiver.got == []
    assert "MEDIA_AI_NOTIFY_NETWORKS" in Deliveries(database).list()[0].reason


def test_a_slow_receiver_does_not_hold_up_the_others(database):
    """It gets three at once at most."""
    slow = Receiver(lambda _: time.sleep(1.0) or (200, {}))
    with slow, Receiver() as quick:
        endpoint(database, slow.url, name="slow")
        for number in range(6):
            happen(database, f"a{number}")
        endpoint(database, quick.url, name="quick")
        for number in range(10):
            happen(database, f"b{number}")
        with ThreadPoolExecutor(1) as pool:
            going = pool.submit(deliver, database, make_sender(database))
            started = time.monotonic()
            quick.wait(10, within_s=5)
            assert time.monotonic() - started < 3
            assert len(slow.got) <= 12
            assert going.result().delivered == 26


def _deliver_at(url: str) -> None:
    database = Database(url)
    deliver(database, make_sender(database))


def test_what_a_killed_deliverer_had_taken_is_tried_again_by_another(database, postgres, monkeypatch):
    """After its claim has ended, with the same id; what had arrived before is not sent again."""
    hold = {"on": True}

    def answer(number):
        while number == 2 and hold["on"]:
            time.sleep(0.05)
        return 200, {}

    with Receiver(answer) as receiver:
        endpoint(database, receiver.url)
        happen(database, "1")
        deliver(database, make_sender(database))
        happen(database, "2")
        process = multiprocessing.get_context("spawn").Process(target=_deliver_at, args=(postgres.url("catalog"),))
        process.start()
        receiver.wait(2)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        hold["on"] = False
        assert deliver(database, make_sender(database)).delivered == 0
        with database.transaction() as connection:
            connection.execute(
                text("UPDATE media_ai.notification_deliveries SET claimed_until = now() WHERE state = 'waiting'")
            )
        assert deliver(database, make_sender(database)).delivered == 1
    ids = [headers["webhook-id"] for _, headers, _ in receiver.got]
    assert len(ids) == 3 and ids[1] == ids[2] != ids[0]


def test_several_deliverers_deliver_each_once(database):
    """They skip what another one has claimed."""
    with Receiver() as receiver:
        endpoint(database, receiver.url)
        for number in range(40):
            happen(database, str(number))
        with ThreadPoolExecutor(3) as pool:
            done = list(pool.map(lambda _: deliver(database, make_sender(database)), range(3)))
    assert sum(each.delivered for each in done) == 40
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == len(receiver.got) == 40


def test_a_late_deliverer_does_not_undo_what_another_has_settled(database):
    """Its claim was over."""
    endpoint(database, "https://a.example")
    happen(database)
    deliveries = Deliveries(database)
    first = deliveries.claim()
    with database.transaction() as connection:
        connection.execute(text("UPDATE media_ai.notification_deliveries SET claimed_until = now()"))
    second = deliveries.claim()
    deliveries.given_up(first, status_code=None, reason="late")
    assert deliveries.get(first.id).state == "waiting"
    deliveries.delivered(second, status_code=204)
    deliveries.put_off(first, 5, status_code=500, reason="late")
    assert deliveries.get(first.id).state == "delivered"


def test_mails_are_in_the_language_and_time_of_their_reader(database):
    """What users wrote is text in them, also where it looks like HTML or a template."""
    mails = Mails()
    endpoint(database, "a@b.example", kind="email", language="zh-CN", timezone="Asia/Shanghai")
    happen(database, data={"title": "<b>&{{ 1 }} {title}", "ended_at": "2026-11-22T00:00:00+00:00"})
    assert deliver(database, make_sender(database, mails)).delivered == 1
    (mail,) = mails.sent
    assert (mail.to, mail.subject) == ("a@b.example", "Media AI: 任务失败：<b>&{{ 1 }} {title}")
    assert "结束时间: 2026-11-22 08:00:00 CST" in mail.text and "<b>&{{ 1 }}" in mail.text
    assert "&lt;b&gt;&amp;{{ 1 }} {title}" in mail.html and "<b>" not in mail.html


@pytest.mark.parametrize(
    "mailer",
    [Mails(there=False), Mails(trouble=ServiceError("No.", service="smtp", code="1", kind=ErrorKind.TRANSIENT))],
)
def test_a_mail_that_does_not_go_is_tried_again(database, mailer):
    """Without a mail server too: somebody may set one up."""
    endpoint(database, "a@b.example", kind="email")
    happen(database)
    assert deliver(database, make_sender(database, mailer)).put_off == 1
    assert Deliveries(database).list()[0].reason


def test_a_switched_off_endpoint_gets_nothing(database):
    """Not what waits for it, and nothing new."""
    made, _ = endpoint(database, "https://a.example")
    happen(database, "1")
    Receivers(database).change(made.id, {"is_active": False})
    assert happen(database, "2") == 0
    assert deliver(database, make_sender(database)).given_up == 1


def test_a_delivery_that_cannot_be_tried_does_not_stop_the_others(database):
    """Its secret was encrypted with a key that is gone, say."""

    def fail(_):
        raise ValueError("no key")

    with Receiver() as receiver:
        endpoint(database, receiver.url, name="web")
        endpoint(database, "a@b.example", kind="email", name="mail")
        happen(database)
        broken = Sender(database, cipher=Cipher(encrypt=str, decrypt=fail), mailer=Mails(), networks=HERE, base="")
        done = deliver(database, broken)
    assert (done.delivered, done.put_off) == (1, 1)
    assert "ValueError" in Deliveries(database).list(state="waiting")[0].reason


def test_pauses_grow_to_an_hour_and_vary():
    """Else all come back at the same moment."""
    assert {pause_s(tries, 0) <= 3600 for tries in range(30)} == {True}
    assert len({pause_s(8, 0) for _ in range(5)}) > 1
    assert pause_s(1, 500) == 500
    assert delivering.MOST_TRIES > 10
