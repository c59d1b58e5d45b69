"""The rows of a workflow's versions: the draft that people edit, the numbers of what they publish."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Connection, func, insert, select, update

from media_ai.catalog import tables
from media_ai.errors import NotFoundError, StaleError
from media_ai.graph.schema import Workflow
from media_ai.model.base import digest_of

_VERSIONS = tables.workflow_versions


@dataclass(frozen=True, kw_only=True)
class Head:
    """What people edit: the draft of a workflow, or its newest version where there is no draft."""

    number: int
    state: str
    graph: dict[str, Any]
    note: str
    saved_by: str
    saved_at: datetime

    @classmethod
    def of(cls, connection: Connection, slug: str) -> Self | None:
        """Return a workflow's head, None if it has no version."""
        names = {"number": "number", "state": "state", "graph": "graph", "note": "note"}
        names |= {"created_by": "saved_by", "created_at": "saved_at"}
        columns = [_VERSIONS.c[name].label(label) for name, label in names.items()]
        newest = select(*columns).where(_VERSIONS.c.slug == slug).order_by(_VERSIONS.c.number.desc()).limit(1)
        row = connection.execute(newest).mappings().first()
        return cls(**row) if row else None

    @property
    def etag(self) -> str:
        """What changes with every save; the number is not part of it, which moves when an older version is published again."""
        return f"{int(self.saved_at.timestamp() * 1_000_000):x}-{digest_of(self.graph)[:12]}"

    def workflow(self) -> Workflow:
        """Return the graph."""
        return Workflow.model_validate(self.graph)


def require_head(connection: Connection, slug: str, expected: str) -> None:
    """
    Refuse a change that was made to something else than what is there now; the caller holds the workflow's row.

    Raises:
        StaleError: Says who saved, and when.
    """
    head = Head.of(connection, slug)
    if head is None:
        raise NotFoundError(f"Workflow '{slug}' was deleted after you opened it. Save it as a new workflow.")
    if head.etag != expected:
        raise StaleError(
            f"'{slug}' was {'saved' if head.state == 'draft' else 'published'} by {head.saved_by or 'somebody'} at "
            f"{head.saved_at:%F %T} UTC, after you opened it. Nothing of yours was saved: look at that version, then save again.",
            etag=head.etag,
        )


def save_draft(connection: Connection, workflow: Workflow, *, note: str, by: str) -> int:
    """Write the draft, in place of the one before; return its number."""
    values = _values(workflow, note, by)
    draft = _draft(connection, workflow.slug)
    if draft is None:
        return _insert(connection, workflow.slug, _newest(connection, workflow.slug) + 1, {**values, "state": "draft"})
    return _overwrite(connection, workflow.slug, draft.number, values)


def save_published(connection: Connection, workflow: Workflow, *, note: str, by: str) -> int:
    """Write the version that is published now; a draft of the same graph becomes it, another one stays the draft."""
    slug = workflow.slug
    live = (_VERSIONS.c.slug == slug) & (_VERSIONS.c.state == "published")
    connection.execute(update(_VERSIONS).where(live).values(state="archived"))
    values = {**_values(workflow, note, by), "state": "published"}
    draft = _draft(connection, slug)
    if draft is None:
        return _insert(connection, slug, _newest(connection, slug) + 1, values)
    if draft.graph == values["graph"]:
        return _overwrite(connection, slug, draft.number, values)
    # The published version takes the draft's number, and the draft the next one: people edit what is newest.
    connection.execute(update(_VERSIONS).where(_is(slug, draft.number)).values(number=draft.number + 1))
    return _insert(connection, slug, draft.number, values)


def _insert(connection: Connection, slug: str, number: int, values: dict[str, Any]) -> int:
    connection.execute(insert(_VERSIONS).values(slug=slug, number=number, **values))
    return number


def _overwrite(connection: Connection, slug: str, number: int, values: dict[str, Any]) -> int:
    connection.execute(update(_VERSIONS).where(_is(slug, number)).values(**values, created_at=func.clock_timestamp()))
    return number


def _values(workflow: Workflow, note: str, by: str) -> dict[str, Any]:
    graph = workflow.model_dump(mode="json")
    return {"graph": graph, "checksum": workflow.checksum(), "note": note, "created_by": by}


def _is(slug: str, number: int) -> Any:
    return (_VERSIONS.c.slug == slug) & (_VERSIONS.c.number == number)


def _draft(connection: Connection, slug: str) -> Any:
    draft = select(_VERSIONS.c.number, _VERSIONS.c.graph).where(_VERSIONS.c.slug == slug, _VERSIONS.c.state == "draft")
    return connection.execute(draft).first()


def _newest(connection: Connection, slug: str) -> int:
    """Return the highest number that was ever given: one of a workflow that was deleted is not given again."""
    log = tables.publications
    parts = [select(func.max(_VERSIONS.c.number)).where(_VERSIONS.c.slug == slug).scalar_subquery()]
    parts.append(select(func.max(log.c.number)).where(log.c.slug == slug).scalar_subquery())
    return int(connection.execute(select(func.coalesce(func.greatest(*parts), 0))).scalar_one())
