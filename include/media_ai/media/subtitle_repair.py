"""Lines of SubRip and WebVTT files as people write them: SubRip read at once, WebVTT made into what the format demands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

_MOMENT = r"(-?)\s{0,4}(?:(-?\d{1,4})\s{0,4}:\s{0,4})?(-?\d{1,3})\s{0,4}:\s{0,4}(-?\d{1,3})(?:\s{0,4}[.,:](-?\d{1,9}))?"
_TIMING = re.compile(rf"\s{{0,40}}{_MOMENT}\s{{0,9}}(?:-{{1,3}}\s?>|–>|—>|--&gt;)\s{{0,9}}{_MOMENT}(?!\d)", re.ASCII)
_REGULAR = re.compile(r"(\d\d):(\d\d):(\d\d)[,.](\d{3}) --> (\d\d):(\d\d):(\d\d)[,.](\d{3})\s*$", re.ASCII)
"""What nearly every timing line is; read several times as fast as what it might be."""
_HEADER = re.compile(r"\s*WEBVTT(?=\s|$)")


class Cue(NamedTuple):
    """One cue as written: milliseconds, and text with its tags. A tuple, because files hold a million."""

    start: int
    end: int
    text: str


@dataclass(kw_only=True)
class ReadSubtitles:
    """Cues, or lines that webvtt-py can read; and the timing lines that had to go because no time can be made of them."""

    cues: list[Cue] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    timings: int = 0
    impossible: list[str] = field(default_factory=list)


def has_header(text: str) -> bool:
    """Return whether the text says that it is WebVTT."""
    return bool(_HEADER.match(text))


def read_srt(lines: list[str]) -> ReadSubtitles:
    """Read cues as number, timing, text; everything up to the next timing line, or to its number, is a cue's text."""
    result = ReadSubtitles()
    text: list[str] = []
    timing: tuple[int, int] | None = None
    for line in lines:
        # Most lines are no timing: they are told apart without a call.
        found = _timing_in(line) if ">" in line or "&gt;" in line else None
        if found is None:
            text.append(line)
            continue
        _without_number(text, expected=result.timings + 1)
        _close_cue(result, timing, text)
        text = []
        timing = found if _is_possible(result, found, line) else None
    _close_cue(result, timing, text)
    return result


def _close_cue(result: ReadSubtitles, timing: tuple[int, int] | None, text: list[str]) -> None:
    # Text before the first timing, or below an impossible one, belongs to no cue.
    if timing is not None:
        result.cues.append(Cue(*timing, "\n".join([line for line in text if line.strip()])))


def _without_number(text: list[str], *, expected: int) -> None:
    """Take away the number of the next cue: digits right above its timing, or the expected ones further above."""
    if text and text[-1].isascii() and text[-1].isdigit() and len(text[-1]) < 10:
        text.pop()
        return
    last = next((at for at in range(len(text) - 1, -1, -1) if text[at].strip()), None)
    if last is None or not re.fullmatch(r"\s*\d{1,9}\s*", text[last]):
        return
    if last == len(text) - 1 or int(text[last]) == expected:
        del text[last:]


def repair_vtt(lines: list[str]) -> ReadSubtitles:
    """Write timing lines as the format demands, with an empty line above each; text after an empty line is no cue."""
    result = ReadSubtitles(lines=[] if has_header("\n".join(lines[:50])) else ["WEBVTT", ""])
    skipping = False
    for line in _from_header(lines):
        timing = _timing_in(line)
        if timing is not None:
            _part_from_text_above(result.lines)
            skipping = not _open_cue(result, timing, line)
        elif not skipping:
            result.lines.append(line.replace("-->", "->"))
        skipping = skipping and bool(line)
    return result


def _from_header(lines: list[str]) -> Iterator[str]:
    at = next((at for at, line in enumerate(lines) if line.strip()), 0)
    yield lines[at].lstrip() if lines else ""
    yield from lines[at + 1 :]


def _part_from_text_above(lines: list[str]) -> None:
    """Put an empty line before a cue that follows text directly; one line alone above a timing is the cue's name."""
    if len(lines) > 1 and lines[-1] and lines[-2]:
        number_only = lines[-1].isdigit()
        lines.insert(len(lines) - 1 if number_only else len(lines), "")


def _open_cue(result: ReadSubtitles, timing: tuple[int, int], line: str) -> bool:
    """Write a timing line; an impossible one is kept apart and its cue left out."""
    possible = _is_possible(result, timing, line)
    if possible:
        result.lines.append(f"{_stamp(timing[0])} --> {_stamp(timing[1])}")
    return possible


def _is_possible(result: ReadSubtitles, timing: tuple[int, int], line: str) -> bool:
    """Count a timing line; note one of which no time can be made."""
    result.timings += 1
    start, end = timing
    if start < 0 or end < start:
        result.impossible.append(line.strip()[:80])
        return False
    return True


def _timing_in(line: str) -> tuple[int, int] | None:
    """Return start and end in milliseconds, -1 for a negative time, or None when the line is no timing line."""
    if ">" not in line and "&gt;" not in line:
        return None
    if regular := _REGULAR.match(line):
        h, m, s, f, to_h, to_m, to_s, to_f = map(int, regular.groups())
        return ((h * 60 + m) * 60 + s) * 1000 + f, ((to_h * 60 + to_m) * 60 + to_s) * 1000 + to_f
    match = _TIMING.match(line)
    if match is None:
        return None
    parts = match.groups()
    return _milliseconds(parts[:5]), _milliseconds(parts[5:])


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    sign, hours, minutes, seconds, fraction = (part or "" for part in parts)
    if "-" in sign + hours + minutes + seconds + fraction:
        return -1
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole * 1000 + int(fraction[:3].ljust(3, "0"))


def _stamp(milliseconds: int) -> str:
    """Write hours:minutes:seconds.milliseconds."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"
