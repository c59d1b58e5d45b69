"""Has told that a budget is nearly or wholly used up; each budget says so once, in a month if it is of one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from media_ai.catalog.budgets import Budget, Payer, budgets_of, month_of
from media_ai.catalog.outbox import announce, is_anybody_told
from media_ai.model.notifications import Event, Happening

NEAR = Decimal("0.8")
"""The share of a budget from which on it is nearly used up."""


def tell_spent(connection: Connection, payer: Payer) -> None:
    """Have told which budgets of a payer have come near their end, or to it, by what was just counted."""
    for budget in _watched(connection, payer):
        if budget.spent >= budget.amount * NEAR:
            _tell(connection, Event.BUDGET_NEAR, budget, payer)
        if budget.spent >= budget.amount:
            _tell(connection, Event.BUDGET_REACHED, budget, payer)


def tell_refused(connection: Connection, payer: Payer) -> None:
    """Have told that a call was not made, for the budget that has the least left."""
    tightest = min(_watched(connection, payer), key=lambda budget: budget.left, default=None)
    if tightest is not None:
        _tell(connection, Event.BUDGET_REACHED, tightest, payer)


def _watched(connection: Connection, payer: Payer) -> Sequence[Budget]:
    if not is_anybody_told(connection, Event.BUDGET_NEAR, Event.BUDGET_REACHED):
        return ()
    return budgets_of(connection, payer, lock=False)


def _tell(connection: Connection, event: Event, budget: Budget, payer: Payer) -> None:
    key = budget.key
    is_of_run = key.scope in ("task", "workflow")
    # What is of a month is told again in the next one; an amount that was changed is another budget.
    place = f"{payer.dag_id} {payer.run_id}" if is_of_run else f"{key.name} {month_of(datetime.now(UTC))}"
    identity = f"{event} {key.scope} {place} {budget.amount.normalize()}"
    run: dict[str, str] = {"dag_id": payer.dag_id, "run_id": payer.run_id} if is_of_run else {}
    announce(connection, Happening(event=event, identity=identity, **run, data=_data(budget)))


def _data(budget: Budget) -> dict[str, Any]:
    percent = int(100 * budget.spent / budget.amount) if budget.amount else 100
    found = {"scope": budget.key.scope, "currency": budget.currency, "percent": percent}
    source = {"source": budget.key.name} if budget.key.scope == "source" else {}
    return {**found, **source, "amount": _money(budget.amount), "spent": _money(budget.spent)}


def _money(amount: Decimal) -> str:
    return f"{round(amount, 4).normalize():f}"
