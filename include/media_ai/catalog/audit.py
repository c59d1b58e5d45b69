"""The audit log: who changed what, when and from where. It is only added to; the database refuses anything else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, select

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.model.base import storable_text

_TABLE = tables.audit_log
_LONGEST = 300

Door = Literal["api", "doors", "shell", "airflow"]
"""Where somebody came in: our API, the pages of links, the command line; or Airflow's own API and pages."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """
    Something that somebody did, or tried to do.

    Attributes:
        address: The network address of the caller, or the machine of a command.
        action: The operation of the API, the command, or Airflow's event.
        object: What it was done to, by name.
        outcome: The HTTP status of the answer, or the exit status of a command; None where nobody has recorded it.
    """

    at: datetime
    door: Door
    member_id: str = ""
    member: str
    address: str = ""
    action: str
    object: Mapping[str, str]
    outcome: int | None


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which entries are wanted."""

    member: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditLog:
    """Adds to the log and reads it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        *,
        door: Door,
        action: str,
        outcome: int,
        member_id: str = "",
        member: str = "",
        address: str = "",
        object: Mapping[str, Any] | None = None,
    ) -> None:
        """Add an entry."""
        texts = {"door": door, "action": action, "member_id": member_id, "member": member, "address": address}
        values: dict[str, Any] = {name: _short(text) for name, text in texts.items()}
        values |= {
            "outcome": outcome,
            "object": {_short(name): _short(value) for name, value in (object or {}).items()},
        }
        with self._database.transaction() as connection:
            connection.execute(insert(_TABLE).values(**values))

    def page(self, wanted: Filter, *, before: datetime | None = None, limit: int = 50) -> list[Entry]:
        """Return the newest first, those before a moment if it is given."""
        fields = [_TABLE.c[name] for name in Entry.__dataclass_fields__]
        statement = select(*fields).order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc()).limit(limit)
        if wanted.member is not None:
            statement = statement.where(_TABLE.c.member == wanted.member)
        if wanted.action is not None:
            statement = statement.where(_TABLE.c.action == wanted.action)
        if wanted.since is not None:
            statement = statement.where(_TABLE.c.at >= wanted.since)
        for moment in filter(None, (wanted.until, before)):
            statement = statement.where(_TABLE.c.at < moment)
        with self._database.transaction() as connection:
            return [Entry(**row) for row in connection.execute(statement).mappings()]


def _short(value: Any) -> str:
    return storable_text(str(value))[:_LONGEST]
