"""
Questions to people by Airflow's human-in-the-loop: the task waits for input, which takes no worker, no triggerer and no process.

The answer is kept beside the task until its work is done: a try after a trouble goes on with it, and asks nobody twice.
"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Param
from airflow.sdk.definitions.context import Context
from airflow.sdk.exceptions import TaskAwaitingInput

from media_ai.catalog.database import Database
from media_ai.catalog.outbox import announce
from media_ai.model.base import storable_text
from media_ai.model.notifications import Event, Happening
from media_ai.reviewing import APPROVE, REJECT, Answer, Question, ReviewPending

log = logging.getLogger(__name__)

_KEY = "media_ai_review"
_LONGEST = 100_000
_LONGEST_COMMENT = 4000


class PersonAsker:
    """Has a question answered from what was kept; what was never asked is asked."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._has_answered = False

    def __call__(self, question: Question, /) -> Answer:
        """Return the kept answer to this very question, or leave it to a person; see AskPerson."""
        kept = self._context["task_state_store"].get(_KEY)
        if not isinstance(kept, dict) or kept.get("asked") != question.identity:
            raise ReviewPending(question)
        answer = Answer.model_validate(kept["answer"])
        self._has_answered = True
        if not answer.is_approved:
            # A restart asks again.
            self.forget()
        return answer

    def forget(self) -> None:
        """Forget the answer: what it was asked for is done."""
        if self._has_answered:
            self._context["task_state_store"].delete(_KEY)


def ask(context: Context, question: Question, database: Database, *, method_name: str) -> TaskAwaitingInput:
    """Put a question among the required actions, and have it told; return what is raised to wait for it."""
    from airflow.sdk.execution_time.hitl import upsert_hitl_detail

    upsert_hitl_detail(
        ti_id=context["ti"].id,
        options=[APPROVE, REJECT],
        subject=question.subject,
        body=question.body,
        defaults=[question.when_late],
        multiple=False,
        params=_form(question),
    )
    # Afterwards: nobody is sent to a question that is not there. If this fails, the next try asks and tells.
    with database.transaction() as connection:
        announce(connection, _asked(context, question))
    log.info("Waiting for a person, %.1f hours at most", question.longest_s / 3600)
    return TaskAwaitingInput(
        method_name=method_name,
        kwargs={"asked": question.identity},
        timeout=timedelta(seconds=question.longest_s),
    )


def _asked(context: Context, question: Question) -> Happening:
    """Return the news of a question. Airflow puts one for each try: who has answered an earlier one must know of the next."""
    ti = context["ti"]
    identity = f"{Event.WAITING} {ti.id} {question.identity}"
    until = datetime.now(UTC) + timedelta(seconds=question.longest_s)
    told = {
        "node_id": ti.task_id,
        "subject": question.subject,
        "answer_by": until.isoformat(timespec="seconds"),
        "when_late": question.when_late,
    }
    return Happening(
        event=Event.WAITING, identity=identity, dag_id=ti.dag_id, run_id=ti.run_id, data={"question": told}
    )


def keep_answer(context: Context, event: dict[str, Any], asked: str) -> None:
    """Keep what a person has answered, before anything can go wrong."""
    by = event.get("responded_by_user") or {}
    said = event.get("params_input") or {}
    answer = Answer(
        is_approved=event["chosen_options"] == [APPROVE],
        comment=_text(said.get("comment"), _LONGEST_COMMENT) or "",
        text=_text(said.get("summary"), _LONGEST),
        by_id=str(by.get("id") or ""),
        by=str(by.get("name") or ""),
        at=_moment(event.get("responded_at")),
        is_late=bool(event.get("timedout")),
    )
    log.info("%s by %s", "Approved" if answer.is_approved else "Rejected", answer.by or "the end of the wait")
    context["task_state_store"].set(_KEY, {"asked": asked, "answer": answer.model_dump(mode="json")})


def _form(question: Question) -> dict[str, dict[str, Any]]:
    """Return the fields beside the buttons."""
    fields = {"comment": Param("", type=["string", "null"], title="Your words", maxLength=_LONGEST_COMMENT)}
    if question.text is not None:
        fields["summary"] = Param(
            question.text, type=["string", "null"], format="multiline", title="Summary", maxLength=_LONGEST,
            description="Correct it here; what you write becomes the result.",
        )  # fmt: skip
    return {name: field.serialize() for name, field in fields.items()}


def _text(value: Any, longest: int) -> str | None:
    return storable_text(value)[:longest] if isinstance(value, str) else None


def _moment(value: Any) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if isinstance(value, datetime) else datetime.now(UTC)
