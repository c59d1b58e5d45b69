"""Requests that are done once, however often they are sent: a network that fails makes clients send them again."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.errors import ConflictError, MediaAIError

_TABLE = tables.idempotency_keys
_BUSY_S = 60
_WAIT_S = 30.0
_POLL_S = 0.1
_DAYS = 1


@dataclass(frozen=True, kw_only=True)
class Once:
    """A request that is to be done once. A second attempt after a crash gets the same two, and finds what the first one did."""

    token: str
    began_at: datetime


class IdempotencyKeys:
    """Keeps the answers of requests for a day, by the caller and by the key that the caller chose."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def run(
        self, owner: str, key: str, request: str, work: Callable[[Once], Mapping[str, Any]]
    ) -> tuple[dict[str, Any], bool]:
        """
        Do the work, or return what it answered before.

        Args:
            owner: Who asks.
            key: The caller's name of the request.
            request: Digest of all that the request says.
            work: Does it; the answer is JSON data.

        Returns:
            The answer, and whether it was kept from before.

        Raises:
            ConflictError: The key was used for another request, or its request is being worked on for long.
        """
        deadline = time.monotonic() + _WAIT_S
        while True:
            row = self._claim(owner, key, request)
            if row["answer"] is not None:
                return row["answer"], True
            if row["is_ours"]:
                return self._work(owner, key, Once(token=row["token"], began_at=row["created_at"]), work), False
            if time.monotonic() > deadline:
                raise ConflictError(
                    f"The request with the idempotency key '{key}' is being worked on. Try again later."
                )
            time.sleep(_POLL_S)

    def forget(self) -> int:
        """Remove what is older than a day; return how many."""
        with self._database.transaction() as connection:
            return int(connection.execute(delete(_TABLE).where(_TABLE.c.created_at < _a_day_ago())).rowcount)

    def _claim(self, owner: str, key: str, request: str) -> dict[str, Any]:
        same = (_TABLE.c.owner == owner) & (_TABLE.c.key == key)
        values = {"owner": owner, "key": key, "request": request, "token": secrets.token_hex(3)}
        busy = func.now() + text(f"interval '{_BUSY_S} seconds'")
        free = same & _TABLE.c.answer.is_(None) & (func.coalesce(_TABLE.c.busy_until, func.now()) <= func.now())
        with self._database.transaction() as connection:
            connection.execute(delete(_TABLE).where(same, _TABLE.c.created_at < _a_day_ago()))
            connection.execute(insert(_TABLE).values(**values).on_conflict_do_nothing())
            row = connection.execute(select(_TABLE).where(same).with_for_update()).mappings().one()
            if row["request"] != request:
                raise ConflictError(
                    f"The idempotency key '{key}' was used for another request within the last day. Choose a new one."
                )
            ours = connection.execute(update(_TABLE).where(free).values(busy_until=busy)).rowcount
        return {**row, "is_ours": bool(ours)}

    def _work(self, owner: str, key: str, once: Once, work: Callable[[Once], Mapping[str, Any]]) -> dict[str, Any]:
        same = (_TABLE.c.owner == owner) & (_TABLE.c.key == key)
        try:
            answer = dict(work(once))
        except MediaAIError as exc:
            # What was refused may be mended and sent again; what may have been done keeps its token.
            undo = (
                update(_TABLE).where(same).values(busy_until=None)
                if exc.kind.is_retryable
                else delete(_TABLE).where(same)
            )
            with self._database.transaction() as connection:
                connection.execute(undo)
            raise
        with self._database.transaction() as connection:
            connection.execute(update(_TABLE).where(same).values(answer=answer, busy_until=None))
        return answer


def _a_day_ago() -> Any:
    return func.now() - text(f"interval '{_DAYS} days'")
