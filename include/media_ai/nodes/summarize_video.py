"""
Say what the video is about: a summary, chapters and keywords.

With `local/extractive` sentences of the video are quoted, chosen on this machine without a model. Any other model writes a
summary of its own from the timed lines and, when frames are wired, from pictures. The result says which of the two it is.
"""

import math
from collections.abc import Sequence

from pydantic import Field

from media_ai.clients.models import LOCAL, services_of, split_model
from media_ai.errors import InputError
from media_ai.graph.foresight import PROMPT_TOKENS, SUMMARY_TOKENS, Expected, Work
from media_ai.graph.node_type import OUTPUT_LANGUAGE, NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.preferences import LANGUAGE_TAG
from media_ai.model.speech import Transcript
from media_ai.model.text import Summary, SummaryMethod, TextContent, TextRegion, TextSource
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Analyses, FrameSet

EXTRACTIVE = "local/extractive"
_TOKENS_OF_PART = 8_000
_PROMPT = """Summarize this video for a person who decides whether to watch it.
Write plainly and concretely: what is shown and said, who does what, what is concluded. Do not describe the transcript.
Divide the video into chapters where the subject changes. Give each a short title of its own words and one or two sentences.
Give up to 12 keywords: the people, places, things and subjects that somebody would search for.
Use only what the lines and pictures hold; when they do not tell, leave it out."""


class Params(NodeParams):
    """What a person can tune."""

    model: str = Field(
        default=EXTRACTIVE,
        title="Model",
        description="provider/model, such as openai/qwen3-vl-plus; local/extractive quotes the video without a model.",
    )
    max_sentences: int = Field(default=6, ge=1, le=30, title="Sentences", description="Of the summary, at most.")
    max_chapters: int = Field(default=12, ge=1, le=50, title="Chapters", description="At most.")
    min_chapter_s: float = Field(
        default=10, ge=5, le=3600, title="Shortest chapter", description="Seconds that a chapter has at least."
    )
    language: str | None = Field(
        default=None,
        title="Language",
        description="BCP 47 tag of the summary that a model writes, such as en; the task's when empty.",
        pattern=LANGUAGE_TAG,
        json_schema_extra=OUTPUT_LANGUAGE,
    )
    prompt: str = Field(
        default=_PROMPT,
        max_length=20_000,
        title="Prompt",
        description="What a model is asked; local/extractive does not use it.",
        json_schema_extra={"format": "multiline"},
    )
    at_half_price: bool = Field(
        default=False,
        title="At half price, within a day",
        description="For backfills: modelstudio/ models answer in a batch, and no process waits.",
    )


class Inputs(NodePorts):
    """What is wired in; at least one."""

    text: TextContent | None = Field(default=None, title="Text", description="Speech and on-screen text together.")
    transcript: Transcript | None = Field(
        default=None,
        title="Transcript",
        description="Used when the text holds no speech.",
        json_schema_extra={"wanted": True},
    )
    frames: FrameSet | None = Field(default=None, title="Frames", description="Pictures for a model that sees.")
    analyses: Analyses | None = Field(
        default=None, title="Analyses", description="Used when the text holds no statements about frames."
    )


class Outputs(NodePorts):
    """What comes out."""

    summary: Summary = Field(title="Summary")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """
    Summarize what is wired.

    Raises:
        InputError: Nothing is wired, or the model's name is not one.
        ConfigurationError: The model's provider is not set up.
        ServiceError: The model refused or failed.
    """
    if not (inputs.text or inputs.transcript or inputs.frames or inputs.analyses):
        raise InputError("Summarize video has no input; connect text, a transcript, analyses or frames to it.")
    provider, _ = split_model(params.model)
    if provider == LOCAL and params.model != EXTRACTIVE:
        raise InputError(f"The model '{params.model}' cannot summarize; the local one is {EXTRACTIVE}.")
    lines = _lines(inputs)
    span = _span(inputs, lines)
    summary = _extract(params, lines, span) if provider == LOCAL else _generate(params, inputs, lines, span, job)
    for notice in summary.notices:
        job.notice(notice)
    return Outputs(summary=summary)


def _extract(params: Params, lines: Sequence[TextRegion], span: TimeRange) -> Summary:
    from media_ai.media.extractive import summarize_lines

    extract = summarize_lines(
        lines,
        span,
        max_sentences=params.max_sentences,
        max_chapters=params.max_chapters,
        min_chapter_s=params.min_chapter_s,
    )
    return Summary(
        method=SummaryMethod.EXTRACTIVE,
        model=params.model,
        language=extract.language,
        text=extract.text,
        chapters=extract.chapters,
        keywords=extract.keywords,
        notices=extract.notices,
    )


def _generate(params: Params, inputs: Inputs, lines: Sequence[TextRegion], span: TimeRange, job: Job) -> Summary:
    from media_ai.nodes._summary_by_model import Wish, write_summary

    wish = Wish(
        model=params.model,
        prompt=params.prompt,
        language=params.language,
        max_sentences=params.max_sentences,
        max_chapters=params.max_chapters,
        min_chapter_s=params.min_chapter_s,
        at_half_price=params.at_half_price,
    )
    return write_summary(wish, lines, inputs.frames.frames if inputs.frames else (), span, job)


def _lines(inputs: Inputs) -> list[TextRegion]:
    """Return all lines by start time; the text node's joined lines are not counted a second time."""
    lines = list(inputs.text.regions) if inputs.text else []
    joined = {line.source for line in lines}
    if inputs.transcript and TextSource.SPEECH not in joined:
        lines += [
            TextRegion(time=line.time, text=line.text, source=TextSource.SPEECH, speaker=line.speaker)
            for line in inputs.transcript.segments
        ]
    if inputs.analyses and TextSource.ANALYSIS not in joined:
        lines += [
            TextRegion(time=TimeRange(start=item.time, end=item.time), text=item.text, source=TextSource.ANALYSIS)
            for item in inputs.analyses.items
            if item.text.strip()
        ]
    return sorted(lines, key=lambda line: line.time.start)


def _span(inputs: Inputs, lines: Sequence[TextRegion]) -> TimeRange:
    """Return the stretch to cover: what the frames cover, or from 0 to the end of the last line."""
    if inputs.frames:
        return inputs.frames.coverage.span
    if inputs.analyses:
        return inputs.analyses.coverage.span
    zero = Timecode.of_seconds(0)
    return TimeRange(start=zero, end=max((line.time.end for line in lines), default=zero))


def foresee(params: Params, expected: Expected) -> Work:
    """All text is read once, in parts if it is long, and the summaries of the parts once more; with up to 32 frames."""
    if params.model == EXTRACTIVE:
        return Work(gives_tokens=SUMMARY_TOKENS)
    parts = max(math.ceil(expected.text_tokens / _TOKENS_OF_PART), 1)
    calls, frames = parts + (parts > 1), min(expected.frames, 32)
    asked = calls * (PROMPT_TOKENS + len(params.prompt) / 4) + (calls - 1) * SUMMARY_TOKENS
    return Work(
        model=params.model,
        calls=calls,
        frames=frames,
        input_tokens=expected.text_tokens + frames * expected.tokens_of_frame + asked,
        output_tokens=calls * SUMMARY_TOKENS,
        is_batch=params.at_half_price,
        gives_tokens=SUMMARY_TOKENS,
    )


NODE = NodeType(
    id="summarize_video",
    version=1,
    title="Summarize video",
    category="Understanding",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    foresee=foresee,
    services=lambda params, run_input: services_of(params.model),
    help=__doc__ or "",
    preload=("numpy", "media_ai.media.extractive"),
)
