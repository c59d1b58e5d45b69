"""The sources of this deployment, in the catalog."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.publications import PublicationLog
from media_ai.errors import ConflictError, ErrorKind, InputError, NotFoundError, StaleError
from media_ai.graph.address import did_you_mean, parsed
from media_ai.runner import check_overrides
from media_ai.settings import Settings
from media_ai.sources.schema import Source
from media_ai.tasks.create import published_plan

_TABLE = tables.sources


@dataclass(frozen=True, kw_only=True)
class SavedSource:
    """A source, and who saved it when. `number` grows with every change of any source."""

    source: Source
    number: int
    saved_by: str
    created_at: datetime
    saved_at: datetime

    @property
    def etag(self) -> str:
        """What a save is checked against."""
        return str(self.number)

    @property
    def since(self) -> datetime:
        """Scheduled looks take what changed at this time or later."""
        return self.source.since or self.created_at


class SourceLibrary:
    """Keeps sources."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[SavedSource]:
        """Return all sources, by slug."""
        with self._database.transaction() as connection:
            return [_saved(dict(row)) for row in connection.execute(select(_TABLE).order_by(_TABLE.c.slug)).mappings()]

    def numbers(self) -> dict[str, int]:
        """Return the number of the last change of each source."""
        with self._database.transaction() as connection:
            return {row.slug: row.number for row in connection.execute(select(_TABLE.c.slug, _TABLE.c.number))}

    def get(self, slug: str) -> SavedSource:
        """Return a source; raise NotFoundError if there is none, with a near name."""
        with self._database.transaction() as connection:
            row = connection.execute(select(_TABLE).where(_TABLE.c.slug == slug)).mappings().first()
        if row is None:
            raise NotFoundError(f"There is no source '{slug[:60]}'.{did_you_mean(slug, self.numbers())}")
        return _saved(dict(row))

    def save(self, source: Source, *, by: str = "", expected: str | None = None) -> SavedSource:
        """
        Make a source, or change it; its DAG follows within seconds. Check it first: `check_source`.

        Args:
            source: The source.
            by: Who saves.
            expected: ETag of what the change was made to, "" for none; nothing is checked if it is absent.

        Raises:
            StaleError: Somebody else saved since; nothing is changed.
        """
        values = {"definition": source.model_dump(mode="json"), "saved_by": by}
        number = func.nextval("media_ai.source_numbers")
        statement = upsert(_TABLE).values(slug=source.slug, number=number, **values)
        changes = {**values, "number": number, "saved_at": func.now()}
        statement = statement.on_conflict_do_update(index_elements=["slug"], set_=changes)
        with self._database.transaction() as connection:
            if expected is not None:
                _require(connection, source.slug, expected)
            connection.execute(statement)
        return self.get(source.slug)

    def delete(self, slug: str) -> None:
        """Remove a source and its DAG; its tasks, and the record of what it has found, stay."""
        self.get(slug)
        with self._database.transaction() as connection:
            connection.execute(delete(_TABLE).where(_TABLE.c.slug == slug))


def parse_source(given: Mapping[str, Any]) -> Source:
    """
    Check the fields of a source.

    Raises:
        GraphError: Holds an issue for each field that is wrong.
    """
    return parsed(Source, given, what="The source")


def check_source(source: Source, settings: Settings, log: PublicationLog) -> None:
    """
    Refuse a source that could start no task.

    Raises:
        NotFoundError: Its workflow is not published.
        GraphError: A parameter of a node is wrong.
        InputError: It is of the kind PERMISSION: tasks may not read what lies at its location.
    """
    check_overrides(published_plan(source.workflow, log), source.overrides)
    if source.location.startswith("oss://"):
        allowed = any(source.location.startswith(f"{prefix.rstrip('/')}/") for prefix in settings.media_prefixes)
        setting = "MEDIA_AI_MEDIA_PREFIXES"
    else:
        place = Path(source.location).resolve()
        allowed = any(place.is_relative_to(root.resolve()) for root in settings.readable_folders)
        setting = "MEDIA_AI_MEDIA_ROOTS"
    if not allowed:
        raise InputError(
            f"Tasks may not read what lies in '{source.location}'. Add it, or a folder above it, to {setting}.",
            kind=ErrorKind.PERMISSION,
        )


def _require(connection: Connection, slug: str, expected: str) -> None:
    row = connection.execute(select(_TABLE).where(_TABLE.c.slug == slug).with_for_update()).mappings().first()
    now = "" if row is None else str(row["number"])
    if now == expected:
        return
    if row is None:
        raise NotFoundError(f"There is no source '{slug}' any more.")
    if not expected:
        raise ConflictError(f"The slug '{slug}' is taken. Choose another, or change that source.")
    raise StaleError(f"{row['saved_by'] or 'Somebody'} saved '{slug}' since you read it. Read it again.", etag=now)


def _saved(row: Mapping[str, Any]) -> SavedSource:
    rest = {name: row[name] for name in ("number", "saved_by", "created_at", "saved_at")}
    return SavedSource(source=Source.model_validate(row["definition"]), **rest)
