"""Text in which a model was caught in a loop: the same words again and again."""

from collections.abc import Iterable
from itertools import groupby

from media_ai.media.words import words

MOST_REPEATS = 3
"""The same line more often than this in a row is a model caught in a loop: of a refrain a little is lost at worst."""
_LONGEST_PHRASE = 24
"""Words of a repeated phrase that is looked for within one text."""
_LONGEST_TEXT = 20_000
_MOST_TOGETHER = 4
_FEWEST_WORDS = 12
"""Of a loop: "no, no, no, no, no" is speech."""


def longest_run(lines: Iterable[str]) -> int:
    """Return how often the same line is repeated without another between, at most; 0 without lines."""
    return max((sum(1 for _ in same) for _, same in groupby(line.strip().casefold() for line in lines)), default=0)


def looping_phrase(text: str) -> str | None:
    """Return a phrase that follows itself four times and more in a text, the shortest there is; None if there is none."""
    found = words(text[:_LONGEST_TEXT])
    for length in range(1, _LONGEST_PHRASE + 1):
        run = 0
        for at in range(length, len(found)):
            run = run + 1 if found[at] == found[at - length] else 0
            if run >= max(length * _MOST_TOGETHER, _FEWEST_WORDS):
                return " ".join(found[at - length + 1 : at + 1])
    return None
