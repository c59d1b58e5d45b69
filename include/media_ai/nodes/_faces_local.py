"""Faces found and compared on this machine, one frame at a time."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from media_ai.job import Job
from media_ai.model.vision import FrameSet
from media_ai.nodes._face_gallery import KnownPerson
from media_ai.nodes._faces_seen import Seen, known_person, stranger
from media_ai.nodes._people_of_frames import Found

if TYPE_CHECKING:
    from media_ai.nodes.recognize_faces import Params


@dataclass(kw_only=True)
class _Looked:
    """Everything seen in the frames."""

    faces: list[Seen] = field(default_factory=list)
    left_out: int = 0


def find_locally(params: "Params", frames: FrameSet, gallery: tuple[KnownPerson, ...], job: Job) -> Found:
    """Find faces in every frame, give those like the gallery's to its people, and group the others."""
    looked = _look(params, frames, job)
    known, others = _match(params, looked.faces, gallery)
    groups, beyond = _group(params, others)
    strangers = _recognize_groups(params, groups, known, gallery)
    _tell(params, looked.left_out, beyond, sum(map(len, strangers)), job)
    identities = [known_person(number, seen, gallery) for number, seen in sorted(known.items())]
    if params.group_unknown:
        identities += [stranger(seen, frames) for seen in strangers]
    return Found(
        identities=tuple(identities),
        not_seen=tuple(person.name for number, person in enumerate(gallery) if number not in known),
        faces_found=len(looked.faces),
        faces_left_out=looked.left_out + beyond,
        threshold=params.threshold,
    )


def _tell(params: "Params", small: int, beyond: int, unknown: int, job: Job) -> None:
    if unknown and not params.group_unknown:
        job.notice(f"{unknown} unknown faces were left out, as 'group_unknown' asks.")
    if small:
        job.notice(f"{small} faces were narrower than {params.min_face} pixels and left out.")
    if beyond:
        job.notice(f"{beyond} faces were not grouped: there are too many different ones.")


def _look(params: "Params", frames: FrameSet, job: Job) -> _Looked:
    from media_ai.media.faces_engine import describe_face, find_faces
    from media_ai.media.pictures import decode_jpeg

    looked = _Looked()
    for index, frame in enumerate(frames.frames):
        job.progress.update(index, len(frames.frames), "frames")
        picture = decode_jpeg(job.store.read(frame.image))
        for face in find_faces(picture):
            if face.width < params.min_face:
                looked.left_out += 1
                continue
            embedding = describe_face(picture, face)
            # Large and clear: the width counts, and doubt about the detection takes from it.
            seen = Seen(frame=index, box=face.box, quality=face.width * face.score**2, embedding=embedding)
            looked.faces.append(seen)
    return looked


def _match(
    params: "Params", faces: list[Seen], gallery: tuple[KnownPerson, ...]
) -> tuple[dict[int, list[Seen]], list[Seen]]:
    """Return the faces of each person of the gallery, by its number, and the others."""
    from media_ai.media.faces_grouping import Gallery

    known: dict[int, list[Seen]] = {}
    others: list[Seen] = []
    pictures = Gallery([person.embeddings for person in gallery])
    for seen in faces:
        owner, similarity = pictures.nearest(seen.embedding)
        (known.setdefault(owner, []) if owner >= 0 and similarity >= params.threshold else others).append(seen)
    return known, others


def _group(params: "Params", faces: list[Seen]) -> tuple[list[list[Seen]], int]:
    """Return the faces by person, in the order of their first, and how many could not be grouped."""
    from media_ai.media.faces_grouping import group_faces

    groups: dict[int, list[Seen]] = {}
    for seen, number in zip(faces, group_faces([seen.embedding for seen in faces], params.threshold), strict=True):
        groups.setdefault(number, []).append(seen)
    beyond = len(groups.pop(-1, []))
    return [groups[number] for number in sorted(groups)], beyond


def _recognize_groups(
    params: "Params", groups: list[list[Seen]], known: dict[int, list[Seen]], gallery: tuple[KnownPerson, ...]
) -> list[list[Seen]]:
    """Give a group to the person of the gallery whom its mean is like: single faces of it were turned away or blurred."""
    from media_ai.media.faces_grouping import Gallery, mean_of

    pictures, strangers = Gallery([person.embeddings for person in gallery]), []
    for group in groups:
        owner, similarity = pictures.nearest(mean_of([seen.embedding for seen in group]))
        if owner >= 0 and similarity >= params.threshold:
            known[owner] = sorted([*known.get(owner, []), *group], key=lambda seen: seen.frame)
        else:
            strangers.append(group)
    return strangers
