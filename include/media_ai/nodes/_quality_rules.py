"""The rules of `check_quality`: what each kind of result is looked at for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from media_ai.media.loops import MOST_REPEATS, longest_run, looping_phrase
from media_ai.media.words import guess_language
from media_ai.model.artifacts import Artifact
from media_ai.model.media import Video
from media_ai.model.speech import Sound, Transcript
from media_ai.model.text import Summary, SummaryMethod, TextContent
from media_ai.model.time import TimeRange, clock
from media_ai.model.vision import Analyses, Coverage, FrameSet

_SLACK_S = 1.0
"""Seconds that results may lie beyond the video's end: subtitles and sound often do."""
_FEWEST_LETTERS = 40
"""A shorter text does not tell its language."""
_NO_LANGUAGE = frozenset({"und", "mul", "zxx"})


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How much is too much."""

    longest_gap_s: float
    unseen_shots: float
    speech_covered: float
    overlap_s: float


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a rule saw of one result."""

    rule: str
    subject: str
    ok: bool
    message: str


class Rules:
    """Looks at results of one video together: what one tells is what another is measured by."""

    def __init__(self, results: Sequence[Artifact], bounds: Bounds, language: str | None) -> None:
        self._results = results
        self._bounds = bounds
        self._language = language
        self._end = next((item.info.duration for item in results if isinstance(item, Video)), None)
        self._speech = next((item.speech for item in results if isinstance(item, Sound)), ())

    def look(self) -> Iterator[Seen]:
        """Yield what is seen of each result, in their order."""
        for result in self._results:
            match result:
                case FrameSet():
                    yield _present("frames", len(result.frames))
                    yield from self._coverage("frames", result.coverage, is_distinct=result.is_distinct)
                    yield self._times("frames", [TimeRange(start=f.time, end=f.time) for f in result.frames])
                case Analyses():
                    yield _present("analyses", len(result.items))
                    yield from self._language_of("analyses", "\n".join(i.text for i in result.items), self._language)
                case Transcript():
                    yield from self._transcript(result)
                case TextContent():
                    yield _present("text", len(result.regions))
                    yield self._times("text", [line.time for line in result.regions], may_overlap=True)
                case Summary():
                    yield from self._summary(result)

    def _summary(self, summary: Summary) -> Iterator[Seen]:
        yield _present("summary", len(summary.text.split()), unit="words")
        yield from _loops("summary", [summary.text])
        is_quoted = summary.method is SummaryMethod.EXTRACTIVE
        wanted = summary.language if is_quoted else self._language or summary.language
        yield from self._language_of("summary", summary.text, wanted)
        if summary.chapters:
            yield self._times("chapters", [chapter.time for chapter in summary.chapters])

    def _transcript(self, transcript: Transcript) -> Iterator[Seen]:
        lines = transcript.segments
        if self._speech or lines:
            yield _present("transcript", len(lines))
        if self._speech:
            share = _share_covered(self._speech, [line.time for line in lines])
            yield Seen(
                rule="coverage", subject="transcript", ok=share >= self._bounds.speech_covered,
                message=f"{share:.0%} of the speech has text; {self._bounds.speech_covered:.0%} is wanted.",
            )  # fmt: skip
        yield self._times("transcript", [line.time for line in lines], speakers=[line.speaker for line in lines])
        yield from _loops("transcript", [line.text for line in lines])
        yield from self._language_of("transcript", "\n".join(line.text for line in lines), transcript.language)

    def _coverage(self, subject: str, coverage: Coverage, *, is_distinct: bool) -> Iterator[Seen]:
        gap, shots, unseen = float(coverage.largest_gap), coverage.shots, coverage.shots_unseen
        if coverage.is_truncated:
            yield Seen(rule="coverage", subject=subject, ok=False, message="The file ends before its declared end.")
        elif coverage.dropped_by_limit:
            message = f"{coverage.dropped_by_limit} pictures were left out only because of a limit on their number."
            yield Seen(rule="coverage", subject=subject, ok=False, message=message)
        elif shots and unseen is not None:
            ok = unseen / shots <= self._bounds.unseen_shots
            yield Seen(rule="coverage", subject=subject, ok=ok, message=f"{unseen} of {shots} shots have no picture.")
        elif not is_distinct:
            # Pictures that only differ from each other leave gaps where nothing happens.
            ok = gap <= self._bounds.longest_gap_s
            message = f"The longest stretch without a picture has {gap:.1f} s; {self._bounds.longest_gap_s:g} s may."
            yield Seen(rule="coverage", subject=subject, ok=ok, message=message)

    def _times(
        self,
        subject: str,
        times: Sequence[TimeRange],
        *,
        speakers: Sequence[str | None] | None = None,
        may_overlap: bool = False,
    ) -> Seen:
        who = speakers or [None] * len(times)
        spans = [(float(time.start.seconds), float(time.end.seconds)) for time in times]
        pairs = list(pairwise(zip(spans, who, strict=True)))
        disordered = sum(after[0] < before[0] for (before, _), (after, _) in pairs)
        # Two people may speak at once.
        alike = () if may_overlap else ((before, after) for (before, x), (after, y) in pairs if x == y)
        overlapping = sum(before[1] - after[0] > self._bounds.overlap_s for before, after in alike)
        beyond = 0 if self._end is None else sum(end - float(self._end) > _SLACK_S for _, end in spans)
        message = f"{disordered} of {len(times)} out of order, {overlapping} overlap, {beyond} beyond the video's end"
        if self._end is not None:
            message += f" ({clock(self._end)})"
        return Seen(
            rule="ordering", subject=subject, ok=not (disordered or overlapping or beyond), message=f"{message}."
        )

    def _language_of(self, subject: str, text: str, language: str | None) -> Iterator[Seen]:
        wanted = (language or "").partition("-")[0].lower()
        found = guess_language(text) if sum(map(str.isalpha, text)) >= _FEWEST_LETTERS else None
        if wanted and wanted not in _NO_LANGUAGE and found:
            message = f"The text looks like {found}; {wanted} is wanted."
            yield Seen(rule="language", subject=subject, ok=found == wanted, message=message)


def _loops(subject: str, texts: Sequence[str]) -> Iterator[Seen]:
    run, phrase = longest_run(text for text in texts if text), looping_phrase("\n".join(texts))
    said = f"{phrase[:60]!r} is repeated without end" if phrase else f"The same line {run} times in a row at most"
    if run:
        yield Seen(rule="loops", subject=subject, ok=run <= MOST_REPEATS and phrase is None, message=f"{said}.")


def _present(subject: str, count: int, unit: str = "of them") -> Seen:
    return Seen(rule="empty", subject=subject, ok=count > 0, message=f"{count} {unit}.")


def _share_covered(speech: Sequence[TimeRange], lines: Sequence[TimeRange]) -> float:
    """Return the share of the seconds of speech during which some line lasts."""
    spoken, written = _joined(speech), _joined(lines)
    covered, at = 0.0, 0
    for start, end in spoken:
        while at < len(written) and written[at][1] <= start:
            at += 1
        for begin, stop in written[at:]:
            if begin >= end:
                break
            covered += min(end, stop) - max(start, begin)
    total = sum(end - start for start, end in spoken)
    return covered / total if total else 1.0


def _joined(times: Sequence[TimeRange]) -> list[tuple[float, float]]:
    """Return the stretches in seconds, those that touch as one."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted((float(time.start.seconds), float(time.end.seconds)) for time in times):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
