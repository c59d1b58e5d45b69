"""What moves between nodes: typed artifacts, the blobs they point to, and the small references to both."""

from enum import StrEnum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, ClassVar

from pydantic import Field

from media_ai.model.base import Model, digest_of


class ArtifactKind(StrEnum):
    """The type of a port; a wire joins ports that share a kind."""

    VIDEO = "video"
    SUBTITLE_FILE = "subtitle_file"
    FRAME_SET = "frame_set"
    TRANSCRIPT = "transcript"
    SOUND = "sound"
    TEXT_CONTENT = "text_content"
    ANALYSES = "analyses"
    PEOPLE = "people"
    SUMMARY = "summary"
    PUBLICATION = "publication"
    SERVICE_ASSET = "service_asset"
    LABELS = "labels"
    SERVICE_ANSWER = "service_answer"
    VOD_STREAMS = "vod_streams"
    VOD_IMAGES = "vod_images"
    REVIEW = "review"
    EMBEDDINGS = "embeddings"
    HUMAN_REVIEW = "human_review"
    QUALITY_REPORT = "quality_report"


class BlobRef(Model):
    """Bytes in the artifact store, named by their digest."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0, description="Bytes.")
    content_type: str


class ArtifactRef(Model):
    """The small pointer to an artifact that moves between tasks: never frames, never text."""

    kind: ArtifactKind
    digest: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="Identity of the content, the key of what is built on it."
    )
    body: BlobRef = Field(description="The artifact's JSON in the store.")
    counts: dict[str, int] = Field(default_factory=dict, description="Sizes for people: frames, segments.")


class Artifact(Model):
    """The result of a port. Subclasses set `kind` and are registered by it."""

    kind: ClassVar[ArtifactKind]
    registry: ClassVar[dict[ArtifactKind, type["Artifact"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "kind" in cls.__dict__:
            Artifact.registry[cls.kind] = cls

    def identity(self) -> str:
        """Return the digest that decides whether work built on this artifact can be reused."""
        return digest_of(self.model_dump(mode="json"))

    def counts(self) -> dict[str, int]:
        """Return sizes worth showing beside the reference."""
        return {}


def artifact_class(kind: ArtifactKind) -> type[Artifact]:
    """Return the class of a kind; who reads an artifact need not have imported the module that declares it."""
    if kind not in Artifact.registry:
        package = import_module(__package__)
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    return Artifact.registry[kind]
