"""What a node will use for a video of some length, by what it used for others."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import linear_regression

from media_ai.catalog.history import Done
from media_ai.store.artifacts import Usage

_ENOUGH, _APART = 4, 1.5
"""Tasks, and how many times as long the longest video is as the shortest, from which on a part that does not grow is told."""


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What a node will probably use and take; `frames` if it gives frames."""

    tasks: int
    seconds: float
    calls: float
    used: tuple[Usage, ...]
    frames: float | None


def learn(done: Sequence[Done], video_s: float) -> Learned | None:
    """Return what a node will use for a video of this length; None if it has not worked yet."""
    if not done:
        return None

    def at(value: Callable[[Done], float]) -> float:
        return _at([item.video_s for item in done], [value(item) for item in done], video_s)

    gives_frames = any("frames" in item.counts for item in done)
    kinds = sorted({(usage.model, usage.is_batch) for item in done for usage in item.usage})
    return Learned(
        tasks=len(done),
        seconds=at(lambda item: item.seconds),
        calls=at(lambda item: len(item.usage)),
        used=tuple(_usage(model, is_batch, done, video_s) for model, is_batch in kinds),
        frames=at(lambda item: item.counts.get("frames", 0)) if gives_frames else None,
    )


def _usage(model: str, is_batch: bool, done: Sequence[Done], video_s: float) -> Usage:
    def of(item: Done) -> Iterable[Usage]:
        return (usage for usage in item.usage if (usage.model, usage.is_batch) == (model, is_batch))

    lengths = [item.video_s for item in done]
    tokens = {
        name: round(_at(lengths, [sum(getattr(usage, name) for usage in of(item)) for item in done], video_s))
        for name in ("input_tokens", "output_tokens")
    }
    seconds = _at(lengths, [sum(usage.audio_seconds for usage in of(item)) for item in done], video_s)
    return Usage(model=model, is_batch=is_batch, audio_seconds=round(seconds, 3), **tokens)


def _at(lengths: Sequence[float], values: Sequence[float], length: float) -> float:
    """Return the value to expect at a length: on the line through what is known, else in the same share as all together."""
    if len(lengths) >= _ENOUGH and max(lengths) >= _APART * min(lengths):
        slope, base = linear_regression(lengths, values)
        # A line that falls, or begins below nothing, is chance.
        if slope >= 0 and base >= 0:
            return slope * length + base
    return sum(values) / sum(lengths) * length
