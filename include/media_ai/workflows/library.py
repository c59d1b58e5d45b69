"""The library of workflows in the catalog: drafts, numbered versions, publications."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.publications import Publication, PublicationLog
from media_ai.errors import ConflictError, NotFoundError
from media_ai.graph.address import did_you_mean
from media_ai.graph.plan import ExecutionPlan, make_plan
from media_ai.graph.schema import Workflow
from media_ai.nodes import node_types
from media_ai.workflows.versions import Head, require_head, save_draft, save_published

CheckDag = Callable[[Publication], None]
"""Builds the DAG of a publication somewhere safe; raises when the scheduler could not."""


@dataclass(frozen=True, kw_only=True)
class VersionInfo:
    """What the library says of a version."""

    slug: str
    name: str
    number: int
    state: str
    note: str
    created_by: str
    created_at: datetime


class WorkflowLibrary:
    """Every change is one transaction; versions are never changed once they are published."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._log = PublicationLog(database)

    def names(self) -> list[str]:
        """Return the slugs of all workflows."""
        with self._database.transaction() as connection:
            return list(connection.execute(select(tables.workflows.c.slug).order_by(tables.workflows.c.slug)).scalars())

    def versions(self, slug: str | None = None) -> list[VersionInfo]:
        """Return the versions of a workflow, or of all, newest first."""
        versions, workflows = tables.workflow_versions, tables.workflows
        fields = [versions.c[name] for name in ("slug", "number", "state", "note", "created_by", "created_at")]
        statement = select(*fields, workflows.c.name).join(workflows, workflows.c.slug == versions.c.slug)
        if slug is not None:
            self._require(slug)
            statement = statement.where(versions.c.slug == slug)
        with self._database.transaction() as connection:
            rows = connection.execute(statement.order_by(versions.c.slug, versions.c.number.desc())).mappings()
            return [VersionInfo(**row) for row in rows]

    def workflow(self, slug: str, number: int | None = None) -> Workflow:
        """
        Return a version of a workflow, the newest if no number is given.

        Raises:
            NotFoundError: There is no such workflow or version.
        """
        versions = tables.workflow_versions
        statement = select(versions.c.graph).where(versions.c.slug == slug).order_by(versions.c.number.desc()).limit(1)
        if number is not None:
            statement = statement.where(versions.c.number == number)
        with self._database.transaction() as connection:
            graph = connection.execute(statement).scalar_one_or_none()
        if graph is None:
            self._require(slug)
            raise NotFoundError(f"Workflow '{slug}' has no version {number}.")
        return Workflow.model_validate(graph)

    def create(self, workflow: Workflow, *, by: str = "") -> int:
        """
        Add a workflow under a new slug, as a draft.

        Raises:
            ConflictError: The slug is taken.
        """
        workflows = tables.workflows
        values = {"slug": workflow.slug, "name": workflow.name, "description": workflow.description, "created_by": by}
        with self._database.transaction() as connection:
            added = upsert(workflows).values(**values).on_conflict_do_nothing().returning(workflows.c.slug)
            if connection.execute(added).scalar_one_or_none() is None:
                raise ConflictError(
                    f"The slug '{workflow.slug}' is taken. Choose another, or save a new version of that workflow."
                )
            return save_draft(connection, workflow, note="", by=by)

    def save(self, workflow: Workflow, *, note: str = "", by: str = "", expected: str | None = None) -> int:
        """
        Save the draft of a workflow, which may still have errors; return the version's number.

        Args:
            workflow: The graph.
            note: What changed, for people.
            by: Who saves.
            expected: ETag of the head that the change was made to; nothing is checked if it is absent.

        Raises:
            StaleError: Somebody else saved or published since; nothing is changed.
        """
        with self._database.transaction() as connection:
            self._lock(connection, workflow, by=by)
            if expected is not None:
                require_head(connection, workflow.slug, expected)
            return save_draft(connection, workflow, note=note, by=by)

    def head(self, slug: str) -> Head:
        """
        Return what people edit: the draft, or the newest version.

        Raises:
            NotFoundError: There is no such workflow.
        """
        with self._database.transaction() as connection:
            found = Head.of(connection, slug)
        if found is None:
            self._require(slug)
            raise NotFoundError(f"Workflow '{slug}' has no version.")
        return found

    def delete(self, slug: str) -> None:
        """
        Delete a workflow with its versions; the record of its publications and the results of its tasks stay.

        Raises:
            ConflictError: It is published, or tasks of it may be in flight.
            NotFoundError: There is no such workflow.
        """
        self._require(slug)
        with self._database.transaction() as connection:
            self._log.lock(connection)
            if self._log.current(slug, connection) is not None:
                raise ConflictError(
                    f"Workflow '{slug}' is published. Unpublish it, and delete it when its last task has ended."
                )
            connection.execute(delete(tables.workflows).where(tables.workflows.c.slug == slug))

    def publish(
        self, workflow: Workflow, *, check: CheckDag, note: str = "", by: str = "", expected: str | None = None
    ) -> Publication:
        """
        Save the workflow as a new version and make it the one that new tasks run.

        A workflow that is published already, unchanged, is left as it is. A draft of something else stays the draft.

        Args:
            workflow: The graph.
            check: Builds the DAG; nothing is written if it raises.
            note: What changed, for people.
            by: Who publishes.
            expected: ETag of the head that is published; nothing is checked if it is absent.

        Raises:
            GraphError: The graph has errors.
            StaleError: Somebody else saved or published since; nothing is changed.
        """
        make_plan(workflow, node_types())
        current = self._log.current(workflow.slug)
        if current and current.kind == "published" and self._is_same(current, workflow):
            return current
        # Checked before the transaction, which must not stay open for the seconds that this takes.
        check(_publication(make_plan(workflow, node_types(), version=current.number + 1 if current else 1)))
        with self._database.transaction() as connection:
            # The log first, as everywhere: two transactions that lock in another order would wait for each other.
            self._log.lock(connection)
            self._lock(connection, workflow, by=by)
            if expected is not None:
                require_head(connection, workflow.slug, expected)
            number = save_published(connection, workflow, note=note, by=by)
            publication = _publication(make_plan(workflow, node_types(), version=number))
            seq = self._log.append(connection, publication, created_by=by)
        return publication.model_copy(update={"seq": seq})

    def unpublish(self, slug: str, *, by: str = "") -> Publication:
        """
        Let a workflow take no new tasks; tasks in flight finish. Nothing happens if it takes none already.

        Raises:
            NotFoundError: It is not published.
        """
        return self._supersede(slug, "tombstone", by)

    def remove(self, slug: str, *, by: str = "") -> Publication:
        """Take an unpublished workflow off the scheduler; call it when no task of it is in flight."""
        return self._supersede(slug, "removed", by)

    def published(self) -> list[Publication]:
        """Return what is in force for every workflow, tombstones included."""
        return self._log.all_current()

    def _supersede(self, slug: str, kind: Any, by: str) -> Publication:
        self._require(slug)
        versions = tables.workflow_versions
        with self._database.transaction() as connection:
            self._log.lock(connection)
            current = self._log.current(slug, connection)
            if current is None:
                raise NotFoundError(f"Workflow '{slug}' is not published.")
            if current.kind == kind:
                return current
            if kind == "removed" and current.kind != "tombstone":
                raise ConflictError(f"Workflow '{slug}' was published again; unpublish it before it is removed.")
            entry = Publication(slug=slug, number=current.number, kind=kind, plan=current.plan)
            seq = self._log.append(connection, entry, created_by=by)
            live = (versions.c.slug == slug) & (versions.c.state == "published")
            connection.execute(update(versions).where(live).values(state="archived"))
        return entry.model_copy(update={"seq": seq})

    def _is_same(self, current: Publication, workflow: Workflow) -> bool:
        """Whether publishing would change nothing: neither the graph nor the versions of its node types."""
        saved = self.workflow(workflow.slug, current.number).checksum() == workflow.checksum()
        return saved and _publication(make_plan(workflow, node_types(), version=current.number)).plan == current.plan

    def _lock(self, connection: Connection, workflow: Workflow, *, by: str) -> None:
        """Make the workflow if need be, and lock its row until the transaction ends: two changes at the same time take turns."""
        head = {"name": workflow.name, "description": workflow.description}
        row = upsert(tables.workflows).values(slug=workflow.slug, created_by=by, **head)
        connection.execute(row.on_conflict_do_update(index_elements=["slug"], set_=head))

    def _require(self, slug: str) -> None:
        names = self.names()
        if slug not in names:
            raise NotFoundError(f"There is no workflow '{slug}'.{did_you_mean(slug, names)}")


def _publication(plan: ExecutionPlan) -> Publication:
    return Publication(slug=plan.slug, number=plan.version, plan=plan.model_dump(mode="json"))
