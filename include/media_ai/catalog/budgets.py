"""What may be spent, and what is left of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Connection, and_, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.prices import current_prices
from media_ai.errors import InputError, NotFoundError

_BUDGETS, _SUMS, _PROMISES = tables.budgets, tables.cost_sums, tables.promises

Scope = Literal["task", "workflow", "source", "month"]
"""One task; each task of a workflow; a source in a month; everything in a month."""
MOST = Decimal(10) ** 12


@dataclass(frozen=True, kw_only=True)
class BudgetKey:
    """
    What a budget is for.

    Attributes:
        dag_id: The workflow, of a task and of a workflow.
        name: The run id of a task, the slug of a source.
    """

    scope: Scope
    dag_id: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        wanted = {"task": (True, True), "workflow": (True, False), "source": (False, True), "month": (False, False)}
        if (bool(self.dag_id), bool(self.name)) != wanted[self.scope]:
            raise InputError(
                "A budget is for a task (workflow and run id), a workflow, a source or the month; this names "
                f"{self.scope}, workflow '{self.dag_id[:60]}', name '{self.name[:60]}'."
            )

    def columns(self) -> dict[str, str]:
        """Return the key as columns."""
        return {"scope": self.scope, "dag_id": self.dag_id, "name": self.name}


@dataclass(frozen=True, kw_only=True)
class Payer:
    """Whose call it is; a search is of no run."""

    dag_id: str = ""
    run_id: str = ""
    node_id: str = ""
    source: str = ""


NOBODY = Payer()
"""Who asks for no task: a search."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """A budget; `spent` of this month or task, `promised` to calls that are under way. A workflow's is of each task."""

    key: BudgetKey
    amount: Decimal
    currency: str
    spent: Decimal = Decimal(0)
    promised: Decimal = Decimal(0)
    saved_by: str = ""
    saved_at: datetime | None = None

    @property
    def left(self) -> Decimal:
        """What may still be promised."""
        return self.amount - self.spent - self.promised


class Budgets:
    """Keeps budgets."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, *, workflows: Collection[str] | None = None) -> list[Budget]:
        """Return the budgets; of tasks and workflows those of `workflows`, if it is given."""
        statement = select(_BUDGETS).order_by(_BUDGETS.c.scope, _BUDGETS.c.dag_id, _BUDGETS.c.name)
        if workflows is not None:
            statement = statement.where(_BUDGETS.c.dag_id.in_(["", *workflows]))
        with self._database.transaction() as connection:
            return [_with_spent(connection, dict(row)) for row in connection.execute(statement).mappings()]

    def set(self, key: BudgetKey, amount: Decimal, *, by: str = "") -> Budget:
        """
        Have no more spent than an amount, in the currency of the prices; takes effect with the next call.

        Raises:
            InputError: The amount is no amount.
        """
        if not amount.is_finite() or not 0 <= amount <= MOST:
            raise InputError(f"A budget is an amount from 0 to {MOST:,}; this is {amount}.")
        with self._database.transaction() as connection:
            values = {"amount": amount, "currency": current_prices(connection).table.currency, "saved_by": by}
            statement = upsert(_BUDGETS).values(**key.columns(), **values)
            changes = {**values, "saved_at": func.now()}
            statement = statement.on_conflict_do_update(index_elements=["scope", "dag_id", "name"], set_=changes)
            row = connection.execute(statement.returning(_BUDGETS)).mappings().one()
            return _with_spent(connection, dict(row))

    def amount_of(self, key: BudgetKey) -> Decimal | None:
        """Return a budget's amount; None if nothing is limited."""
        with self._database.transaction() as connection:
            return connection.execute(select(_BUDGETS.c.amount).where(_is(key))).scalar()

    def remove(self, key: BudgetKey) -> None:
        """Have nothing limited; raise NotFoundError if nothing was."""
        with self._database.transaction() as connection:
            if not connection.execute(delete(_BUDGETS).where(_is(key))).rowcount:
                raise NotFoundError(f"There is no budget of this {key.scope}.")


