"""
Find who appears in the frames, and when.

Faces are found and compared on this machine by `local/sface` (OpenCV's YuNet and SFace, no key needed). People of the
gallery are recognised by their pictures; the others are told apart and can be named later, without running anything again.
`openai/<model>` shows gallery and frames to a vision model instead. A frame stands for the time until the next one.
"""

import math

from pydantic import Field, field_validator

from media_ai.clients.models import LOCAL, services_of, split_model
from media_ai.errors import InputError
from media_ai.graph.foresight import FRAME_TEXT_TOKENS, PROMPT_TOKENS, Expected, Work
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.artifacts import BlobRef
from media_ai.model.base import Model, digest_of
from media_ai.model.people import People
from media_ai.model.vision import FrameSet

LOCAL_MODEL = f"{LOCAL}/sface"


class GalleryPerson(Model):
    """Somebody to recognise."""

    name: str = Field(min_length=1, max_length=200, title="Name")
    role: str = Field(default="", max_length=200, title="Role", description="Such as 'host' or 'captain'.")
    images: tuple[str | BlobRef, ...] = Field(
        min_length=1,
        max_length=20,
        title="Images",
        description="Paths or file:// addresses of pictures of this person alone, or blobs of the artifact store.",
    )


class Params(NodeParams):
    """Who is known, and when two faces are of one person."""

    model: str = Field(
        default=LOCAL_MODEL,
        title="Model",
        description="provider/model: local/sface works here without a key; openai/qwen3-vl-plus asks a vision model.",
    )
    gallery: tuple[GalleryPerson, ...] = Field(
        default=(), max_length=500, title="Gallery", description="People to recognise; without any, faces are grouped."
    )
    threshold: float = Field(
        default=0.363,
        ge=0,
        le=1,
        title="Least similarity",
        description="Cosine similarity of two faces of one person. 0.363 is SFace's best on LFW (99.6 % right, OpenCV's "
        "tutorial 'DNN-based Face Detection And Recognition'). Not used by vision models.",
    )
    min_face: int = Field(
        default=24,
        ge=10,
        le=2000,
        title="Smallest face",
        description="Pixels of its width. From 24 on a face is like its large picture (0.70 and more, measured); at 16 no "
        "longer (0.36).",
    )
    group_unknown: bool = Field(
        default=True, title="Group unknown faces", description="Otherwise only people of the gallery are in the result."
    )
    max_gap: float = Field(
        default=3,
        ge=0,
        le=3600,
        title="Longest gap",
        description="Seconds; appearances of a person at most this far apart become one.",
    )
    batch_size: int = Field(default=8, ge=1, le=64, title="Frames per request", description="Not used by local/sface.")

    @field_validator("model")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            provider, _ = split_model(value)
        except InputError as exc:
            raise ValueError(exc.message) from exc
        if provider == LOCAL and value != LOCAL_MODEL:
            raise ValueError(f"'{value}' does not exist; on this machine faces are recognised by {LOCAL_MODEL}.")
        return value


class Inputs(NodePorts):
    """Frames of one video."""

    frames: FrameSet = Field(title="Frames")


class Outputs(NodePorts):
    """Everybody who was seen."""

    people: People = Field(title="People")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """
    Find the faces, name them, and join them to appearances.

    Raises:
        InputError: A picture of the gallery cannot be used.
        ConfigurationError: The face models, or a provider's credentials, are missing.
        ServiceError: The model refused or failed.
    """
    from media_ai.nodes._face_gallery import read_gallery
    from media_ai.nodes._faces_by_model import find_by_model
    from media_ai.nodes._faces_local import find_locally
    from media_ai.nodes._people_of_frames import make_people

    gallery = read_gallery(params.gallery, job)
    find = find_locally if params.model == LOCAL_MODEL else find_by_model
    found = find(params, inputs.frames, gallery, job)
    return Outputs(people=make_people(found, params, inputs.frames, job))


def fingerprint(params: Params, job: Job) -> str:
    """Identify the gallery by the bytes of its pictures, so that a replaced file is noticed."""
    from media_ai.nodes._face_gallery import digest_of_image

    return digest_of([digest_of_image(image, person.name, job) for person in params.gallery for image in person.images])


def foresee(params: Params, expected: Expected) -> Work:
    """Every frame is shown once; pictures of people go before each request."""
    if params.model == LOCAL_MODEL:
        return Work(frames=expected.frames)
    calls = math.ceil(expected.frames / params.batch_size)
    shown = min(sum(len(person.images) for person in params.gallery) + 4, 24)
    return Work(
        model=params.model,
        calls=calls,
        frames=expected.frames,
        input_tokens=expected.frames * expected.tokens_of_frame + calls * (PROMPT_TOKENS + shown * 70),
        output_tokens=expected.frames * FRAME_TEXT_TOKENS,
    )


NODE = NodeType(
    id="recognize_faces",
    version=1,
    title="Recognize faces",
    category="Understanding",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    foresee=foresee,
    services=lambda params, run_input: services_of(params.model),
    help=__doc__ or "",
    fingerprint=fingerprint,
    preload=("media_ai.media.faces_engine", "media_ai.media.faces_grouping", "media_ai.media.faces_pictures"),
)
