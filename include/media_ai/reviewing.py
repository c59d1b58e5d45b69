"""Asking a person about results: the question, the answer, and who carries the one to the other."""

from typing import Protocol

from pydantic import AwareDatetime, Field

from media_ai.errors import ConfigurationError
from media_ai.model.base import Model, digest_of

APPROVE = "Approve"
REJECT = "Reject"


class Question(Model):
    """
    What a person is asked.

    The body is Markdown. `text` may be corrected by the person; None: there is nothing to correct.
    """

    subject: str
    body: str
    text: str | None = None
    longest_s: float = Field(gt=0, description="Seconds to wait for the answer.")
    when_late: str = Field(description="The answer that counts when nobody has given one by then.")

    @property
    def identity(self) -> str:
        """Digest of what was asked: an answer belongs to it and to no other question."""
        return digest_of(self.model_dump(mode="json"))


class Answer(Model):
    """What a person said, and when; who is empty when nobody did in time."""

    is_approved: bool
    comment: str = ""
    text: str | None = None
    by_id: str = ""
    by: str = ""
    at: AwareDatetime
    is_late: bool = False


class AskPerson(Protocol):
    """A way to ask."""

    def __call__(self, question: Question, /) -> Answer:
        """
        Return the answer.

        Raises:
            ReviewPending: There is none yet, and somebody else waits for it.
        """
        ...


class ReviewPending(Exception):  # no error: the work goes on elsewhere
    """The process may end: a person thinks about `question`."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.subject)
        self.question = question


def nobody_here(question: Question, /) -> Answer:
    """
    Refuse: without Airflow there is no page on which a person could answer.

    Raises:
        ConfigurationError: Always.
    """
    raise ConfigurationError(
        "A review needs a person, whom only the running system can ask. Publish the workflow and start it as a task."
    )
