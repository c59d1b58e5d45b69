"""The words the storyboard is written in: texts, scenes, chapters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]
Entry = Literal["cut", "dissolve", "black"]


class SampleError(RuntimeError):
    """Something this machine lacks; the message is one sentence that says how to get it."""


@dataclass(frozen=True)
class Text:
    """Words on the screen: from the start of a scene, or from a spoken line, to the scene's end."""

    key: str
    words: str
    language: Language = "en"
    line: int | None = None
    delay_s: float = 0.0


@dataclass(frozen=True)
class Scene:
    """One shot: how it is entered, what is written on it and what is said over it."""

    id: str
    lines: tuple[str, ...]
    texts: tuple[Text, ...] = ()
    entry: Entry = "cut"
    static: bool = False
    chapter: str | None = None
    lead_s: float = 0.40
    tail_s: float = 0.40


@dataclass(frozen=True)
class Beat:
    """What a painter needs to know of its scene: the words, and when things happen, in seconds."""

    words: dict[str, str]
    shown_at: dict[str, float]
    line_at: tuple[float, ...]
    length: float

    def shows(self, key: str, now: float) -> bool:
        """Whether this text is on the screen yet."""
        # Times are frame numbers divided by 25, so half a frame of slack hides no real difference.
        return now > self.shown_at[key] - 0.02
