"""Which lines on screen are titles: large beside the other lines, short, and not a logo that is always there."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from media_ai.media.sentences import height_of
from media_ai.media.words import is_unspaced
from media_ai.model.text import TextRegion, TextSource
from media_ai.model.time import TimeRange

TITLE_HEIGHT = 1.2
"""A line this many times as tall as the median line on screen is a title."""

_LONGEST = 70
_LOGO_SHARE = 0.5
_LOGO_TIMES = 4
_LETTER = re.compile(r"[^\W\d_]")
_LEAST_LATENESS_S, _MOST_LATENESS_S = 3.0, 6.0
_LATEST_S = 12.0


@dataclass(frozen=True, kw_only=True)
class ScreenTitle:
    """
    A line on screen that may be a title.

    Attributes:
        region: The line.
        prominence: Its height in median heights.
        lateness: How many seconds after it came it may have been read first, because frames are that far apart.
    """

    region: TextRegion
    prominence: float
    lateness: float

    @property
    def start(self) -> float:
        """When it was first seen, seconds."""
        return float(self.region.time.start.seconds)

    @property
    def is_large(self) -> bool:
        """Whether it stands out from the other lines."""
        return self.prominence >= TITLE_HEIGHT


def screen_titles(lines: Sequence[TextRegion], span: TimeRange) -> tuple[ScreenTitle, ...]:
    """Return the lines on screen that could name a stretch of the video, by start time."""
    screen = [line for line in lines if line.source is TextSource.SCREEN and height_of(line) > 0]
    if not screen:
        return ()
    typical = median(height_of(line) for line in screen)
    lateness = _frame_distance(screen)
    times_seen = Counter(line.text.casefold() for line in screen)
    return tuple(
        ScreenTitle(region=line, prominence=height_of(line) / typical, lateness=lateness)
        for line in sorted(screen, key=lambda line: line.time.start)
        if _can_name(line.text) and times_seen[line.text.casefold()] < _LOGO_TIMES and not _stays(line, span)
    )


def title_of(titles: Sequence[ScreenTitle], start: float, end: float, language: str | None) -> str | None:
    """
    Return the most prominent line that comes on screen around the start of a chapter, or None.

    A line in the script of the video's language goes before a larger one in another script.

    Args:
        titles: All of the video.
        start: Of the chapter, seconds.
        end: Of the chapter, seconds.
        language: BCP 47 tag.
    """
    # A title is read later than it comes, but never much earlier than the pause in which its chapter begins.
    latest = start + min(_LATEST_S, max(_LEAST_LATENESS_S, (end - start) / 3))
    around = [
        title
        for title in titles
        if start - 1.0 <= title.start < min(end, max(latest, start + title.lateness)) and _is_visible(title, start)
    ]
    if not around:
        return None
    best = max(around, key=lambda title: _worth(title, start, language))
    return tidy(best.region.text)


def fits_language(text: str, language: str | None) -> bool:
    """Return whether `text` is in the kind of script that the language is written in, with or without spaces."""
    return is_unspaced(text) == ((language or "").split("-", maxsplit=1)[0] in ("zh", "ja", "th"))


def tidy(text: str) -> str:
    """Return a title on one line, without the punctuation around it, its first letter large."""
    text = unicodedata.normalize("NFC", " ".join(text.split())).strip(" .,;:·-–—|•。，、：；")
    return text[:1].upper() + text[1:]


def _worth(title: ScreenTitle, start: float, language: str | None) -> tuple[bool, bool, bool, bool, float]:
    fits = fits_language(title.region.text, language)
    return fits, title.is_large, _earliness(title, start), title.start >= start, title.prominence


def _frame_distance(screen: Sequence[TextRegion]) -> float:
    """Estimate how far apart the frames are, seconds: regions begin only at frames."""
    times = sorted({float(line.time.start.seconds) for line in screen})
    nearest = min((after - before for before, after in pairwise(times)), default=0.0)
    return min(max(nearest, _LEAST_LATENESS_S), _MOST_LATENESS_S)


def _is_visible(title: ScreenTitle, start: float) -> bool:
    """A smaller line will do when it comes with the chapter and has several words, unlike the labels in a picture."""
    is_line = len(title.region.text) > 3 if is_unspaced(title.region.text) else len(title.region.text.split()) > 2
    return title.prominence >= 1.0 or (is_line and title.prominence >= 0.7 and _earliness(title, start))


def _earliness(title: ScreenTitle, start: float) -> bool:
    """Prefer what comes with the chapter to a label that comes during it."""
    return title.start < start + title.lateness


def _can_name(text: str) -> bool:
    letters = len(_LETTER.findall(text))
    return (
        letters >= (2 if is_unspaced(text) else 3)
        and letters >= 0.5 * len(text.replace(" ", ""))
        and len(text) <= _LONGEST
    )


def _stays(line: TextRegion, span: TimeRange) -> bool:
    """Return whether a line is there most of the time, as a channel's logo is."""
    return span.duration > 60 and line.time.duration > _LOGO_SHARE * float(span.duration)
