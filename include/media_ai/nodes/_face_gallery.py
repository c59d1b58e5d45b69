"""The gallery of people to recognise: its pictures are read, checked and described before any frame is looked at."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from media_ai.errors import InputError
from media_ai.job import Job
from media_ai.model.artifacts import BlobRef

if TYPE_CHECKING:
    import numpy as np

MAX_BYTES = 50_000_000


class Entry(Protocol):
    """A person as the params have them."""

    name: str
    role: str
    images: tuple[str | BlobRef, ...]


@dataclass(frozen=True, kw_only=True)
class KnownPerson:
    """A person of the gallery: an embedding and a crop (JPEG) of each picture's face."""

    name: str
    role: str
    embeddings: tuple["np.ndarray", ...]
    crops: tuple[bytes, ...]


def read_gallery(entries: Iterable[Any], job: Job) -> tuple[KnownPerson, ...]:
    """
    Read the pictures of every person.

    Raises:
        InputError: A picture cannot be read, is too small or too large, or shows no face.
    """
    people = list(entries)
    gallery = []
    for index, entry in enumerate(people):
        job.progress.update(index, len(people), "people of the gallery")
        faces = [_face_of(image, entry.name, job) for image in entry.images]
        embeddings, crops = zip(*faces, strict=True)
        gallery.append(KnownPerson(name=entry.name, role=entry.role, embeddings=embeddings, crops=crops))
    return tuple(gallery)


def digest_of_image(image: str | BlobRef, name: str, job: Job) -> str:
    """Return the SHA-256 of a picture's bytes."""
    if isinstance(image, BlobRef):
        return image.sha256
    with _path_of(image, name, job).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _face_of(image: str | BlobRef, name: str, job: Job) -> tuple["np.ndarray", bytes]:
    from media_ai.media.faces_engine import describe_face, find_faces
    from media_ai.media.faces_pictures import crop_face, read_gallery_picture

    what = _what(image, name)
    data = job.store.read(image) if isinstance(image, BlobRef) else _path_of(image, name, job).read_bytes()
    picture = read_gallery_picture(data, what=what)
    faces = find_faces(picture)
    if not faces:
        raise InputError(f"The {what} shows no face. Give a picture in which the face is upright and well lit.")
    if len(faces) > 1:
        job.notice(f"The {what} shows {len(faces)} faces; the largest was taken.")
    return describe_face(picture, faces[0]), crop_face(picture, faces[0].box)


def _path_of(image: str, name: str, job: Job) -> Path:
    path = job.files.local_path(image, what=f"gallery image of '{name}'")
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise InputError(f"The {_what(image, name)} has {size / 1e6:.0f} MB; at most 50 MB can be read. Scale it down.")
    return path


def _what(image: str | BlobRef, name: str) -> str:
    called = image.sha256[:12] if isinstance(image, BlobRef) else image.rsplit("/", 1)[-1]
    return f"gallery image '{called}' of '{name}'"
