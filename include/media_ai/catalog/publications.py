"""The append-only log of publications: what the DAG bundle turns into files, in an order that never changes."""

from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Connection, func, insert, select, text

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.graph.schema import Slug
from media_ai.model.base import Model

Kind = Literal["published", "tombstone", "removed"]

_LOCK = 7_136_402_916


class Publication(Model):
    """One entry: a version went live (published), takes no new tasks (tombstone), or is gone (removed)."""

    seq: int = Field(default=0, ge=0)
    slug: Slug
    number: int = Field(ge=1, description="Number of the workflow version.")
    kind: Kind = "published"
    plan: dict[str, Any]


class PublicationLog:
    """Reads and appends publications."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lock(self, connection: Connection) -> None:
        """
        Let no other writer in until the caller's transaction ends.

        Numbers become visible in their order only if one writer at a time takes one: a reader that has seen 7 never meets a 6
        that was committed later.
        """
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})

    def append(self, connection: Connection, publication: Publication, *, created_by: str = "") -> int:
        """Append an entry inside the caller's transaction; return its number in the log."""
        self.lock(connection)
        values = publication.model_dump(mode="json", exclude={"seq"})
        table = tables.publications
        statement = insert(table).values(**values, created_by=created_by).returning(table.c.seq)
        return int(connection.execute(statement).scalar_one())

    def newest_after(self, seq: int) -> list[Publication]:
        """Return the newest entry of each workflow that changed after `seq`, in order."""
        return self._newest(tables.publications.c.seq > seq)

    def as_of(self, seq: int, *, slug: str | None = None) -> list[Publication]:
        """Return the entry of each workflow, or of one, that was in force at `seq`."""
        table = tables.publications
        conditions = [table.c.seq <= seq] + ([table.c.slug == slug] if slug else [])
        return self._newest(*conditions)

    def current(self, slug: str, connection: Connection | None = None) -> Publication | None:
        """Return what is in force for a workflow now, as a transaction sees it if one is given."""
        found = self._newest(tables.publications.c.slug == slug, connection=connection)
        return found[0] if found and found[0].kind != "removed" else None

    def plan(self, slug: str, number: int) -> dict[str, Any] | None:
        """Return the plan that a version was published with, or None if it never was."""
        table = tables.publications
        same = (table.c.slug == slug) & (table.c.number == number) & (table.c.kind == "published")
        statement = select(table.c.plan).where(same).order_by(table.c.seq.desc()).limit(1)
        with self._database.transaction() as connection:
            return connection.execute(statement).scalar_one_or_none()

    def tombstones(self, *, older_than_s: float) -> list[Publication]:
        """Return the workflows that have taken no new tasks for a while."""
        age = func.now() - text(f"interval '{float(older_than_s)} seconds'")
        old = [item.seq for item in self._newest() if item.kind == "tombstone"]
        return self._newest(tables.publications.c.seq.in_(old), tables.publications.c.created_at < age)

    def catalog_id(self) -> str:
        """Return what tells this catalog from any other: eight hexadecimal digits, made with its tables."""
        with self._database.transaction() as connection:
            return str(connection.execute(select(tables.catalog_identity.c.id)).scalar_one())[:8]

    def all_current(self) -> list[Publication]:
        """Return what is in force for every workflow."""
        return [item for item in self._newest() if item.kind != "removed"]

    def _newest(self, *conditions: Any, connection: Connection | None = None) -> list[Publication]:
        table = tables.publications
        newest = select(func.max(table.c.seq)).where(*conditions).group_by(table.c.slug)
        columns = [table.c[name] for name in Publication.model_fields]
        statement = select(*columns).where(table.c.seq.in_(newest)).order_by(table.c.seq)
        if connection is not None:
            return [Publication.model_validate(dict(row)) for row in connection.execute(statement).mappings()]
        with self._database.transaction() as own:
            return [Publication.model_validate(dict(row)) for row in own.execute(statement).mappings()]
