"""What a source is: where videos arrive, what is known of them, and what is done with them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AwareDatetime, Field, StringConstraints, ValidationInfo, field_validator

from media_ai.graph.schema import Slug
from media_ai.model.base import Model
from media_ai.model.run import RunInput
from media_ai.tasks.events import VIDEO_ENDINGS

Glob = Annotated[str, StringConstraints(min_length=1, max_length=500)]
_FIELDS = frozenset({"video_id", "title", "description"})


class MetadataRule(Model):
    """Where what is known of a video comes from. Later ones win: the path, then the table, then the file beside the video."""

    path: str | None = Field(
        default=None,
        max_length=1000,
        title="Pattern of the path",
        description="A regular expression with named groups, matched from the start of the path below the location: "
        "(?P<show>[^/]+)/(?P<video_id>[^/]+)\\.mp4. The groups video_id, title and description are those; others are metadata.",
    )
    sidecar: bool = Field(
        default=False,
        title="File beside the video",
        description="A JSON object in a file of the video's name that ends in .json; without one the video waits.",
    )
    table: str | None = Field(
        default=None,
        max_length=4096,
        title="Table",
        description="Address of a CSV file whose column `file` has the path below the location; other columns as for the path.",
    )

    @field_validator("path")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is None:
            return None
        import regex

        try:
            compiled = regex.compile(value)
        except regex.error as exc:
            raise ValueError(f"not a regular expression: {exc}") from None
        if not compiled.groupindex:
            raise ValueError("it names no group; write (?P<title>...)")
        return value


class Limits(Model):
    """How much of the system a source takes."""

    max_active: int = Field(
        default=16, ge=1, le=1000, title="Tasks at once", description="Unfinished tasks that it has at most."
    )
    per_minute: int | None = Field(
        default=None, ge=1, le=10_000, title="Tasks a minute", description="No limit if absent."
    )


class Source(Model):
    """
    A place where videos arrive, and the workflow that each of them goes through.

    It becomes a DAG of its own that looks at the place on a schedule; backfills of that DAG go through what lies there already.
    """

    slug: Slug
    name: str = Field(min_length=1, max_length=120)
    description: str = Field(default="", max_length=2000)
    location: str = Field(
        max_length=4096,
        title="Location",
        description="A folder that tasks may read: /videos/in/, or oss://bucket/in/.",
    )
    patterns: tuple[Glob, ...] = Field(
        default=tuple(f"*{ending}" for ending in VIDEO_ENDINGS),
        min_length=1,
        max_length=50,
        title="Files",
        description="What the path below the location looks like; * is any text, folders included, in any case of letters.",
    )
    exclude: tuple[Glob, ...] = Field(default=(), max_length=50, title="But not")
    min_bytes: int = Field(default=1, ge=1, title="Smallest file", description="Bytes.")
    max_bytes: int | None = Field(default=None, ge=1, title="Largest file", description="Bytes; none if absent.")
    metadata: MetadataRule = Field(default=MetadataRule())
    workflow: Slug = Field(title="Workflow", description="It must be published.")
    overrides: dict[str, dict[str, Any]] = Field(
        default_factory=dict, title="Parameters", description="Node id -> parameters, for the tasks of this source."
    )
    schedule: str = Field(
        default="0 * * * *",
        max_length=200,
        title="Schedule",
        description="When to look, as a cron expression or @hourly, @daily, @weekly. Each look covers the time since the last.",
    )
    timezone: str = Field(default="UTC", title="Timezone", description="Of the schedule.")
    since: AwareDatetime | None = Field(
        default=None,
        title="Since",
        description="Scheduled looks take videos that changed at this time or later; when the source was made, if absent. "
        "Backfills take what is older.",
    )
    assets: tuple[str, ...] = Field(
        default=(),
        max_length=20,
        title="Airflow assets",
        description="It also looks when one of these is updated.",
    )
    limits: Limits = Field(default=Limits())
    deletion: Literal["keep", "delete"] = Field(
        default="keep",
        title="When a video is deleted",
        description="keep: its task stays; delete: a day after a look has missed it, its task is deleted with its results.",
    )

    @field_validator("location")
    @classmethod
    def _is_folder(cls, value: str) -> str:
        if value.startswith("oss://"):
            bucket, _, key = value.removeprefix("oss://").partition("/")
            if not bucket:
                raise ValueError("name the bucket: oss://bucket/folder/")
            return f"oss://{bucket}/{key.strip('/')}/" if key.strip("/") else f"oss://{bucket}/"
        path = value.removeprefix("file://")
        if not path.startswith("/") or "\0" in path or ".." in path.split("/"):
            raise ValueError("give the whole path of a folder, or oss://bucket/folder/")
        return f"{path.rstrip('/')}/"

    @field_validator("schedule")
    @classmethod
    def _is_schedule(cls, value: str) -> str:
        from croniter import croniter

        if not croniter.is_valid(value) or len(value.split()) > 5:
            raise ValueError("not a cron expression of five fields, such as 0 3 * * *; nor @hourly, @daily, @weekly")
        return value

    @field_validator("timezone")
    @classmethod
    def _is_timezone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"'{value[:60]}' is not a timezone; write Europe/Berlin")
        return value

    @field_validator("max_bytes")
    @classmethod
    def _sizes_fit(cls, value: int | None, info: ValidationInfo) -> int | None:
        smallest = info.data.get("min_bytes", 1)
        if value is not None and value < smallest:
            raise ValueError(f"{value} is less than min_bytes, {smallest}")
        return value

    @property
    def dag_id(self) -> str:
        """Id of its DAG: no workflow's slug has a dot."""
        return f"source.{self.slug}"

    @property
    def zone(self) -> ZoneInfo:
        """The timezone of its schedule."""
        return ZoneInfo(self.timezone)

    def address(self, key: str) -> str:
        """Return the address of a file by its path below the location."""
        return f"{self.location}{key}"


class Window(Model):
    """
    The time in which files must have changed that a look takes.

    Attributes:
        start: Inclusive.
        end: Exclusive.
    """

    start: datetime
    end: datetime


def input_fields(found: dict[str, str]) -> dict[str, Any]:
    """Return fields of RunInput: the known ones, and the others as its metadata."""
    known = {name: value for name, value in found.items() if name in _FIELDS and value}
    rest = {name: value for name, value in found.items() if name not in _FIELDS and name not in RunInput.model_fields}
    return {**known, "metadata": rest}
