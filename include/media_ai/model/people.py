"""Who is seen: people with the stretches of time in which they appear, known by name or only told apart."""

from typing import ClassVar

from pydantic import Field

from media_ai.model.artifacts import Artifact, ArtifactKind, BlobRef
from media_ai.model.base import Model
from media_ai.model.text import Box
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Coverage


class Appearance(Model):
    """A stretch of time in which a person is seen, and where the face is at its best."""

    time: TimeRange
    best: Timecode = Field(description="Time of the frame that `box` is in.")
    box: Box
    confidence: float = Field(ge=0, le=1, description="Highest of the faces in it; see Person.confidence.")


class Person(Model):
    """One person of a video: somebody of the gallery, or an unknown who was told apart from the others."""

    id: str = Field(pattern=r"^[0-9a-f]{16}$", description="Made from the gallery entry, or from the first face.")
    name: str | None = Field(default=None, description="From the gallery; a name given later is kept in the catalog.")
    role: str = ""
    is_known: bool = Field(description="Whether the person is of the gallery.")
    confidence: float = Field(
        ge=0,
        le=1,
        description="local: highest cosine similarity of a face, with the gallery if known, else with the person's mean; "
        "other models: what the model says of itself.",
    )
    faces: int = Field(ge=1, description="Faces found in the frames.")
    appearances: tuple[Appearance, ...] = Field(description="In ascending time; they do not overlap.")
    best_face: BlobRef = Field(description="JPEG of the largest, clearest face with its surroundings.")
    embedding: tuple[float, ...] = Field(
        default=(),
        description="Mean of the faces' embeddings, of length 1; persons are compared by the dot product. Empty for models "
        "that give none.",
    )


class People(Artifact):
    """The people seen in frames of one video, those who appear longest first."""

    kind: ClassVar = ArtifactKind.PEOPLE

    model: str = Field(description="provider/model.")
    persons: tuple[Person, ...]
    not_seen: tuple[str, ...] = Field(default=(), description="Names of the gallery that were not found.")
    threshold: float | None = Field(
        default=None, description="Least cosine similarity for the same person; local only."
    )
    min_face: int = Field(ge=1, description="Faces narrower than this many pixels were left out.")
    max_gap: float = Field(ge=0, description="Appearances at most this many seconds apart were joined.")
    faces_found: int = Field(ge=0, description="Faces looked at.")
    faces_left_out: int = Field(default=0, ge=0, description="Faces that were too small or could not be grouped.")
    coverage: Coverage = Field(description="Of the frames in which faces were looked for.")

    def counts(self) -> dict[str, int]:
        return {"people": len(self.persons), "faces": sum(person.faces for person in self.persons)}
