"""What text and pictures mean, as vectors that a model made."""

from typing import ClassVar

from pydantic import Field

from media_ai.model.artifacts import Artifact, ArtifactKind, BlobRef
from media_ai.model.base import Model
from media_ai.model.time import TimeRange


class EmbeddedItem(Model):
    """A text or a picture of the video, and which vector is its own."""

    kind: str = Field(description="speech, screen, analysis, chapter, summary or frame.")
    time: TimeRange
    text: str = Field(default="", description="Whole, also where the model was given less of it; empty for a frame.")
    image: BlobRef | None = None
    row: int = Field(ge=0, description="Of the vectors; equal texts share one.")


class Embeddings(Artifact):
    """Vectors of one model: alike where meaning is alike."""

    kind: ClassVar = ArtifactKind.EMBEDDINGS

    model: str = Field(description="provider/model. Only vectors of the same model and dimension can be compared.")
    dimension: int = Field(ge=0, description="Numbers in a vector; 0 when there is none.")
    items: tuple[EmbeddedItem, ...]
    rows: int = Field(ge=0, description="Vectors.")
    vectors: BlobRef = Field(description="float32, little-endian, shape (rows, dimension), C order.")

    def counts(self) -> dict[str, int]:
        return {"items": len(self.items), "vectors": self.rows}
