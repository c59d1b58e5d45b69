"""From faces that were seen to identities: confidences, mean embeddings, and what ids are made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from media_ai.media.faces_appearances import Identity, Sighting
from media_ai.model.text import Box
from media_ai.model.vision import FrameSet
from media_ai.nodes._face_gallery import KnownPerson

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A face in a frame; half a kilobyte."""

    frame: int
    box: Box
    quality: float
    embedding: "np.ndarray"


def known_person(number: int, seen: list[Seen], gallery: tuple[KnownPerson, ...]) -> Identity:
    """Return the identity of a person of the gallery; `number` is the place in it."""
    # Two people of one name are two: the second has its number among them in the id.
    person = gallery[number]
    same = sum(1 for other in gallery[:number] if (other.name, other.role) == (person.name, person.role))
    return _identity(("gallery", person.name, person.role, str(same)), seen, person)


def stranger(seen: list[Seen], frames: FrameSet) -> Identity:
    """Return the identity of somebody unknown."""
    first = seen[0]
    return _identity(("unknown", frames.frames[first.frame].image.sha256, first.box.model_dump_json()), seen, None)


def _identity(key: tuple[str, ...], seen: list[Seen], person: KnownPerson | None) -> Identity:
    mean = _rounded_mean(seen)
    references = person.embeddings if person else (mean,)
    return Identity(
        key=key,
        name=person.name if person else None,
        role=person.role if person else "",
        is_known=person is not None,
        sightings=tuple(_sighting(item, references) for item in seen),
        embedding=mean,
    )


def _sighting(seen: Seen, references: "Sequence[np.ndarray | tuple[float, ...]]") -> Sighting:
    similarity = max(float(seen.embedding @ reference) for reference in references)
    return Sighting(
        frame=seen.frame, box=seen.box, confidence=round(min(max(similarity, 0.0), 1.0), 4), quality=seen.quality
    )


def _rounded_mean(seen: list[Seen]) -> tuple[float, ...]:
    from media_ai.media.faces_grouping import mean_of

    return tuple(round(float(value), 5) for value in mean_of([item.embedding for item in seen]))
