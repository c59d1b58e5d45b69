"""Where somebody speaks, and where it is silent: Silero VAD, whose model is in its package, and levels."""

import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime

from media_ai.errors import ConfigurationError
from media_ai.media.sound import RATE

WINDOW = 512
"""Samples that the model judges at a time: 32 ms."""
_CONTEXT = 64
_BATCH = 128
"""Windows given to the model at once: 4 s."""
_STATE = (1, 1, 128)

_SPEAKS, _STILL_SPEAKS = 0.5, 0.35
"""Probabilities from which speech begins, and above which it goes on; the defaults of Silero VAD."""
_SHORTEST_SPEECH_S = 0.25
_SHORTEST_PAUSE_S = 0.5
"""Shorter pauses are within speech."""
_MARGIN_S = 0.1
"""Added on both sides of speech, so that soft beginnings and ends are not cut."""
_SILENCE_DBFS = -50.0
"""Level, root mean square, below which a room is silent."""
_SHORTEST_SILENCE_S = 0.5

Stretch = tuple[float, float]
"""Start and end in seconds."""


@dataclass(frozen=True, kw_only=True)
class Activity:
    """Stretches of speech and of silence, each in ascending order; what is neither is sound without speech."""

    speech: tuple[Stretch, ...]
    silence: tuple[Stretch, ...]


def find_activity(sound: Iterable[np.ndarray]) -> Activity:
    """
    Return where somebody speaks and where it is silent.

    Args:
        sound: float32, -1 to 1, RATE samples a second, in pieces of any length.
    """
    chances: list[np.ndarray] = []
    levels: list[np.ndarray] = []
    judge = _Judge()
    for windows in _batches(sound):
        chances.append(judge.chances(windows))
        levels.append(np.sqrt(np.mean(windows * windows, axis=1)))
    if not chances:
        return Activity(speech=(), silence=())
    chance, level = np.concatenate(chances), np.concatenate(levels)
    end_s = len(chance) * WINDOW / RATE
    quiet = _stretches(level < 10 ** (_SILENCE_DBFS / 20))
    return Activity(
        speech=tuple(_speech(chance, end_s)),
        silence=tuple(part for part in quiet if part[1] - part[0] >= _SHORTEST_SILENCE_S),
    )


def _speech(chance: np.ndarray, end_s: float) -> list[Stretch]:
    """Join what pauses only shortly, leave out what is too short, add the margins."""
    joined: list[Stretch] = []
    for start, end in _stretches(_with_hysteresis(chance)):
        if joined and start - joined[-1][1] < _SHORTEST_PAUSE_S:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [
        (max(start - _MARGIN_S, 0.0), min(end + _MARGIN_S, end_s))
        for start, end in joined
        if end - start >= _SHORTEST_SPEECH_S
    ]


def _with_hysteresis(chance: np.ndarray) -> np.ndarray:
    """Return for each window whether it is speech: begun at one probability, gone on with above a lower one."""
    decided = np.where(chance >= _SPEAKS, 1, np.where(chance < _STILL_SPEAKS, 0, -1))
    # Undecided windows take the last decision.
    last = np.maximum.accumulate(np.where(decided >= 0, np.arange(len(decided)), -1))
    return np.asarray(np.where(last >= 0, decided[last], 0) == 1)


def _stretches(flags: np.ndarray) -> list[Stretch]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))) * WINDOW / RATE
    return [(float(start), float(end)) for start, end in edges.reshape(-1, 2)]


def _batches(sound: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Yield whole windows, shape (up to _BATCH, WINDOW); the end is filled with zeros."""
    size = WINDOW * _BATCH
    held = np.zeros(0, np.float32)
    for piece in sound:
        held = np.concatenate([held, piece])
        while len(held) >= size:
            yield held[:size].reshape(-1, WINDOW)
            held = held[size:]
    if len(held):
        padding = -len(held) % WINDOW
        yield np.concatenate([held, np.zeros(padding, np.float32)]).reshape(-1, WINDOW)


class _Judge:
    """The model with its memory."""

    def __init__(self) -> None:
        self._h = self._c = np.zeros(_STATE, np.float32)
        self._before = np.zeros(_CONTEXT, np.float32)

    def chances(self, windows: np.ndarray) -> np.ndarray:
        """Return the probability of speech for each window, 0 to 1; windows follow those given before."""
        before = np.vstack([self._before, windows[:-1, -_CONTEXT:]])
        given = {"input": np.hstack([before, windows]).astype(np.float32), "h": self._h, "c": self._c}
        chances, self._h, self._c = _session().run(None, given)
        self._before = windows[-1, -_CONTEXT:]
        return np.asarray(chances).reshape(-1)


@cache
def _session() -> onnxruntime.InferenceSession:
    # The package itself needs torch; its model does not.
    found = importlib.util.find_spec("silero_vad")
    if found is None or found.origin is None:
        raise ConfigurationError(
            "Voice activity needs the package 'silero-vad'; install the project's requirements.txt."
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    path = Path(found.origin).parent / "data" / "silero_vad_16k_sequence.onnx"
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
