"""Lays the storyboard out in whole frames, from the real lengths of the spoken lines."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from tools.make_sample.model import Beat, Scene, Text
from tools.make_sample.speech import RATE, Samples, speak

FPS = 25
SAMPLES_PER_FRAME = RATE // FPS
GAP_FRAMES = 6
BLACK_FRAMES = 16
DISSOLVE_FRAMES = 20


@dataclass(frozen=True)
class Line:
    """A spoken sentence: its frames (end excluded), its words and its sound."""

    start: int
    end: int
    words: str
    sound: Samples


@dataclass(frozen=True)
class Shot:
    """A scene and the frames that show it alone (end excluded)."""

    scene: Scene
    start: int
    end: int
    lines: tuple[Line, ...]

    def beat(self) -> Beat:
        """When things happen in this shot, in seconds from its start."""
        at = tuple((line.start - self.start) / FPS for line in self.lines)
        shown = {text.key: (self.shown(text) - self.start) / FPS for text in self.scene.texts}
        words = {text.key: text.words for text in self.scene.texts}
        return Beat(words=words, shown_at=shown, line_at=at, length=(self.end - self.start) / FPS)

    def shown(self, text: Text) -> int:
        """The frame on which a text appears."""
        return (self.start if text.line is None else self.lines[text.line].start) + round(text.delay_s * FPS)


def lay_out(scenes: tuple[Scene, ...]) -> list[Shot]:
    """Every scene in order, each as long as what is said over it."""
    shots: list[Shot] = []
    frame = 0
    for scene in scenes:
        frame += {"cut": 0, "dissolve": DISSOLVE_FRAMES, "black": BLACK_FRAMES}[scene.entry]
        start, lines = frame, []
        frame += round(scene.lead_s * FPS)
        for words in scene.lines:
            sound = speak(words)
            end = frame + ceil(len(sound) / SAMPLES_PER_FRAME)
            lines.append(Line(frame, end, words, sound))
            frame = end + GAP_FRAMES
        frame += round(scene.tail_s * FPS) - GAP_FRAMES
        shots.append(Shot(scene, start, frame, tuple(lines)))
    return shots


def soundtrack(shots: list[Shot]) -> Samples:
    """All lines in their places, silence between them."""
    track = np.zeros(shots[-1].end * SAMPLES_PER_FRAME, np.int16)
    for line in (line for shot in shots for line in shot.lines):
        start = line.start * SAMPLES_PER_FRAME
        track[start : start + len(line.sound)] = line.sound
    return track
