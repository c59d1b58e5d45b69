"""What notifications say: in two languages, in the reader's time, with what users wrote as text."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from media_ai.model.notifications import Delivery, Event
from media_ai.model.preferences import Preferences
from media_ai.notifications.sending import body_of
from media_ai.notifications.words import language_of, link_of, mail_of, sentence_of

AT = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)


def delivery(event=Event.FAILED, **data):
    return Delivery(
        id="1", endpoint_id="2", event=event, dag_id="w", run_id="r", data=data, occurred_at=AT, state="waiting",
        tries=1, next_at=AT, status_code=None, reason="", ended_at=None,
    )  # fmt: skip


@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_event_has_words(event, language):
    """Though nothing is known of it."""
    mail = mail_of(delivery(event), to="a@b.example", language=language, zone=ZoneInfo("UTC"), base="")
    assert mail.subject.startswith("Media AI: ") and "{" not in mail.text + mail.subject


@pytest.mark.parametrize("scope", ["task", "workflow", "source", "month"])
def test_a_budget_is_named(scope):
    """By what it is of."""
    data = {
        "scope": scope,
        "workflow": "w",
        "source": "{workflow}",
        "percent": 83,
        "amount": "10",
        "spent": "8.3",
        "currency": "CNY",
    }
    assert "83" in sentence_of(Event.BUDGET_NEAR, data, "en") and "83" in sentence_of(Event.BUDGET_NEAR, data, "zh")
    mail = mail_of(delivery(Event.BUDGET_NEAR, **data), to="a@b.example", language="en", zone=ZoneInfo("UTC"), base="")
    assert "Budget: 10 CNY\nSpent: 8.3 CNY" in mail.text


def test_a_subject_is_one_line():
    """A title with line ends cannot add headers."""
    mail = mail_of(
        delivery(name="a\r\nBcc: x@y.example\u2028b" + "长" * 500),
        to="a@b.example",
        language="en",
        zone=ZoneInfo("UTC"),
        base="",
    )
    assert len(mail.subject.splitlines()) == 1 and len(mail.subject) < 200


def test_a_link_leads_to_the_task():
    """Whatever its id holds; nowhere where nobody has said where the server is."""
    assert (
        link_of("https://m.example/", {"workflow": "w", "task": "a/b 视频?"})
        == "https://m.example/dags/w/runs/a%2Fb%20%E8%A7%86%E9%A2%91%3F"
    )
    assert link_of("", {"workflow": "w", "task": "r"}) == "" == link_of("https://m.example", {"workflow": "w"})


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Answer by: 2026-11-22 09:30:00 CST"), ("zh", "回答期限: 2026-11-22 09:30:00 CST")]
)
def test_a_question_is_told_with_its_place_and_its_end(language, words):
    """In the reader's time; the link leads to the form."""
    question = {
        "node_id": "a/b",
        "subject": "Review: Bees",
        "answer_by": "2026-11-22T01:30:00+00:00",
        "when_late": "Reject",
    }
    told = delivery(Event.WAITING, workflow="w", task="r", title="Bees", question=question)
    mail = mail_of(told, to="a@b.example", language=language, zone=ZoneInfo("Asia/Shanghai"), base="https://m.example")
    assert words in mail.text and "Reject" in mail.text and "Bees" in mail.subject
    assert "https://m.example/dags/w/runs/r/tasks/a%2Fb/required_actions" in mail.text


def test_a_body_is_json_with_a_sentence_in_the_readers_language():
    """What is known stands beside it."""
    chosen = Preferences(output_language="zh-Hant")
    assert '"message": "任务失败：蜜蜂"' in body_of(delivery(title="蜜蜂"), chosen, "")
    assert [language_of(tag) for tag in ("zh", "zh-CN", "de", None, "video")] == ["zh", "zh", "en", "en", "en"]
