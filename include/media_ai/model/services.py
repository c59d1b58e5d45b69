"""What cloud services hold and say: media assets, labels, answers."""

from typing import Any, ClassVar

from pydantic import Field

from media_ai.model.artifacts import Artifact, ArtifactKind
from media_ai.model.base import Model, digest_of
from media_ai.model.time import TimeRange


class ServiceAsset(Artifact):
    """A media asset that a service keeps, by reference. Its identity is which asset it is, not how it looks at the moment."""

    kind: ClassVar = ArtifactKind.SERVICE_ASSET

    service: str = Field(description="ims or vod.")
    region: str
    id: str = Field(min_length=1, description="The service's own: MediaId, VideoId.")
    uri: str = Field(description="Where its file is: oss://bucket/key, https://bucket.oss-…, vod://id.")
    reference_id: str | None = Field(default=None, description="Our name for it: made from the video id.")
    state: str = Field(description="In the service's words, when it was last asked: Normal.")
    url: str | None = Field(default=None, description="Address of the file without a signature; it may not be public.")
    attributes: dict[str, Any] = Field(default_factory=dict, description="What else the service says of it.")

    def identity(self) -> str:
        return digest_of({"service": self.service, "region": self.region, "id": self.id})

    def counts(self) -> dict[str, int]:
        return {"assets": 1}


class Label(Model):
    """Something that a service recognized: a thing, a place, a person, a topic."""

    name: str = Field(min_length=1)
    category: str = Field(default="", description="The service's group: autoLabels, faceLabels.")
    source: str = Field(default="", description="Which analysis found it: VideoLabel, TextLabel, NLP.")
    confidence: float | None = Field(default=None, ge=0, le=1)
    times: tuple[TimeRange, ...] = Field(default=(), description="Where in the video; empty where it is not told.")


class Labels(Artifact):
    """What a service recognized in one video."""

    kind: ClassVar = ArtifactKind.LABELS

    model: str = Field(description="provider/template: ims/S00000103-000001.")
    labels: tuple[Label, ...]
    raw: tuple[dict[str, Any], ...] = Field(default=(), description="What the service said, without signed addresses.")

    def counts(self) -> dict[str, int]:
        return {"labels": len(self.labels)}


class ServiceAnswer(Artifact):
    """The answer of any operation of a service, without signed addresses."""

    kind: ClassVar = ArtifactKind.SERVICE_ANSWER

    service: str
    action: str
    answer: dict[str, Any]
    final: dict[str, Any] | None = Field(default=None, description="The last answer of what was waited for.")

    def counts(self) -> dict[str, int]:
        return {"answers": 1 if self.final is None else 2}
