"""The record of runs: what each node did, and the results that people search and query."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, case, delete, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.outbox import announce_end
from media_ai.catalog.people import PersonNames, apply_names, lock_names
from media_ai.catalog.projection import entries_of, rows_of
from media_ai.catalog.vectors import prepare_vectors, replace_vectors
from media_ai.errors import ConfigurationError, NotFoundError
from media_ai.media.words import search_tokens
from media_ai.model.artifacts import Artifact, BlobRef
from media_ai.model.base import storable_text
from media_ai.model.media import MediaAsset, Video
from media_ai.model.notifications import Event
from media_ai.model.run import RunInput
from media_ai.store.artifacts import StoredResult

ENDED = frozenset({"success", "failed"})

MARKED_FAILED = "Dag Run's state was manually set to `failed`."
"""Cause of a run that somebody stopped, in Airflow's words; it has no state of its own for that."""


@dataclass(frozen=True, kw_only=True)
class RunKey:
    """A task: one run of one workflow."""

    dag_id: str
    run_id: str

    def columns(self) -> dict[str, str]:
        """Return the key as columns."""
        return {"dag_id": self.dag_id, "run_id": self.run_id}


class ResultRepository:
    """Writes and reads what runs produced. Writing twice gives the same rows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.names = PersonNames(database)

    def record_run(
        self,
        run: RunKey,
        run_input: RunInput,
        *,
        version: int | None,
        overrides: dict[str, Any],
        began: datetime | None = None,
    ) -> None:
        """
        Record that a run works on a video; a restarted run is recorded anew.

        A run that has ended after `began`, which is when the work began that records it, stays ended: somebody has stopped it,
        and the process does not know yet. None: the work begins now.
        """
        asset = run_input.asset()
        values = {
            "video_id": asset.video_id,
            "workflow_version": version,
            "input": _storable(run_input.model_dump(mode="json")),
            "overrides": _storable(overrides),
        }
        table = tables.runs
        is_over = table.c.ended_at > (began or datetime.now(UTC))
        going = {"state": "running", "ended_at": None, "cause": ""}
        kept = {name: case((is_over, table.c[name]), else_=value) for name, value in going.items()}
        with self._database.transaction() as connection:
            _upsert_asset(connection, asset)
            statement = upsert(table).values(**run.columns(), **values, state="running")
            connection.execute(
                statement.on_conflict_do_update(index_elements=["dag_id", "run_id"], set_={**values, **kept})
            )

    def settle_language(self, run: RunKey, wanted: str) -> str:
        """Record what the models of a run write in, once; return what was recorded first."""
        table = tables.runs
        settled = func.coalesce(table.c.output_language, wanted)
        same = update(table).where(table.c.dag_id == run.dag_id, table.c.run_id == run.run_id)
        with self._database.transaction() as connection:
            found = connection.execute(same.values(output_language=settled).returning(table.c.output_language))
            return str(found.scalar_one_or_none() or wanted)

    def language_of(self, run: RunKey) -> str | None:
        """Return what the models of a run write in; None before its first node has begun."""
        table = tables.runs
        same = select(table.c.output_language).where(table.c.dag_id == run.dag_id, table.c.run_id == run.run_id)
        with self._database.transaction() as connection:
            return connection.execute(same).scalar_one_or_none()

    def record_state(
        self,
        run: RunKey,
        state: str,
        cause: str = "",
        *,
        insert_missing: bool = True,
        began: datetime | None = None,
        by_scheduler: bool = False,
    ) -> bool:
        """
        Record how a run stands, and have told that it has ended, once for each end.

        The first cause of an end stays: the scheduler may find a run whose nodes somebody is just marking as failed, and then
        says of it that a task failed.

        Args:
            run: Which one.
            state: Airflow's.
            cause: What Airflow says of a failure.
            insert_missing: Whether a run that nothing was recorded of gets its row.
            began: When the run began, the last time: an end that is older is another one.
            by_scheduler: It ends only what runs. Where a run has ended already, somebody ended it while the scheduler looked
                at it (Airflow 3.3.2 then calls a run success whose nodes had not begun); a person may change their mind.

        Returns:
            Whether it was news.
        """
        ended = datetime.now(UTC) if state in ENDED else None
        values = {"state": state, "cause": cause, "ended_at": ended}
        table = tables.runs
        same = (table.c.dag_id == run.dag_id) & (table.c.run_id == run.run_id)
        is_news = table.c.state.not_in(ENDED) if ended and by_scheduler else table.c.state != state
        if began is not None:
            is_news |= table.c.ended_at < began
        added = upsert(table).values(**run.columns(), **values)
        statement = (
            added.on_conflict_do_update(index_elements=["dag_id", "run_id"], set_=values, where=is_news)
            if insert_missing
            else update(table).where(same, is_news).values(**values)
        )
        with self._database.transaction() as connection:
            is_new = connection.execute(statement.returning(table.c.dag_id)).first() is not None
            if ended is not None and is_new:
                announce_end(connection, end_of(state, cause), **run.columns(), ended_at=ended)
        return is_new

    def record_node(
        self, run: RunKey, node_id: str, stored: StoredResult, *, is_reused: bool, version: int | None = None
    ) -> None:
        """Record what a node of a run did, in place of an earlier try; and the version, which a part of a run may change."""
        data = stored.model_dump(mode="json")
        values = {
            name: data[name] for name in ("node_type", "type_version", "key", "outputs", "seconds", "notices", "usage")
        }
        if is_reused:
            # What the work used was counted by the run that did it.
            values["usage"] = []
        values |= {"reused": is_reused, "finished_at": datetime.now(UTC)}
        statement = upsert(tables.node_results).values(**run.columns(), node_id=node_id, **values)
        with self._database.transaction() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["dag_id", "run_id", "node_id"], set_=values)
            )
            if version is not None:
                runs = tables.runs
                is_other = runs.c.workflow_version.is_distinct_from(version)
                same = (runs.c.dag_id == run.dag_id) & (runs.c.run_id == run.run_id) & is_other
                connection.execute(update(runs).where(same).values(workflow_version=version))

    def publish(
        self,
        run: RunKey,
        asset: MediaAsset,
        results: Sequence[Artifact],
        read: Callable[[BlobRef], bytes] | None = None,
    ) -> dict[str, int]:
        """
        Replace the result rows of a run by those of `results`; return the rows written, by table.

        Args:
            run: Whose results they are.
            asset: The video.
            results: What its nodes produced.
            read: Returns the bytes of a blob; needed where there are embeddings.

        Raises:
            ConfigurationError: There are embeddings, and the database has no pgvector.
        """
        prepare_vectors(self._database, results)
        with self._database.transaction() as connection:
            lock_names(connection, asset.video_id)
            _upsert_asset(connection, asset)
            known = upsert(tables.runs).values(**run.columns(), video_id=asset.video_id, state="running")
            connection.execute(known.on_conflict_do_nothing())
            for table in tables.RESULT_TABLES:
                connection.execute(delete(table).where(table.c.dag_id == run.dag_id, table.c.run_id == run.run_id))
            _describe_video(connection, asset, results)
            written = _insert_rows(connection, run, asset, results)
            vectors = replace_vectors(connection, run.columns(), asset.video_id, results, read or _unread, _storable)
            if vectors:
                written["search_vectors"] = vectors
            apply_names(connection, asset.video_id)
            return written

    def run(self, run: RunKey) -> dict[str, Any]:
        """
        Return the row of a run, with its video's.

        Raises:
            NotFoundError: Nothing was recorded of it.
        """
        assets = tables.media_assets
        columns = [
            assets.c.title,
            assets.c.description,
            assets.c.metadata,
            assets.c.uri,
            assets.c.sha256,
            assets.c.technical,
        ]
        marks = tables.review_marks
        is_marked = exists().where(
            marks.c.dag_id == run.dag_id, marks.c.run_id == run.run_id, marks.c.cleared_at.is_(None)
        )
        statement = (
            select(tables.runs, *columns, is_marked.label("needs_review"))
            .outerjoin(assets, assets.c.video_id == tables.runs.c.video_id)
            .where(tables.runs.c.dag_id == run.dag_id, tables.runs.c.run_id == run.run_id)
        )
        with self._database.transaction() as connection:
            row = connection.execute(statement).mappings().first()
        if row is None:
            raise NotFoundError(f"No task '{run.run_id}' of workflow '{run.dag_id}' is known. Has its first node run?")
        return dict(row)

    def nodes(self, run: RunKey) -> list[dict[str, Any]]:
        """Return what each node of a run did, in the order in which they finished."""
        table = tables.node_results
        statement = (
            select(table)
            .where(table.c.dag_id == run.dag_id, table.c.run_id == run.run_id)
            .order_by(table.c.finished_at, table.c.node_id)
        )
        with self._database.transaction() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]

    def runs(self, *, limit: int = 50) -> list[dict[str, Any]]:
        """Return the newest runs first."""
        statement = select(tables.runs).order_by(tables.runs.c.created_at.desc()).limit(limit)
        with self._database.transaction() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]


def end_of(state: str, cause: str) -> Event:
    """Return what has happened to a run that has ended."""
    if state == "success":
        return Event.COMPLETED
    return Event.TERMINATED if cause == MARKED_FAILED else Event.FAILED


@dataclass(frozen=True)
class RunPublisher:
    """Publishes the results of one run."""

    repository: ResultRepository
    run: RunKey

    def publish(
        self, asset: MediaAsset, results: Sequence[Artifact], read: Callable[[BlobRef], bytes]
    ) -> dict[str, int]:
        """Replace what this run published before; return the rows written, by table."""
        return self.repository.publish(self.run, asset, results, read)


def _upsert_asset(connection: Connection, asset: MediaAsset) -> None:
    values = _storable({"title": asset.title, "description": asset.description, "metadata": asset.metadata})
    statement = upsert(tables.media_assets).values(video_id=asset.video_id, **values)
    # A later run that says nothing of the video does not erase what an earlier one said.
    changes = {name: value for name, value in values.items() if value} | {"updated_at": func.now()}
    connection.execute(statement.on_conflict_do_update(index_elements=["video_id"], set_=changes))


def _describe_video(connection: Connection, asset: MediaAsset, results: Sequence[Artifact]) -> None:
    for video in results:
        if isinstance(video, Video):
            values = {"uri": video.uri, "sha256": video.sha256, "technical": video.info.model_dump(mode="json")}
            where = tables.media_assets.c.video_id == asset.video_id
            connection.execute(tables.media_assets.update().where(where).values(**_storable(values)))


def _insert_rows(connection: Connection, run: RunKey, asset: MediaAsset, results: Sequence[Artifact]) -> dict[str, int]:
    batches: dict[Any, list[dict[str, Any]]] = {}
    ordinals: Counter[str] = Counter()
    rows = [row for artifact in results for row in rows_of(artifact)]
    for entry in (entry for artifact in results for entry in entries_of(artifact)):
        tokens = func.to_tsvector("simple", " ".join(search_tokens(_storable(entry.text))))
        values = {
            "video_id": asset.video_id,
            "kind": entry.kind,
            "start_s": entry.start_s,
            "end_s": entry.end_s,
            "text": entry.text,
        }
        rows.append((tables.search_entries, values | {"tokens": tokens}))
    for table, values in rows:
        batches.setdefault(table, []).append(run.columns() | {"ordinal": ordinals[table.name]} | _storable(values))
        ordinals[table.name] += 1
    for table, batch in batches.items():
        for start in range(0, len(batch), 500):
            connection.execute(insert(table).values(batch[start : start + 500]))
    return dict(ordinals)


def _unread(blob: BlobRef) -> bytes:
    raise ConfigurationError(f"Blob {blob.sha256[:12]} cannot be read here: publish needs a way to read blobs.")


def _storable(value: Any) -> Any:
    """Return the value without what PostgreSQL cannot store in text: NUL and lone surrogates."""
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value
