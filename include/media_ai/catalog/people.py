"""Names that people give to persons after a video was worked on: kept for good, shown and searched at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.projection import PERSON, text_of_person
from media_ai.media.words import search_tokens

PersonKey = tuple[str, str]
"""Digest of the People artifact, and the person's id in it."""


@dataclass(frozen=True, kw_only=True)
class GivenName:
    """A name, and who gave it when."""

    name: str
    role: str
    named_by: str
    named_at: datetime


class PersonNames:
    """Reads and writes names. A name belongs to a person of an artifact of a video, whatever run made it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_video(self, video_id: str) -> dict[PersonKey, GivenName]:
        """Return the names given to persons of a video."""
        table = tables.person_names
        with self._database.transaction() as connection:
            rows = connection.execute(select(table).where(table.c.video_id == video_id)).mappings().all()
        fields = GivenName.__dataclass_fields__
        return {(row["artifact"], row["person_id"]): GivenName(**{name: row[name] for name in fields}) for row in rows}

    def give(self, video_id: str, person: PersonKey, *, name: str, role: str, by: str) -> None:
        """Name a person, in place of an earlier name; rows and search entries of every run that has the person follow."""
        key = {"video_id": video_id, "artifact": person[0], "person_id": person[1]}
        values: dict[str, Any] = {"name": name, "role": role, "named_by": by}
        statement = upsert(tables.person_names).values(**key, **values)
        with self._database.transaction() as connection:
            lock_names(connection, video_id)
            connection.execute(
                statement.on_conflict_do_update(index_elements=list(key), set_=values | {"named_at": func.now()})
            )
            apply_names(connection, video_id)


def lock_names(connection: Connection, video_id: str) -> None:
    """
    Let nobody else publish or name people of a video until the transaction ends.

    Otherwise each of the two could miss what the other has not committed yet.
    """
    statement = text("SELECT pg_advisory_xact_lock(hashtext('media_ai.people'), hashtext(:video_id))")
    connection.execute(statement, {"video_id": video_id})


def apply_names(connection: Connection, video_id: str) -> None:
    """Write the names given to persons of a video into its result rows and search entries; needs `lock_names`."""
    given, people, runs = tables.person_names, tables.people, tables.runs
    statement = (
        update(people)
        .values(name=given.c.name, role=given.c.role)
        .where(
            given.c.video_id == video_id,
            (people.c.artifact == given.c.artifact) & (people.c.person_id == given.c.person_id),
            (runs.c.dag_id == people.c.dag_id) & (runs.c.run_id == people.c.run_id),
            runs.c.video_id == video_id,
        )
        .returning(people.c.dag_id, people.c.run_id)
    )
    for dag_id, run_id in sorted({(row[0], row[1]) for row in connection.execute(statement)}):
        _write_entries(connection, video_id, dag_id, run_id)


def _write_entries(connection: Connection, video_id: str, dag_id: str, run_id: str) -> None:
    """Replace the search entries of a run's persons by those of their present names."""
    entries = tables.search_entries
    of_run = (entries.c.dag_id == dag_id) & (entries.c.run_id == run_id)
    connection.execute(delete(entries).where(of_run, entries.c.kind == PERSON))
    last = connection.execute(select(func.coalesce(func.max(entries.c.ordinal), -1)).where(of_run)).scalar_one()
    own = {"dag_id": dag_id, "run_id": run_id, "video_id": video_id, "kind": PERSON}
    rows = [
        own | {"ordinal": ordinal} | _entry(row)
        for ordinal, row in enumerate(_named_appearances(connection, dag_id, run_id), last + 1)
    ]
    for start in range(0, len(rows), 500):
        connection.execute(insert(entries).values(rows[start : start + 500]))


def _named_appearances(connection: Connection, dag_id: str, run_id: str) -> list[Row[Any]]:
    people, appearances = tables.people, tables.appearances
    same = [people.c[name] == appearances.c[name] for name in ("dag_id", "run_id", "artifact", "person_id")]
    statement = (
        select(people.c.name, people.c.role, appearances.c.start_s, appearances.c.end_s)
        .where(*same, people.c.dag_id == dag_id, people.c.run_id == run_id, people.c.name.is_not(None))
        .order_by(appearances.c.ordinal)
    )
    return list(connection.execute(statement))


def _entry(row: Row[Any]) -> dict[str, Any]:
    words = text_of_person(row.name, row.role)
    tokens = func.to_tsvector("simple", " ".join(search_tokens(words)))
    return {"start_s": row.start_s, "end_s": row.end_s, "text": words, "tokens": tokens}
