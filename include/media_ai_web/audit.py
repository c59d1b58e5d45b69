"""The audit log over the API: ours, and what Airflow has noted of changes by its own API and pages."""

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import Depends, Query
from pydantic import AwareDatetime, BaseModel, Field

from media_ai.catalog.audit import AuditLog, Entry, Filter
from media_ai.tasks.audit import merged_page
from media_ai_web.paging import Cursor, Limit, read_cursor, write_cursor
from media_ai_web.permissions import Permission, needs
from media_ai_web.routing import apart, make_router
from media_ai_web.services import Airflow, Db

router = make_router("Audit")
_READ = [Depends(needs(Permission.READ_AUDIT))]


class EntryView(BaseModel):
    """Something that somebody did, or tried to do."""

    at: datetime
    door: Literal["api", "doors", "shell", "airflow"] = Field(
        description="This API, the pages of links, the command line, or Airflow's own API and pages."
    )
    member: str = Field(description="Who; empty for who came by a link.")
    address: str = Field(description="Network address, or the machine of a command. Airflow notes none.")
    action: str = Field(description="The operation, the command, or Airflow's event.")
    object: dict[str, str] = Field(description="What it was done to.")
    outcome: int | None = Field(description="HTTP status, or exit status of a command. Airflow notes none.")

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Return an entry as the API shows it."""
        return cls(
            **{name: getattr(entry, name) for name in cls.model_fields if name != "object"}, object=dict(entry.object)
        )


class AuditPage(BaseModel):
    """A page of the log."""

    entries: list[EntryView]
    next_cursor: str | None


def _filter(
    member: Annotated[str | None, Query(max_length=250)] = None,
    action: Annotated[str | None, Query(max_length=100)] = None,
    since: Annotated[AwareDatetime | None, Query(description="Then or later.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Before.")] = None,
) -> Filter:
    return Filter(member=member, action=action, since=since, until=until)


@router.get("/audit", summary="Read the audit log", dependencies=_READ)
@apart
def read_audit(
    database: Db,
    airflow: Airflow,
    wanted: Annotated[Filter, Depends(_filter)],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> AuditPage:
    """
    Return what was changed or refused, the newest first.

    What this API has Airflow do is in it twice: as the operation, and as the event that Airflow has noted.
    """
    place = read_cursor(cursor, names=0)
    found, has_more = merged_page(AuditLog(database), airflow, wanted, before=place[0] if place else None, limit=limit)
    return AuditPage(
        entries=[EntryView.of(entry) for entry in found], next_cursor=write_cursor(found[-1].at) if has_more else None
    )
