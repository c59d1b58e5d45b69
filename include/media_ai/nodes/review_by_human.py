"""
Wait until a person has approved the results.

The task pauses and takes no worker; the question stands among Airflow's required actions, and whoever may change tasks answers
it. Approved results go on, with the summary as the reviewer has corrected it. A rejected task fails with the reviewer's words.
Wire what must not go on without approval through this node, or wire its decision into the node that must wait.
"""

from typing import Literal

from pydantic import Field

from media_ai.errors import RejectedError
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.artifacts import Artifact
from media_ai.model.human_review import HumanReview
from media_ai.model.text import Summary
from media_ai.nodes._review_question import question_about
from media_ai.reviewing import APPROVE, REJECT, Answer


class Params(NodeParams):
    """What the reviewer is told, and how long to wait."""

    instructions: str = Field(
        default="", max_length=4000, title="Instructions", description="What the reviewer should look at."
    )
    wait_hours: float = Field(
        default=168, gt=0, le=8760, title="Longest wait", description="Hours to wait for an answer."
    )
    when_late: Literal["reject", "approve"] = Field(
        default="reject", title="When nobody answers", description="What counts when the time is over."
    )
    allow_corrections: bool = Field(
        default=True, title="Allow corrections", description="The reviewer may correct the summary's text."
    )


class Inputs(NodePorts):
    """What is reviewed."""

    results: tuple[Artifact, ...] = Field(default=(), title="Results", description="Counted in the question.")
    summary: Summary | None = Field(default=None, title="Summary", description="Shown, and can be corrected.")


class Outputs(NodePorts):
    """What was decided."""

    decision: HumanReview = Field(title="Decision")
    summary: Summary | None = Field(default=None, title="Approved summary")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """
    Ask, and go on with the answer.

    Raises:
        RejectedError: The reviewer rejected, or nobody answered in time.
        ReviewPending: There is no answer yet.
    """
    question = question_about(
        job.input.asset(),
        summary=inputs.summary,
        results=inputs.results,
        instructions=params.instructions,
        longest_s=params.wait_hours * 3600,
        when_late=APPROVE if params.when_late == "approve" else REJECT,
        allow_corrections=params.allow_corrections,
    )
    answer = job.review(question)
    if not answer.is_approved:
        raise RejectedError(_rejection(answer, params.wait_hours))
    if answer.is_late:
        job.notice(f"Nobody reviewed it within {params.wait_hours:g} hours, which counts as approval.")
    summary = _corrected(inputs.summary, answer) if params.allow_corrections else inputs.summary
    is_changed = inputs.summary is not None and summary is not inputs.summary
    decision = HumanReview(
        **answer.model_dump(include={"by_id", "by", "at", "comment", "is_late"}),
        corrects=inputs.summary.identity() if inputs.summary and is_changed else None,
    )
    return Outputs(decision=decision, summary=summary)


def _rejection(answer: Answer, wait_hours: float) -> str:
    """Return the message; the first line is the same for all, so that rejections are one group of failures."""
    if answer.is_late:
        return f"Nobody has approved the results in time.\nThe wait was {wait_hours:g} hours."
    words = f": {answer.comment}" if answer.comment else ", without a word."
    return f"A reviewer rejected the results.\n{answer.by or 'Somebody'}, {answer.at:%Y-%m-%d %H:%M} UTC{words}"


def _corrected(summary: Summary | None, answer: Answer) -> Summary | None:
    """Return the summary with the reviewer's text; one that was left as it was, or emptied, stays."""
    text = (answer.text or "").strip()
    if summary is None or not text or text == summary.text.strip():
        return summary
    notice = f"The text was corrected by {answer.by or 'a reviewer'} on {answer.at:%Y-%m-%d %H:%M} UTC."
    return summary.model_copy(update={"text": text, "notices": (*summary.notices, notice)})


NODE = NodeType(
    id="review_by_human",
    version=1,
    title="Review by a person",
    category="Control",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    help=__doc__,
    always_runs=True,
)
