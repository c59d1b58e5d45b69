"""From faces in single frames to stretches of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from media_ai.model.people import Appearance
from media_ai.model.text import Box
from media_ai.model.time import Timecode, TimeRange


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A face of a person in a frame; the best one has the highest quality."""

    frame: int
    box: Box
    confidence: float
    quality: float


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A person and where the face was seen; `key` is what the person's id is made from."""

    key: tuple[str, ...]
    name: str | None
    role: str
    is_known: bool
    sightings: tuple[Sighting, ...]
    embedding: tuple[float, ...] = ()


def merge_appearances(
    sightings: Sequence[Sighting], times: Sequence[Timecode], end: Timecode, max_gap: Fraction
) -> tuple[Appearance, ...]:
    """
    Return the stretches in which a person is seen.

    A frame stands for the time until the next one: similar frames may have been left out between them.

    Args:
        sightings: Faces of one person.
        times: Of all frames that were looked at, ascending.
        end: Where the last frame's time ends.
        max_gap: Stretches at most this many seconds apart become one.
    """
    stretches: list[list[Sighting]] = []
    last: Timecode | None = None
    for sighting in sorted(sightings, key=lambda item: item.frame):
        start = times[sighting.frame]
        if last is None or start.seconds - last.seconds > max_gap:
            stretches.append([])
        stretches[-1].append(sighting)
        last = _end_of(sighting, times, end)
    return tuple(_appearance(stretch, times, end) for stretch in stretches)


def best_of(sightings: Sequence[Sighting]) -> Sighting:
    """Return the sighting of the highest quality, the first of equals."""
    return max(sightings, key=lambda item: (item.quality, -item.frame))


def _end_of(sighting: Sighting, times: Sequence[Timecode], end: Timecode) -> Timecode:
    return times[sighting.frame + 1] if sighting.frame + 1 < len(times) else max(end, times[sighting.frame])


def _appearance(stretch: Sequence[Sighting], times: Sequence[Timecode], end: Timecode) -> Appearance:
    best = best_of(stretch)
    return Appearance(
        time=TimeRange(start=times[stretch[0].frame], end=_end_of(stretch[-1], times, end)),
        best=times[best.frame],
        box=best.box,
        confidence=max(sighting.confidence for sighting in stretch),
    )
