"""Questions and answers as Airflow carries them."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from media_ai.catalog.deliveries import Deliveries
from media_ai.errors import MediaAIError
from media_ai.model.notifications import OF_TASKS
from media_ai.reviewing import Question, ReviewPending
from operators.reviews import PersonAsker, ask, keep_answer
from tests.media_ai.catalog.test_outbox import tell

pytestmark = pytest.mark.airflow
QUESTION = Question(subject="s", body="b", text="t", longest_s=60, when_late="Reject")


class Kept(dict):
    """Airflow's store beside a task; tests/system has the real one."""

    def set(self, key, value):
        self[key] = value

    def delete(self, key):
        self.pop(key, None)


@pytest.fixture
def context():
    return {"task_state_store": Kept()}


def said(option="Approve", **changes):
    event = {
        "chosen_options": [option],
        "params_input": {"comment": "ok\0", "summary": "new"},
        "responded_at": datetime(2026, 1, 2, tzinfo=UTC),
        "responded_by_user": {"id": "7", "name": "Ann"},
        "timedout": False,
    }
    return {**event, **changes}


def test_an_answer_is_found_until_its_work_is_done(context):
    """By a later try too; a restart afterwards asks again."""
    with pytest.raises(ReviewPending):
        PersonAsker(context)(QUESTION)
    keep_answer(context, said(), QUESTION.identity)
    first, later = PersonAsker(context), PersonAsker(context)

    assert first(QUESTION) == later(QUESTION)
    answer = later(QUESTION)
    assert (answer.by_id, answer.by, answer.comment, answer.text, answer.is_approved) == ("7", "Ann", "ok", "new", True)
    later.forget()
    with pytest.raises(ReviewPending):
        PersonAsker(context)(QUESTION)


def test_an_answer_belongs_to_its_question(context):
    """Other content is asked about anew."""
    keep_answer(context, said(), QUESTION.identity)
    with pytest.raises(ReviewPending):
        PersonAsker(context)(QUESTION.model_copy(update={"text": "other"}))


def test_a_rejection_is_used_once(context):
    """So that a restart asks again."""
    keep_answer(context, said("Reject"), QUESTION.identity)
    assert not PersonAsker(context)(QUESTION).is_approved
    with pytest.raises(ReviewPending):
        PersonAsker(context)(QUESTION)


@pytest.mark.parametrize("given", [None, {}, {"comment": 7, "summary": ["x"]}, {"comment": "x" * 10**6}])
def test_odd_forms_do_no_harm(context, given):
    """What is no text counts as nothing; who answers is unknown when the time ran out."""
    keep_answer(context, said(params_input=given, responded_by_user=None, timedout=True), QUESTION.identity)
    answer = PersonAsker(context)(QUESTION)
    assert answer.text is None and len(answer.comment) <= 4000 and answer.is_late and answer.by == ""


@pytest.fixture
def put(monkeypatch):
    """The questions that reach Airflow's supervisor; tests/system has the real one."""
    put = []
    monkeypatch.setattr("airflow.sdk.execution_time.hitl.upsert_hitl_detail", lambda **given: put.append(given))
    return put


def trying(number=1, node_id="review"):
    """A try of a node; Airflow has an id for each."""
    return {"ti": SimpleNamespace(id=f"{node_id}-{number}", dag_id="w", run_id="r", task_id=node_id)}


@pytest.mark.postgres
def test_each_question_is_told_once(database, put):
    """Another question, node or try is news: its question has not been answered yet."""
    tell(database, events=OF_TASKS)
    for context in (trying(), trying(), trying(2), trying(2), trying(node_id="second")):
        ask(context, QUESTION, database, method_name="reviewed")
    waiting = ask(trying(), QUESTION.model_copy(update={"subject": "other"}), database, method_name="reviewed")

    assert (len(put), waiting.timeout) == (6, timedelta(seconds=60))
    found = Deliveries(database).list()
    assert len({each.id for each in found}) == 4 and {each.event for each in found} == {"task.waiting"}
    question = found[-1].data["question"]
    left = datetime.fromisoformat(question.pop("answer_by")) - datetime.now(UTC)
    assert question == {"node_id": "review", "subject": "s", "when_late": "Reject"}
    assert timedelta(seconds=50) < left <= timedelta(seconds=60)


@pytest.mark.postgres
def test_nobody_is_told_of_a_question_that_was_not_put(database, monkeypatch):
    """Airflow did not take it."""
    tell(database)

    def refuse(**_given):
        raise MediaAIError("no")

    monkeypatch.setattr("airflow.sdk.execution_time.hitl.upsert_hitl_detail", refuse)
    with pytest.raises(MediaAIError):
        ask(trying(), QUESTION, database, method_name="reviewed")
    assert Deliveries(database).list() == []
