"""Lines of text with their times as a model reads them, and a long text in parts that overlap."""

from collections.abc import Iterator, Sequence

from media_ai.model.text import TextRegion, TextSource

TimedLine = tuple[float, str]
"""Seconds since the start of the video, and the line with them in front."""

MAX_CHARACTERS = 24_000
"""Of one request; about 8,000 tokens, which every current model takes."""
_OVERLAP = 1_000
_LONGEST_LINE = 8_000
_MARKS = {TextSource.SCREEN: "(on screen) ", TextSource.ANALYSIS: "(picture) ", TextSource.SPEECH: ""}


def timed(lines: Sequence[TextRegion]) -> list[TimedLine]:
    """Write every line with its time in seconds before it; very long ones as several."""
    timed = []
    for line in lines:
        seconds = float(line.time.start.seconds)
        speaker = f"{line.speaker}: " if line.speaker else ""
        for at in range(0, len(line.text), _LONGEST_LINE):
            piece = line.text[at : at + _LONGEST_LINE]
            timed.append((seconds, f"[{seconds:.1f}] {_MARKS[line.source]}{speaker}{piece}"))
    return timed


def parts_of(lines: Sequence[TimedLine]) -> Iterator[list[TimedLine]]:
    """Cut between lines; each part begins with the last lines of the one before, for the context."""
    part: list[TimedLine] = []
    size = fresh = 0
    for line in lines:
        if fresh and size + len(line[1]) + 1 > MAX_CHARACTERS:
            yield part
            part = _tail(part)
            size, fresh = sum(len(text) + 1 for _, text in part), 0
        part.append(line)
        size += len(line[1]) + 1
        fresh += 1
    if fresh:
        yield part


def shortened(lines: list[TimedLine], notices: list[str]) -> list[TimedLine]:
    """Cut all lines so that they fit into one request, and tell it; the last resort when a model writes at length."""
    room = MAX_CHARACTERS // len(lines)
    notices.append(f"The model's summaries of the parts were too long together; each was cut to {room} characters.")
    return [(seconds, text[: max(room - 1, 1)]) for seconds, text in lines]


def _tail(part: Sequence[TimedLine]) -> list[TimedLine]:
    kept: list[TimedLine] = []
    for line in reversed(part):
        if sum(len(text) + 1 for _, text in kept) + len(line[1]) > _OVERLAP:
            break
        kept.insert(0, line)
    return kept
