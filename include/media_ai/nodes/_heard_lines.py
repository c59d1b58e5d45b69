"""What a speech model heard in the parts of a sound track, made into lines on the video's clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from media_ai.clients.speech import SpeechReply, SpokenLine
from media_ai.media.loops import MOST_REPEATS
from media_ai.model.speech import Segment, Word
from media_ai.model.time import Timecode, TimeRange

Stretch = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A part of the sound, its start and end in seconds, and what was heard in it."""

    part: Stretch
    reply: SpeechReply


def join_heard(
    heard: Sequence[Heard], speech: Sequence[Stretch], notice: Callable[[str], None]
) -> tuple[SpokenLine, ...]:
    """
    Return all lines on the video's clock, in ascending time.

    Lines that lie wholly where nobody speaks were made up, and of a line that is repeated without end only the first are
    kept; both are told.

    Args:
        heard: The parts in ascending time.
        speech: Where somebody speaks, seconds.
        notice: Takes what the reader of the result should know.
    """
    lines = [_moved(line, item.part) for item in heard for line in item.reply.lines]
    spoken = [line for line in lines if any(start < line.end_s and line.start_s < end for start, end in speech)]
    if len(spoken) < len(lines):
        notice(f"{len(lines) - len(spoken)} lines were left out because nobody speaks where the model put them.")
    kept = [line for _, same in groupby(spoken, key=lambda line: line.text) for line in list(same)[:MOST_REPEATS]]
    if len(kept) < len(spoken):
        notice(f"{len(spoken) - len(kept)} repetitions of the same line were left out: the model was caught in a loop.")
    return tuple(sorted(kept, key=lambda line: line.start_s))


def language_of(heard: Sequence[Heard]) -> str | None:
    """Return the language that the model told for the longest part."""
    told = [(item.part[1] - item.part[0], item.reply.language) for item in heard if item.reply.language]
    return max(told)[1] if told else None


def _moved(line: SpokenLine, part: Stretch) -> SpokenLine:
    """Put a line on the video's clock, inside its part whatever the model says."""
    start, end = part
    begin = min(max(start + line.start_s, start), end)
    return SpokenLine(
        start_s=begin,
        end_s=min(max(start + line.end_s, begin), end),
        text=line.text,
        speaker=line.speaker,
        confidence=line.confidence,
        words=tuple(
            (min(max(start + begun, start), end), min(max(start + ended, start), end), word)
            for begun, ended, word in line.words
        ),
    )


def segments_of(lines: Sequence[SpokenLine]) -> tuple[Segment, ...]:
    """Return lines as the transcript keeps them."""
    return tuple(
        Segment(
            time=range_of(line.start_s, line.end_s), text=line.text, speaker=line.speaker, confidence=line.confidence
        )
        for line in lines
    )


def words_of(lines: Sequence[SpokenLine]) -> tuple[Word, ...]:
    """Return the words of lines with their times, where the model told them, in ascending time."""
    words = sorted(word for line in lines for word in line.words)
    return tuple(Word(time=range_of(start, max(start, end)), text=text) for start, end, text in words)


def range_of(start_s: float, end_s: float) -> TimeRange:
    """Return a stretch to the millisecond."""
    return TimeRange(start=Timecode.of_seconds(f"{start_s:.3f}"), end=Timecode.of_seconds(f"{end_s:.3f}"))
