"""Which bytes of the artifact store tasks still need: a blob may go when no recorded task points to it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Text, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.errors import NotFoundError
from media_ai.model.artifacts import ArtifactRef

_BLOBS = tables.artifact_blobs
_BATCH = 5000
_MOST_BODIES = 200

Contents = Callable[[ArtifactRef], Sequence[str]]
"""Returns the digests of the blobs that an artifact points to; raises NotFoundError when its body is gone."""

_USED = text(
    "SELECT body FROM media_ai.kept_artifacts WHERE body = ANY(:digests) UNION "
    "SELECT b.blob FROM media_ai.artifact_blobs AS b JOIN media_ai.kept_artifacts AS k ON k.body = b.body "
    "WHERE b.blob = ANY(:digests)"
).bindparams(bindparam("digests", type_=ARRAY(Text)))


class References:
    """Knows which blobs are in use. What bodies point to is read from the store once: bodies never change."""

    def __init__(self, database: Database, contents: Contents) -> None:
        self._database = database
        self._contents = contents

    def index(self, refs: Iterable[ArtifactRef] = ()) -> int:
        """Read the bodies that were not read yet: of all tasks, and of some references; return how many."""
        done = self._add(refs)
        while found := self._unread():
            done += self._add(found)
        return done

    def blobs_of(self, refs: Iterable[ArtifactRef]) -> set[str]:
        """Return the digests of the bodies and of all that they point to."""
        wanted = list(refs)
        self._add(wanted)
        bodies = {ref.body.sha256 for ref in wanted}
        inside = select(_BLOBS.c.blob).where(_BLOBS.c.body.in_(bodies), _BLOBS.c.blob != "")
        with self._database.transaction() as connection:
            return bodies | set(connection.execute(inside).scalars())

    def in_use(self, digests: Iterable[str]) -> set[str]:
        """Return those digests that a task whose artifacts are kept points to."""
        wanted = sorted(set(digests))
        self.index()
        used: set[str] = set()
        with self._database.transaction() as connection:
            for start in range(0, len(wanted), _BATCH):
                used |= _used(connection, wanted[start : start + _BATCH])
        return used

    def forget(self, bodies: Iterable[str]) -> None:
        """Forget what bodies point to, because they are gone."""
        with self._database.transaction() as connection:
            connection.execute(_BLOBS.delete().where(_BLOBS.c.body.in_(list(bodies))))

    def oldest_unfinished(self) -> datetime | None:
        """Return when the oldest task that goes on began; None if none does."""
        runs = tables.runs
        statement = select(func.min(runs.c.created_at)).where(runs.c.ended_at.is_(None))
        with self._database.transaction() as connection:
            found: datetime | None = connection.execute(statement).scalar_one()
            return found

    def results_in_use(self, keys: Iterable[str]) -> set[str]:
        """Return those keys of finished work that a task whose artifacts are kept has used."""
        nodes, runs = tables.node_results, tables.runs
        same = (nodes.c.dag_id == runs.c.dag_id) & (nodes.c.run_id == runs.c.run_id)
        found = select(nodes.c.key).join(runs, same).where(runs.c.artifacts_removed_at.is_(None))
        with self._database.transaction() as connection:
            return set(connection.execute(found.where(nodes.c.key.in_(list(keys))).distinct()).scalars())

    def _unread(self) -> list[ArtifactRef]:
        statement = text(
            "SELECT DISTINCT ON (body) ref FROM media_ai.kept_artifacts AS k WHERE NOT EXISTS "
            "(SELECT 1 FROM media_ai.artifact_blobs AS b WHERE b.body = k.body) LIMIT :most"
        )
        with self._database.transaction() as connection:
            found = connection.execute(statement, {"most": _MOST_BODIES}).scalars()
            return [ArtifactRef.model_validate(value) for value in found]

    def _add(self, refs: Iterable[ArtifactRef]) -> int:
        by_body = {ref.body.sha256: ref for ref in refs}
        known = select(_BLOBS.c.body).where(_BLOBS.c.body.in_(by_body)).distinct()
        with self._database.transaction() as connection:
            for body in connection.execute(known).scalars():
                del by_body[body]
        for body, ref in by_body.items():
            try:
                inside = set(self._contents(ref))
            except NotFoundError:
                inside = set()
            self._write(body, inside)
        return len(by_body)

    def _write(self, body: str, inside: set[str]) -> None:
        rows = [{"blob": blob, "body": body} for blob in ("", *sorted(inside))]
        with self._database.transaction() as connection:
            for start in range(0, len(rows), _BATCH):
                connection.execute(upsert(_BLOBS).values(rows[start : start + _BATCH]).on_conflict_do_nothing())


def _used(connection: Connection, digests: list[str]) -> set[str]:
    return set(connection.execute(_USED, {"digests": digests}).scalars())
