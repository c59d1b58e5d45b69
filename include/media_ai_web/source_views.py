"""Sources as the API shows and takes them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from media_ai.sources.control import Again
from media_ai.sources.library import SavedSource
from media_ai.sources.looking import Look
from media_ai.sources.schema import Source, Window
from media_ai.tasks.words import Status, status_of

SourceSlug = Annotated[str, Path(max_length=64, description="Slug of the source.")]
FileState = Literal["waiting", "again", "started", "renamed", "refused", "gone"]
_SHOWN = 50


class SourceBody(Source):
    """A source to save."""

    # The document of the API cannot say what is built later.
    model_config = ConfigDict(defer_build=False)


class SourceView(BaseModel):
    """A source."""

    source: Source
    dag_id: str = Field(description="Its DAG in Airflow.")
    since: datetime = Field(description="Scheduled looks take what changed then or later.")
    saved_by: str
    saved_at: datetime
    created_at: datetime
    etag: str
    counts: dict[str, int] = Field(
        description="Files by what became of them: waiting, running, success, failed, gone, ..."
    )

    @classmethod
    def of(cls, saved: SavedSource, counts: dict[str, int]) -> Self:
        """Return a source of the catalog as the API shows it."""
        names = ("source", "since", "saved_by", "saved_at", "created_at", "etag")
        return cls(**{name: getattr(saved, name) for name in names}, dag_id=saved.source.dag_id, counts=counts)


class WindowBody(BaseModel):
    """A time in which files changed."""

    model_config = ConfigDict(extra="forbid")

    start: AwareDatetime
    end: AwareDatetime

    def window(self) -> Window:
        """Return it as looks take it."""
        return Window(start=self.start, end=self.end)


class PreviewBody(BaseModel):
    """What a preview looks at."""

    model_config = ConfigDict(extra="forbid")

    window: WindowBody | None = Field(
        default=None, description="When files changed; what a scheduled look takes, if absent."
    )


class BackfillBody(WindowBody):
    """What is taken again, or for the first time."""

    again: Again = Field(
        default="all", description="Which intervals are looked at again: none; those whose look failed; all."
    )
    backwards: bool = Field(default=False, description="The newest first.")
    looks_at_once: int = Field(default=4, ge=1, le=32, description="Intervals that are looked at at the same time.")


class BackfillView(BaseModel):
    """A backfill."""

    id: int
    start: datetime
    end: datetime
    is_paused: bool
    created_at: datetime
    completed_at: datetime | None

    @classmethod
    def of(cls, record: dict[str, Any]) -> Self:
        """Return Airflow's record as the API shows it."""
        same = {name: record[name] for name in ("id", "is_paused", "created_at", "completed_at")}
        return cls(start=record["from_date"], end=record["to_date"], **same)


class FoundView(BaseModel):
    """A file that a look finds."""

    address: str
    size: int
    modified_at: datetime
    video_id: str
    reason: str


class LookView(BaseModel):
    """What a look finds."""

    counts: dict[str, int] = Field(
        description="listed, known, fresh, new, renamed, back, refused, overwritten, deleted."
    )
    new: list[FoundView] = Field(description=f"The first {_SHOWN}, in the order in which tasks are started.")
    renamed: list[FoundView]
    refused: list[FoundView]

    @classmethod
    def of(cls, found: Look) -> Self:
        """Return a look as the API shows it."""
        rows = {
            name: [FoundView(**row) for row in getattr(found, name)[:_SHOWN]] for name in ("new", "renamed", "refused")
        }
        return cls(counts=found.counts(), **rows)


class FileView(FoundView):
    """A file that a source has found, and what became of it."""

    state: FileState
    status: Status | None = Field(description="Of its task.")
    workflow: str
    run_id: str
    seen_at: datetime
    gone_at: datetime | None

    @classmethod
    def of(cls, row: dict[str, Any]) -> Self:
        """Return a row of the catalog as the API shows it."""
        same = ("address", "size", "modified_at", "video_id", "reason", "run_id", "seen_at", "gone_at")
        return cls(
            **{name: row[name] for name in same},
            workflow=row["dag_id"],
            state="gone" if row["gone_at"] else row["state"],
            status=status_of(row["run_state"], row["cause"]) if row["run_state"] else None,
        )


class FilePage(BaseModel):
    """A page of files."""

    files: list[FileView]
    next_cursor: str | None


class Looking(BaseModel):
    """A look that was asked for."""

    dag_id: str
    run_id: str
