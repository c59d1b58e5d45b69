"""
Check whether the results are fit to be used, and have a person look at the task if they are not.

Wire in what shall be looked at; the video and its sound tell how long everything should be. A rule that fails marks the task as
needing review, warns or is off; the task is Completed all the same, and the report is part of its result.
"""

from pydantic import Field

from media_ai.graph.node_type import OUTPUT_LANGUAGE, NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.artifacts import Artifact
from media_ai.model.preferences import LANGUAGE_TAG
from media_ai.model.quality import Finding, QualityReport, Severity


class Params(NodeParams):
    """What a broken rule means, and how much is too much."""

    coverage: Severity = Field(
        default="fail", title="Coverage", description="Frames and text leave out too much of the video."
    )
    ordering: Severity = Field(
        default="fail", title="Ordering", description="Times run backwards, overlap, or lie beyond the video."
    )
    text_language: Severity = Field(default="warn", title="Language", description="Texts are in another language.")
    empty: Severity = Field(default="fail", title="Empty results", description="A result holds nothing.")
    loops: Severity = Field(default="fail", title="Loops", description="A model repeats itself without end.")
    longest_gap: float = Field(
        default=60, gt=0, title="Longest gap", description="Seconds without a picture, where shots are not known."
    )
    unseen_shots: float = Field(default=0.1, ge=0, le=1, title="Unseen shots", description="Share of all shots.")
    speech_covered: float = Field(
        default=0.5,
        ge=0,
        le=1,
        title="Speech with text",
        description="Share of the speech, where the sound is wired in.",
    )
    longest_overlap: float = Field(
        default=0.5, ge=0, title="Longest overlap", description="Seconds that lines of one speaker may overlap."
    )
    language: str | None = Field(
        default=None,
        pattern=LANGUAGE_TAG,
        title="Language",
        description="BCP 47 tag of what models write; empty: the task's, else what the result says of itself.",
        json_schema_extra=OUTPUT_LANGUAGE,
    )


class Inputs(NodePorts):
    """What is looked at."""

    results: tuple[Artifact, ...] = Field(title="Results", description="The video and its sound too, to measure by.")


class Outputs(NodePorts):
    """What was found."""

    report: QualityReport = Field(title="Quality report")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """Look at each result."""
    from media_ai.nodes._quality_rules import Bounds, Rules

    bounds = Bounds(
        longest_gap_s=params.longest_gap,
        unseen_shots=params.unseen_shots,
        speech_covered=params.speech_covered,
        overlap_s=params.longest_overlap,
    )
    severities: dict[str, Severity] = {
        "coverage": params.coverage,
        "ordering": params.ordering,
        "language": params.text_language,
        "empty": params.empty,
        "loops": params.loops,
    }
    findings = [
        Finding(rule=seen.rule, subject=seen.subject, severity=severities[seen.rule], ok=seen.ok, message=seen.message)
        for seen in Rules(inputs.results, bounds, params.language).look()
        if severities[seen.rule] != "off"
    ]
    for finding in findings:
        if not finding.ok:
            job.notice(f"{finding.subject}, {finding.rule}: {finding.message}")
    return Outputs(report=QualityReport(findings=tuple(findings)))


NODE = NodeType(
    id="check_quality",
    version=1,
    title="Check quality",
    category="Control",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    help=__doc__,
)
