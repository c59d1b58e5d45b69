"""The daily audits of the result tables, as they were found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from media_ai.catalog import tables
from media_ai.catalog.database import Database

_AUDITS = tables.quality_audits


@dataclass(frozen=True, kw_only=True)
class Audit:
    """One audit: what was expected of which rows, and what was found."""

    at: datetime
    since: datetime
    tasks: int
    is_ok: bool
    expectations: list[dict[str, Any]]


class QualityAudits:
    """Keeps audits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, *, since: datetime, tasks: int, expectations: Sequence[dict[str, Any]]) -> None:
        """Record an audit."""
        is_ok = all(item["ok"] for item in expectations)
        values = {"since": since, "tasks": tasks, "is_ok": is_ok, "expectations": list(expectations)}
        with self._database.transaction() as connection:
            connection.execute(insert(_AUDITS).values(**values))

    def newest(self, *, limit: int = 1) -> list[Audit]:
        """Return the newest audits first."""
        columns = [_AUDITS.c[name] for name in Audit.__dataclass_fields__]
        statement = select(*columns).order_by(_AUDITS.c.at.desc(), _AUDITS.c.id.desc()).limit(limit)
        with self._database.transaction() as connection:
            return [Audit(**row) for row in connection.execute(statement).mappings()]