def _is(key: BudgetKey) -> Any:
    return and_(*(_BUDGETS.c[name] == value for name, value in key.columns().items()))


def left_of(database: Database, payer: Payer) -> Decimal | None:
    """Return the least that is left of the budgets that count for a payer; None if there are none."""
    with database.transaction() as connection:
        return min((budget.left for budget in budgets_of(connection, payer, lock=False)), default=None)


def budgets_of(connection: Connection, payer: Payer, *, lock: bool) -> list[Budget]:
    """
    Return the budgets that a payer's calls count for, with what is spent of them.

    With `lock` others that ask for the same ones wait for the end of the transaction.
    """
    of_task = and_(_BUDGETS.c.scope == "task", _BUDGETS.c.dag_id == payer.dag_id, _BUDGETS.c.name == payer.run_id)
    of_workflow = and_(_BUDGETS.c.scope == "workflow", _BUDGETS.c.dag_id == payer.dag_id)
    of_source = and_(_BUDGETS.c.scope == "source", _BUDGETS.c.name == payer.source)
    statement = (
        select(_BUDGETS)
        .where(or_(of_task, of_workflow, of_source, _BUDGETS.c.scope == "month"))
        .order_by(_BUDGETS.c.scope, _BUDGETS.c.dag_id, _BUDGETS.c.name)
    )
    rows = [dict(row) for row in connection.execute(statement.with_for_update() if lock else statement).mappings()]
    # A task's own goes before that of each task of its workflow.
    has_own = any(row["scope"] == "task" for row in rows)
    counted = [row for row in rows if not (has_own and row["scope"] == "workflow")]
    return [_with_spent(connection, row, payer) for row in counted if row["scope"] != "workflow" or payer.run_id]


def _with_spent(connection: Connection, row: dict[str, Any], payer: Payer | None = None) -> Budget:
    key = BudgetKey(scope=row["scope"], dag_id=row["dag_id"], name=row["name"])
    spent, promised = Decimal(0), Decimal(0)
    if key.scope != "workflow" or payer is not None:
        run_id = payer.run_id if payer is not None and key.scope == "workflow" else key.name
        sums, promises = _counting(key, run_id)
        same = and_(*sums, _SUMS.c.currency == row["currency"])
        going = and_(*promises, _PROMISES.c.currency == row["currency"], _PROMISES.c.expires_at > func.now())
        # Together in one statement: a call that is settled moves from one to the other.
        both = select(
            select(func.coalesce(func.sum(_SUMS.c.cost), 0)).where(same).scalar_subquery(),
            select(func.coalesce(func.sum(_PROMISES.c.cost), 0)).where(going).scalar_subquery(),
        )
        spent, promised = connection.execute(both).one()
    rest = {name: row[name] for name in ("amount", "currency", "saved_by", "saved_at")}
    return Budget(key=key, spent=Decimal(spent), promised=Decimal(promised), **rest)


def _counting(key: BudgetKey, run_id: str) -> tuple[Sequence[Any], Sequence[Any]]:
    """Return the conditions of what counts for a budget: of sums and of promises."""
    # What is under way at the end of a month is counted in the next: promises have no month.
    month = month_of(datetime.now(UTC))
    if key.scope == "month":
        return [_SUMS.c.scope == "month", _SUMS.c.month == month], []
    if key.scope == "source":
        sums = [_SUMS.c.scope == "source", _SUMS.c.name == key.name, _SUMS.c.month == month]
        return sums, [_PROMISES.c.source == key.name]
    sums = [_SUMS.c.scope == "task", _SUMS.c.dag_id == key.dag_id, _SUMS.c.name == run_id]
    return sums, [_PROMISES.c.dag_id == key.dag_id, _PROMISES.c.run_id == run_id]


def month_of(moment: datetime) -> str:
    """Return the month of a moment, in UTC: "2026-11"."""
    return f"{moment.astimezone(UTC):%Y-%m}"
