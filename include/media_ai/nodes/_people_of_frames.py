"""From who was seen in which frames to the artifact: ids, appearances, best faces."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from media_ai.job import Job
from media_ai.media.faces_appearances import Identity, best_of, merge_appearances
from media_ai.model.base import digest_of
from media_ai.model.people import People, Person
from media_ai.model.vision import FrameSet

if TYPE_CHECKING:
    from media_ai.nodes.recognize_faces import Params


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a provider found; `threshold` is absent where none was applied."""

    identities: tuple[Identity, ...]
    not_seen: tuple[str, ...]
    faces_found: int
    faces_left_out: int
    threshold: float | None = None


def make_people(found: Found, params: "Params", frames: FrameSet, job: Job) -> People:
    """Return the people, those who appear longest first."""
    persons = [_person(identity, frames, Fraction(str(params.max_gap)), job) for identity in found.identities]
    return People(
        model=params.model,
        persons=tuple(sorted(persons, key=_rank)),
        not_seen=found.not_seen,
        threshold=found.threshold,
        min_face=params.min_face,
        max_gap=params.max_gap,
        faces_found=found.faces_found,
        faces_left_out=found.faces_left_out,
        coverage=frames.coverage,
    )


def _person(identity: Identity, frames: FrameSet, max_gap: Fraction, job: Job) -> Person:
    from media_ai.media.faces_pictures import crop_face
    from media_ai.media.pictures import decode_jpeg

    times = [frame.time for frame in frames.frames]
    best = best_of(identity.sightings)
    crop = crop_face(decode_jpeg(job.store.read(frames.frames[best.frame].image)), best.box)
    return Person(
        id=digest_of(list(identity.key))[:16],
        name=identity.name,
        role=identity.role,
        is_known=identity.is_known,
        confidence=max(sighting.confidence for sighting in identity.sightings),
        faces=len(identity.sightings),
        appearances=merge_appearances(identity.sightings, times, frames.coverage.span.end, max_gap),
        best_face=job.store.put_bytes(crop, "image/jpeg"),
        embedding=identity.embedding,
    )


def _rank(person: Person) -> tuple[Fraction, Fraction, str]:
    shown = sum((item.time.duration for item in person.appearances), Fraction(0))
    return -shown, person.appearances[0].time.start.seconds, person.id
