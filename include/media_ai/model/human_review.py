"""What a person said of results."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from media_ai.model.artifacts import Artifact, ArtifactKind


class HumanReview(Artifact):
    """An approval: who gave it, when, and what they changed."""

    kind: ClassVar = ArtifactKind.HUMAN_REVIEW

    by_id: str = Field(description="Id of the member; empty when the time ran out.")
    by: str = Field(description="Name of the member; empty when the time ran out.")
    at: AwareDatetime
    comment: str = Field(default="", description="The reviewer's words.")
    is_late: bool = Field(default=False, description="Nobody answered in time, which counts as approval here.")
    corrects: str | None = Field(default=None, description="Digest of the summary whose text the reviewer corrected.")

    def counts(self) -> dict[str, int]:
        return {"corrections": int(self.corrects is not None)}
