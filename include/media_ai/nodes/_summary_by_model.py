"""A summary that a model writes: a long text in parts first, then the parts together; nothing is left out unseen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from media_ai.asking import Requests, ask_ahead
from media_ai.clients.models import ModelRequest, Picture
from media_ai.errors import ErrorKind, ServiceError
from media_ai.job import Job
from media_ai.model.text import Summary, SummaryMethod, TextRegion
from media_ai.model.time import TimeRange
from media_ai.model.vision import Frame
from media_ai.nodes._summary_reply import chapters_from, keywords_from, text_from
from media_ai.nodes._timed_lines import TimedLine, parts_of, shortened, timed

MAX_PICTURES = 32
_ROUNDS = 4
_STRING = {"type": "string"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "summary": _STRING,
        "chapters": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "start_s": {"type": "number", "description": "Seconds since the start of the video."},
                    "title": _STRING,
                    "text": {"type": "string", "description": "What happens in it, in a sentence or two."},
                },
                "required": ["start_s", "title", "text"],
                "additionalProperties": False,
            },
        },
        "keywords": {"type": "array", "items": _STRING},
    },
    "required": ["summary", "chapters", "keywords"],
    "additionalProperties": False,
}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the summary should be."""

    model: str
    prompt: str
    language: str | None
    max_sentences: int
    max_chapters: int
    min_chapter_s: float
    at_half_price: bool = False


def write_summary(
    wish: Wish, lines: Sequence[TextRegion], frames: Sequence[Frame], span: TimeRange, job: Job
) -> Summary:
    """
    Ask the model and check the times that it gives.

    Raises:
        ServiceError: The model refused or failed.
    """
    from media_ai.media.words import guess_language

    notices: list[str] = []
    if lines or frames:
        data = _ask_in_parts(wish, timed(lines), _evenly(frames), span, job, notices)
    else:
        notices.append("There is no speech, no text and no picture to summarize; the model was not asked.")
        data = {"summary": "", "chapters": [], "keywords": []}
    chapters = chapters_from(data, span, wish.max_chapters, notices)
    text = text_from(data)
    return Summary(
        method=SummaryMethod.GENERATIVE,
        model=wish.model,
        language=wish.language or guess_language(text),
        text=text,
        chapters=chapters,
        keywords=keywords_from(data),
        notices=tuple(notices),
    )


def _evenly(frames: Sequence[Frame]) -> list[Frame]:
    count = min(len(frames), MAX_PICTURES)
    return [frames[(2 * at + 1) * len(frames) // (2 * count)] for at in range(count)]


def _ask_in_parts(
    wish: Wish, lines: list[TimedLine], frames: Sequence[Frame], span: TimeRange, job: Job, notices: list[str]
) -> dict[str, Any]:
    """Summarize parts, then their summaries, until one request holds everything (map and reduce)."""
    for round_number in range(_ROUNDS):
        parts = list(parts_of(lines))
        if len(parts) <= 1:
            break
        questions = _questions(wish, parts, frames, span, job)
        if wish.at_half_price:
            ask_ahead(job, wish.model, questions, name=f"batch-{round_number + 1}")
        answers = []
        for at, question in enumerate(questions()):
            job.progress.update(at, len(parts) + 1, "parts")
            answers.append(_answer_or_none(wish.model, question, at + 1, job, notices))
        lines = [line for part, answer in zip(parts, answers, strict=True) if answer for line in _digest(part, answer)]
        if not lines:
            raise ServiceError(
                f"The content filter of {wish.model} refused every part of the text. Choose another model.",
                service=wish.model,
                code="blocked",
                kind=ErrorKind.BLOCKED_CONTENT,
            )
        frames = ()
        if round_number == 0:
            notices.append(f"The text was longer than one request; it was summarized in {len(parts)} parts first.")
    else:
        lines = shortened(lines, notices)
    note = "" if frames or not notices else "The lines are summaries of the parts of the video, in order."
    last = _question(wish, lines, frames, span, job, note)
    if wish.at_half_price:
        ask_ahead(job, wish.model, lambda: [last], name="batch-last")
    return job.ask(wish.model, last).data


def _answer_or_none(
    model: str, question: ModelRequest, number: int, job: Job, notices: list[str]
) -> dict[str, Any] | None:
    """Ask about a part; one that a content filter refuses is left out, and said."""
    try:
        return job.ask(model, question).data
    except ServiceError as exc:
        if exc.kind is not ErrorKind.BLOCKED_CONTENT:
            raise
    notices.append(f"Part {number} of the text was refused by the content filter of {model}, and is left out.")
    return None


def _questions(
    wish: Wish, parts: Sequence[Sequence[TimedLine]], frames: Sequence[Frame], span: TimeRange, job: Job
) -> Requests:
    """Return what makes a question for each part, with the frames that lie in it."""

    def make() -> Iterator[ModelRequest]:
        for at, part in enumerate(parts):
            until = parts[at + 1][0][0] if at + 1 < len(parts) else float("inf")
            since = part[0][0] if at else float("-inf")
            shown = [frame for frame in frames if since <= float(frame.time.seconds) < until]
            yield _question(wish, part, shown, span, job, f"This is part {at + 1} of {len(parts)} of the video.")

    return make


def _digest(part: Sequence[TimedLine], answer: dict[str, Any]) -> Iterator[TimedLine]:
    """Write a part's answer as timed lines for the next request."""
    start = part[0][0]
    yield start, f"[{start:.1f}] {text_from(answer)} (keywords: {', '.join(keywords_from(answer))})"
    for chapter in answer.get("chapters", ()):
        yield start, f"[{chapter['start_s']}] Chapter: {chapter['title']}. {chapter['text']}"


def _question(
    wish: Wish, lines: Sequence[TimedLine], frames: Sequence[Frame], span: TimeRange, job: Job, note: str
) -> ModelRequest:
    start, end = float(span.start.seconds), float(span.end.seconds)
    rules = [
        wish.prompt,
        f"The summary has at most {wish.max_sentences} sentences; there are at most {wish.max_chapters} chapters, "
        f"each at least {wish.min_chapter_s:g} seconds long.",
        f"The video runs from {start:.1f} to {end:.1f} seconds. Every line begins with its time in seconds in brackets; "
        "give times as such numbers.",
        f"Write in the language {wish.language}." if wish.language else "Write in the language of the video.",
        note,
    ]
    pictures = tuple(Picture(time=frame.time, jpeg=job.store.read(frame.image)) for frame in frames)
    return ModelRequest(
        instructions="\n".join(rule for rule in rules if rule),
        text="\n".join(text for _, text in lines),
        pictures=pictures,
        output_schema=SCHEMA,
    )
