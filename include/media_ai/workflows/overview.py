"""The list of workflows: what is edited, what is published, who and when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from media_ai.catalog import tables
from media_ai.catalog.database import Database

_WORKFLOWS, _VERSIONS, _LOG = tables.workflows, tables.workflow_versions, tables.publications

Place = tuple[datetime, str]
"""Where a page ends: saved_at, slug."""


@dataclass(frozen=True, kw_only=True)
class WorkflowSummary:
    """
    A workflow in a list.

    Attributes:
        number, state: Of the draft, or of the newest version where there is no draft.
        publication: "published"; "tombstone" while an unpublished one has tasks in flight; "removed"; None before the first.
        published_number: Of the version in force, or of the last one that was.
    """

    slug: str
    name: str
    description: str
    created_by: str
    created_at: datetime
    number: int
    state: str
    saved_by: str
    saved_at: datetime
    publication: str | None
    published_number: int | None
    published_by: str | None
    published_at: datetime | None


def list_workflows(
    database: Database,
    *,
    slugs: Collection[str] | None = None,
    text: str = "",
    publication: str | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> list[WorkflowSummary]:
    """
    Return workflows, those that were saved last first.

    Args:
        database: The catalog.
        slugs: Only these.
        text: Part of the slug, the name or the description.
        publication: Only those in this state; "draft" for those that were never published.
        after: Where the page before ended.
        limit: Most to return.
    """
    rows = _summaries().subquery()
    statement = select(rows).order_by(rows.c.saved_at.desc(), rows.c.slug.desc()).limit(limit)
    if slugs is not None:
        statement = statement.where(rows.c.slug.in_(sorted(slugs)))
    if text:
        places = (rows.c.slug, rows.c.name, rows.c.description)
        statement = statement.where(or_(*(place.icontains(text, autoescape=True) for place in places)))
    if publication is not None:
        wanted = rows.c.publication
        statement = statement.where(wanted.is_(None) if publication == "draft" else wanted == publication)
    if after is not None:
        statement = statement.where(tuple_(rows.c.saved_at, rows.c.slug) < tuple_(*map(literal, after)))
    with database.transaction() as connection:
        return [WorkflowSummary(**row) for row in connection.execute(statement).mappings()]


def summary_of(database: Database, slug: str) -> WorkflowSummary | None:
    """Return a workflow as the list has it, None if there is none."""
    found = list_workflows(database, slugs=[slug], limit=1)
    return found[0] if found else None


def _summaries() -> Select[Any]:
    head, log = _heads(), _in_force()
    own = [_WORKFLOWS.c[name] for name in ("slug", "name", "description", "created_by", "created_at")]
    edited = [head.c[name] for name in ("number", "state", "saved_by", "saved_at")]
    live = [log.c[name] for name in ("publication", "published_number", "published_by", "published_at")]
    return (
        select(*own, *edited, *live)
        .join(head, head.c.slug == _WORKFLOWS.c.slug)
        .outerjoin(log, log.c.slug == _WORKFLOWS.c.slug)
    )


def _heads() -> Subquery:
    saved = (_VERSIONS.c.created_by.label("saved_by"), _VERSIONS.c.created_at.label("saved_at"))
    columns = (_VERSIONS.c.slug, _VERSIONS.c.number, _VERSIONS.c.state, *saved)
    newest = select(*columns).ext(distinct_on(_VERSIONS.c.slug))
    return newest.order_by(_VERSIONS.c.slug, _VERSIONS.c.number.desc()).subquery()


def _in_force() -> Subquery:
    names = {"kind": "publication", "number": "published_number"}
    names |= {"created_by": "published_by", "created_at": "published_at"}
    columns = (_LOG.c[name].label(label) for name, label in names.items())
    newest = select(_LOG.c.slug, *columns).ext(distinct_on(_LOG.c.slug))
    return newest.order_by(_LOG.c.slug, _LOG.c.seq.desc()).subquery()
