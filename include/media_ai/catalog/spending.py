"""Spending (media_ai.clients.spending) in the catalog: one record for all processes on all machines."""

import logging
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, delete, func, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from media_ai.catalog import tables
from media_ai.catalog.budget_news import tell_refused, tell_spent
from media_ai.catalog.budgets import Budget, Payer, budgets_of, month_of
from media_ai.catalog.database import Database
from media_ai.catalog.prices import current_prices
from media_ai.clients.prices import PriceTable, counted
from media_ai.clients.spending import CALL_S, JOB_S
from media_ai.errors import BudgetError, CatalogError
from media_ai.model.base import storable_text
from media_ai.store.artifacts import Usage

log = logging.getLogger(__name__)

_CALLS, _DAYS, _SUMS, _PROMISES = tables.model_calls, tables.cost_days, tables.cost_sums, tables.promises
MEASURES = ("calls", "unpriced", "input_tokens", "output_tokens", "audio_seconds", "cost")
_NAMES = {
    "task": "this task",
    "workflow": "a task of '{dag_id}'",
    "source": "the source '{name}' in a month",
    "month": "a month",
}


class CatalogSpending:
    """What one payer spends. Every call is counted once, by the name that its service or its job has."""

    def __init__(self, database: Database, payer: Payer) -> None:
        self._database = database
        self._payer = payer

    def reserve(self, foreseen: Usage) -> str:
        """Promise what a call may use at most; see Spending."""
        try:
            return self._reserve(foreseen)
        except BudgetError:
            # After the transaction, which is undone.
            self._tolerantly(lambda connection: tell_refused(connection, self._payer))
            raise

    def _reserve(self, foreseen: Usage) -> str:
        promise = uuid.uuid4()
        payer = self._payer
        with self._database.transaction() as connection:
            table = current_prices(connection).table
            cost = table.cost_of(foreseen)
            # Whoever asks for the same budget waits here until this promise is kept.
            for budget in budgets_of(connection, payer, lock=True):
                _check(budget, foreseen.model, cost)
            row = {
                "id": promise,
                "dag_id": payer.dag_id,
                "run_id": payer.run_id,
                "source": payer.source,
                "model": storable_text(foreseen.model),
                "cost": cost or Decimal(0),
                "currency": table.currency,
                "expires_at": _in(CALL_S),
            }
            connection.execute(insert(_PROMISES).values(**row))
        return str(promise)

    def hold(self, promise: str, job: str) -> None:
        """Keep a promise until a job is collected; see Spending."""
        statement = update(_PROMISES).where(_PROMISES.c.id == uuid.UUID(promise))
        self._tolerantly(lambda connection: connection.execute(statement.values(job=job, expires_at=_in(JOB_S))))

    def settle(self, promise: str, used: Sequence[Usage]) -> None:
        """Count what a call used; see Spending."""
        # Not by the request id: some servers give the same one again and again.
        names = [f"{promise} {at}" for at in range(len(used))]
        ended = delete(_PROMISES).where(_PROMISES.c.id == uuid.UUID(promise))
        self._tolerantly(lambda connection: self._count(connection, ended, names, used))

    def collect(self, job: str, used: Sequence[Usage]) -> None:
        """Count what a job used, once; see Spending."""
        ended = delete(_PROMISES).where(_PROMISES.c.job == job)
        names = [f"{job} {at}" for at in range(len(used))]
        self._tolerantly(lambda connection: self._count(connection, ended, names, used))

    def give_back(self, promise: str) -> None:
        """End a promise; see Spending."""
        self._tolerantly(
            lambda connection: connection.execute(delete(_PROMISES).where(_PROMISES.c.id == uuid.UUID(promise)))
        )

    def give_up(self, job: str) -> None:
        """End the promise of a job; see Spending."""
        self._tolerantly(lambda connection: connection.execute(delete(_PROMISES).where(_PROMISES.c.job == job)))

    def _count(self, connection: Connection, ended: Any, names: Sequence[str], used: Sequence[Usage]) -> None:
        connection.execute(ended)
        if not used:
            return
        table = current_prices(connection).table
        now = datetime.now(UTC)
        rows = [self._row(name, usage, table, now) for name, usage in zip(names, used, strict=True)]
        new = upsert(_CALLS).values(rows).on_conflict_do_nothing(index_elements=["identity"]).returning(_CALLS)
        counted_now = [dict(row) for row in connection.execute(new).mappings()]
        if counted_now:
            _add(connection, self._payer, counted_now)
            tell_spent(connection, self._payer)

    def _row(self, name: str, usage: Usage, table: PriceTable, now: datetime) -> dict[str, Any]:
        payer = self._payer
        return {
            "identity": storable_text(name)[:1000],
            "dag_id": payer.dag_id,
            "run_id": payer.run_id,
            "node_id": payer.node_id,
            "source": payer.source,
            "model": storable_text(usage.model)[:300],
            "request_id": None if usage.request_id is None else storable_text(usage.request_id)[:300],
            "is_batch": usage.is_batch,
            "input_tokens": counted(usage.input_tokens),
            "output_tokens": counted(usage.output_tokens),
            "audio_seconds": counted(round(usage.audio_seconds * 1000)) / Decimal(1000),
            "cost": table.cost_of(usage),
            "currency": table.currency,
            "called_at": now,
        }

    def _tolerantly(self, work: Any) -> None:
        """Write what came of a call; the answer, which is paid for, is not lost when the catalog does not answer."""
        try:
            with self._database.transaction() as connection:
                work(connection)
        except CatalogError as exc:
            log.warning("What a call cost was not recorded; its promise stands until it ends: %s", exc.message)


