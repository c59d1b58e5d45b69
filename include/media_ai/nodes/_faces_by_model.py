"""Faces recognised by a vision model: gallery and frames are shown to it batch by batch, with who is looked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from media_ai.errors import ErrorKind, ServiceError
from media_ai.job import Job
from media_ai.media.faces_appearances import Identity, Sighting
from media_ai.model.text import Box
from media_ai.model.vision import Frame, FrameSet
from media_ai.nodes._face_gallery import KnownPerson
from media_ai.nodes._faces_question import MAX_REFERENCES, make_request, require_whole
from media_ai.nodes._people_of_frames import Found

if TYPE_CHECKING:
    from media_ai.nodes.recognize_faces import Params


@dataclass(kw_only=True)
class _Candidate:
    """Somebody who was seen or is looked for; `crops` are shown to the model."""

    id: str
    person: KnownPerson | None
    crops: tuple[bytes, ...]
    sightings: list[Sighting] = field(default_factory=list)


def find_by_model(params: "Params", frames: FrameSet, gallery: tuple[KnownPerson, ...], job: Job) -> Found:
    """Ask the model about every frame; people it found before are shown to it again, so that they keep their id."""
    people = [_Candidate(id=f"p{at}", person=person, crops=person.crops) for at, person in enumerate(gallery, 1)]
    found = left_out = 0
    for start in range(0, len(frames.frames), params.batch_size):
        batch = frames.frames[start : start + params.batch_size]
        shown = _shown([one for one in people if one.person or params.group_unknown])
        answers = _answers(batch, shown, params.model, job)
        for at, answer in enumerate(answers):
            faces = [face for face in answer["people"] if _is_large(face, frames, params)]
            found, left_out = found + len(faces), left_out + len(answer["people"]) - len(faces)
            _add(people, faces, start + at, frames, job)
        _settle(people)
        job.progress.update(start + len(batch), len(frames.frames), "frames")
    _tell(people, left_out, params, job)
    seen = [one for one in people if one.sightings and (one.person or params.group_unknown)]
    return Found(
        identities=tuple(_identity(one, frames) for one in seen),
        not_seen=tuple(one.person.name for one in people if one.person and not one.sightings),
        faces_found=found,
        faces_left_out=left_out,
    )


def _answers(batch: Sequence[Frame], shown: list[tuple[str, bytes]], model: str, job: Job) -> list[dict[str, Any]]:
    """Return who is in each frame; when a content filter refuses them, ask about fewer, until the refused ones are found."""
    try:
        answers: list[dict[str, Any]] = job.ask(model, make_request(batch, shown, job)).data["frames"]
    except ServiceError as exc:
        if exc.kind is not ErrorKind.BLOCKED_CONTENT:
            raise
    else:
        require_whole(batch, answers, model)
        return answers
    if len(batch) == 1:
        job.notice(f"The frame at {batch[0].time} was refused by the content filter of {model}.")
        return [{"people": []}]
    half = len(batch) // 2
    later = _answers(batch[half:], shown, model, job)
    for face in (face for answer in later for face in answer["people"]):
        # Strangers are numbered anew in each request.
        if face["person"].startswith("new"):
            face["person"] = f"{face['person']} of {batch[half].time}"
    return [*_answers(batch[:half], shown, model, job), *later]


def _shown(people: Sequence[_Candidate]) -> list[tuple[str, bytes]]:
    """Return the pictures to send: one of everybody first, then their second ones, and so on."""
    rounds = max((len(one.crops) for one in people), default=0)
    pictures = [(one.id, one.crops[at]) for at in range(rounds) for one in people if at < len(one.crops)]
    return pictures[:MAX_REFERENCES]


def _is_large(face: dict[str, Any], frames: FrameSet, params: "Params") -> bool:
    return bool(face["box"]["height"] > 0 and face["box"]["width"] * frames.width >= params.min_face)


def _add(people: list[_Candidate], faces: list[dict[str, Any]], index: int, frames: FrameSet, job: Job) -> None:
    from media_ai.media.faces_pictures import crop_face
    from media_ai.media.pictures import decode_jpeg

    by_id = {one.id: one for one in people}
    for face in faces:
        box = _inside(face["box"])
        if face["person"] not in by_id:
            crop = crop_face(decode_jpeg(job.store.read(frames.frames[index].image)), box)
            by_id[face["person"]] = _Candidate(id=face["person"], person=None, crops=(crop,))
            people.append(by_id[face["person"]])
        confidence = round(float(face["confidence"]), 4)
        quality = box.width * box.height * confidence
        by_id[face["person"]].sightings.append(Sighting(frame=index, box=box, confidence=confidence, quality=quality))


def _settle(people: list[_Candidate]) -> None:
    """Give those who are new in this batch an id that the next batch can use."""
    strangers = 0
    for one in people:
        if one.person is None:
            strangers += 1
            one.id = f"u{strangers}"


def _inside(box: dict[str, float]) -> Box:
    left, top = min(box["left"], 0.999), min(box["top"], 0.999)
    return Box(left=left, top=top, width=min(box["width"], 1 - left), height=min(box["height"], 1 - top))


def _tell(people: Sequence[_Candidate], left_out: int, params: "Params", job: Job) -> None:
    if len(people) > MAX_REFERENCES:
        job.notice(
            f"{params.model} was shown {MAX_REFERENCES} of {len(people)} people at a time; others may be doubled."
        )
    if left_out:
        job.notice(f"{left_out} faces were narrower than {params.min_face} pixels and left out.")


def _identity(one: _Candidate, frames: FrameSet) -> Identity:
    first, person = one.sightings[0], one.person
    stranger = ("unknown", frames.frames[first.frame].image.sha256, first.box.model_dump_json(), one.id)
    return Identity(
        key=("gallery", person.name, person.role, one.id) if person else stranger,
        name=person.name if person else None,
        role=person.role if person else "",
        is_known=person is not None,
        sightings=tuple(one.sightings),
    )
