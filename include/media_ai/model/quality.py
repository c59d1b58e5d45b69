"""What checks of a task's results found."""

from typing import ClassVar, Literal

from pydantic import Field

from media_ai.model.artifacts import Artifact, ArtifactKind
from media_ai.model.base import Model

Severity = Literal["off", "warn", "fail"]
"""What a rule that is broken means: it is not looked at, it is said, or somebody has to look at the task."""


class Finding(Model):
    """Whether results keep a rule."""

    rule: str = Field(description="coverage, ordering, language, empty, loops.")
    subject: str = Field(description="What was looked at: summary, transcript, frames, ...")
    severity: Severity
    ok: bool
    message: str = Field(description="What was seen, with its numbers.")


class QualityReport(Artifact):
    """What was looked at and what was found; rules that had nothing to look at are left out."""

    kind: ClassVar = ArtifactKind.QUALITY_REPORT

    findings: tuple[Finding, ...]

    @property
    def failed(self) -> tuple[Finding, ...]:
        """Findings for which somebody has to look at the task."""
        return tuple(item for item in self.findings if not item.ok and item.severity == "fail")

    def counts(self) -> dict[str, int]:
        warned = sum(not item.ok and item.severity == "warn" for item in self.findings)
        return {"checks": len(self.findings), "failed": len(self.failed), "warnings": warned}