def _check(budget: Budget, model: str, cost: Decimal | None) -> None:
    place = _NAMES[budget.key.scope].format(dag_id=budget.key.dag_id, name=budget.key.name)
    if cost is None:
        raise BudgetError(
            f"{model} was not asked: it has no price, so that the budget of {place} could not be kept. Give it one, 0 for a "
            "server of your own: media-ai prices set; then restart the task."
        )
    if cost > budget.left:
        promised = f", {budget.promised:.4f} promised to calls under way" if budget.promised else ""
        raise BudgetError(
            f"{model} was not asked: the budget of {place} is {budget.amount:.4f} {budget.currency}, {budget.spent:.4f} are "
            f"spent{promised}, and this call may cost {cost:.4f}. Raise it (media-ai budget set), then restart the task."
        )


def _add(connection: Connection, payer: Payer, rows: Sequence[dict[str, Any]]) -> None:
    """Add calls to the sums. Always in this order, so that nobody waits for somebody who waits for him."""
    first = rows[0]
    at, month = first["called_at"], month_of(first["called_at"])
    of_day = {name: first[name] for name in ("currency", "dag_id", "source", "node_id")}
    for model in sorted({row["model"] for row in rows}):
        added = measures_of([row for row in rows if row["model"] == model])
        _move(connection, _DAYS, of_day | {"model": model, "day": at.date()}, added, {})
    added = measures_of(rows)
    keys = [{"scope": "task", "dag_id": payer.dag_id, "name": payer.run_id, "month": ""}] if payer.run_id else []
    if payer.source:
        keys.append({"scope": "source", "dag_id": "", "name": payer.source, "month": month})
    keys.append({"scope": "month", "dag_id": "", "name": "", "month": month})
    for key in keys:
        _move(connection, _SUMS, key | {"currency": first["currency"]}, added, {"last_at": at})


def measures_of(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the sums of calls."""
    summed = {name: sum(row[name] for row in rows) for name in ("input_tokens", "output_tokens", "audio_seconds")}
    cost = sum((row["cost"] for row in rows if row["cost"] is not None), Decimal(0))
    return {"calls": len(rows), "unpriced": sum(row["cost"] is None for row in rows), **summed, "cost": cost}


def _move(connection: Connection, table: Any, key: dict[str, Any], added: dict[str, Any], last: dict[str, Any]) -> None:
    statement = upsert(table).values(**key, **added, **last)
    changes = {name: table.c[name] + statement.excluded[name] for name in MEASURES} | last
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changes))


def _in(seconds: float) -> Any:
    return func.now() + timedelta(seconds=seconds)
