"""From artifacts to rows: what each kind of artifact puts into the result tables and the search index."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import singledispatch
from typing import Any

from sqlalchemy import Table

from media_ai.catalog import tables
from media_ai.model.artifacts import Artifact
from media_ai.model.people import People
from media_ai.model.services import Labels
from media_ai.model.speech import Transcript
from media_ai.model.text import Summary, TextContent, TextSource
from media_ai.model.time import TimeRange
from media_ai.model.vision import Analyses, FrameSet

Row = tuple[Table, dict[str, Any]]

PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A piece of text that a search can find, and where in the video it is."""

    kind: str
    start_s: float
    end_s: float
    text: str


@singledispatch
def rows_of(artifact: Artifact) -> Iterator[Row]:
    """Yield the rows of an artifact; kinds that have no table yield none."""
    yield from ()


@singledispatch
def entries_of(artifact: Artifact) -> Iterator[Entry]:
    """Yield what a search should find of an artifact."""
    yield from ()


@rows_of.register
def _(artifact: FrameSet) -> Iterator[Row]:
    for frame in artifact.frames:
        row = {"time_s": _number(frame.time.seconds), "image": frame.image.sha256, "similarity": frame.similarity}
        yield tables.frames, row


@rows_of.register
def _(artifact: Transcript) -> Iterator[Row]:
    for segment in artifact.segments:
        row = {"text": segment.text, "speaker": segment.speaker, "confidence": segment.confidence}
        yield tables.segments, _span(segment.time) | row


@rows_of.register
def _(artifact: TextContent) -> Iterator[Row]:
    for region in artifact.regions:
        box = region.box.model_dump() if region.box else None
        row = {"text": region.text, "source": region.source.value, "confidence": region.confidence, "box": box}
        yield tables.text_regions, _span(region.time) | row


@rows_of.register
def _(artifact: Analyses) -> Iterator[Row]:
    for item in artifact.items:
        row = {"model": artifact.model, "text": item.text, "attributes": item.attributes}
        yield tables.analyses, {"time_s": _number(item.time.seconds)} | row


@rows_of.register
def _(artifact: People) -> Iterator[Row]:
    digest = artifact.identity()
    for person in artifact.persons:
        own = {"artifact": digest, "person_id": person.id}
        row = person.model_dump(include={"name", "role", "is_known", "confidence", "faces"})
        yield tables.people, own | row | {"best_face": person.best_face.sha256, "model": artifact.model}
        for item in person.appearances:
            place = {"best_s": _number(item.best.seconds), "confidence": item.confidence, "box": item.box.model_dump()}
            yield tables.appearances, own | _span(item.time) | place


@rows_of.register
def _(artifact: Summary) -> Iterator[Row]:
    yield (
        tables.summaries,
        {
            "method": artifact.method.value,
            "model": artifact.model,
            "language": artifact.language,
            "text": artifact.text,
            "keywords": list(artifact.keywords),
        },
    )
    for chapter in artifact.chapters:
        yield tables.chapters, _span(chapter.time) | {"title": chapter.title, "text": chapter.text}


@entries_of.register
def _(artifact: Transcript) -> Iterator[Entry]:
    for segment in artifact.segments:
        yield _entry("speech", segment.time, segment.text)


@entries_of.register
def _(artifact: TextContent) -> Iterator[Entry]:
    for region in artifact.regions:
        # Speech that was joined in is found through the transcript it came from.
        if region.source is not TextSource.SPEECH:
            yield _entry(region.source.value, region.time, region.text)


@entries_of.register
def _(artifact: Analyses) -> Iterator[Entry]:
    for item in artifact.items:
        if item.text:
            yield _entry("analysis", TimeRange(start=item.time, end=item.time), item.text)


@entries_of.register
def _(artifact: People) -> Iterator[Entry]:
    for person in artifact.persons:
        for item in person.appearances if person.name else ():
            yield _entry(PERSON, item.time, text_of_person(person.name or "", person.role))


@entries_of.register
def _(artifact: Summary) -> Iterator[Entry]:
    for chapter in artifact.chapters:
        yield _entry("chapter", chapter.time, f"{chapter.title}. {chapter.text}".strip())


@entries_of.register
def _(artifact: Labels) -> Iterator[Entry]:
    for label in artifact.labels:
        # Topics of the whole video have no time of their own.
        for time in label.times:
            yield _entry("label", time, label.name)


def text_of_person(name: str, role: str) -> str:
    """Return what a search for a person finds."""
    return f"{name} ({role})" if role else name


def _entry(kind: str, time: TimeRange, text: str) -> Entry:
    return Entry(kind=kind, start_s=_number(time.start.seconds), end_s=_number(time.end.seconds), text=text)


def _span(time: TimeRange) -> dict[str, Any]:
    return {"start_s": _number(time.start.seconds), "end_s": _number(time.end.seconds)}


def _number(seconds: Fraction) -> float:
    return round(float(seconds), 6)
