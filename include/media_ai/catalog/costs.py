"""What was spent: sums by workflow, source, model, node, month or task; and the sums made again from the calls."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Numeric, case, cast, delete, func, select, text
from sqlalchemy.sql.elements import ColumnElement

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.results import RunKey
from media_ai.catalog.spending import MEASURES

_CALLS, _DAYS, _SUMS, _PROMISES = tables.model_calls, tables.cost_days, tables.cost_sums, tables.promises

By = Literal["workflow", "source", "model", "node", "month", "task"]


@dataclass(frozen=True, kw_only=True)
class Cost:
    """
    What was spent on something, in one currency.

    Attributes:
        key: The slug, model or month; the node or the run id, with `workflow`. Empty for searches, and for what no source
            started.
        unpriced: Calls whose model had no price; `cost` is that of the others, None if there are no others.
    """

    key: str
    workflow: str = ""
    currency: str
    calls: int
    unpriced: int
    input_tokens: int
    output_tokens: int
    audio_seconds: float
    cost: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Quoted:
    """What a task was said to cost, in the currency of the quote, and what it has cost; None: no call had a price."""

    dag_id: str
    run_id: str
    name: str
    state: str
    cause: str
    made_at: datetime
    currency: str
    quoted: Decimal | None
    cost: Decimal | None


class Costs:
    """Reads what was spent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by(
        self,
        what: By,
        *,
        since: date | None = None,
        until: date | None = None,
        workflows: Collection[str] | None = None,
        limit: int = 200,
    ) -> list[Cost]:
        """
        Return sums, the dearest first; months in their order.

        Args:
            what: What is summed.
            since, until: Days in UTC, inclusive and exclusive; of a task the day of its last call.
            workflows: Only of these, and then no searches.
            limit: How many at most.
        """
        if what == "task":
            return self._tasks(since, until, workflows, limit)
        month: ColumnElement[Any] = func.to_char(_DAYS.c.day, "YYYY-MM")
        keys: dict[str, ColumnElement[Any]] = {
            "workflow": _DAYS.c.dag_id, "source": _DAYS.c.source, "model": _DAYS.c.model, "node": _DAYS.c.node_id, "month": month,
        }  # fmt: skip
        columns = [keys[what].label("key"), _DAYS.c.currency] + ([_DAYS.c.dag_id] if what == "node" else [])
        sums = [func.sum(_DAYS.c[name]).label(name) for name in MEASURES]
        order = [keys[what]] if what == "month" else [func.sum(_DAYS.c.cost).desc(), keys[what]]
        statement = select(*columns, *sums).group_by(*columns).order_by(*order).limit(limit)
        if since is not None:
            statement = statement.where(_DAYS.c.day >= since)
        if until is not None:
            statement = statement.where(_DAYS.c.day < until)
        if workflows is not None:
            statement = statement.where(_DAYS.c.dag_id.in_(sorted(workflows)))
        with self._database.transaction() as connection:
            return [_cost(dict(row)) for row in connection.execute(statement).mappings()]

    def _tasks(
        self, since: date | None, until: date | None, workflows: Collection[str] | None, limit: int
    ) -> list[Cost]:
        names = [_SUMS.c[name] for name in ("dag_id", "currency", *MEASURES)]
        statement = select(_SUMS.c.name.label("key"), *names).where(_SUMS.c.scope == "task")
        statement = statement.order_by(_SUMS.c.cost.desc(), _SUMS.c.dag_id, _SUMS.c.name).limit(limit)
        if since is not None:
            statement = statement.where(_SUMS.c.last_at >= _start_of(since))
        if until is not None:
            statement = statement.where(_SUMS.c.last_at < _start_of(until))
        if workflows is not None:
            statement = statement.where(_SUMS.c.dag_id.in_(sorted(workflows)))
        with self._database.transaction() as connection:
            return [_cost(dict(row)) for row in connection.execute(statement).mappings()]

    def of_nodes(self, run: RunKey) -> list[Cost]:
        """Return what each node of a task cost."""
        sums = [func.coalesce(func.sum(_CALLS.c[name]), 0).label(name) for name in MEASURES[2:]]
        counts = [func.count().label("calls"), func.count().filter(_CALLS.c.cost.is_(None)).label("unpriced")]
        statement = (
            select(_CALLS.c.node_id.label("key"), _CALLS.c.dag_id, _CALLS.c.currency, *counts, *sums)
            .where(_CALLS.c.dag_id == run.dag_id, _CALLS.c.run_id == run.run_id)
            .group_by(_CALLS.c.node_id, _CALLS.c.dag_id, _CALLS.c.currency)
            .order_by(_CALLS.c.node_id)
        )
        with self._database.transaction() as connection:
            return [_cost(dict(row)) for row in connection.execute(statement).mappings()]

    def quoted(self, *, workflows: Collection[str] | None = None, limit: int = 50) -> list[Quoted]:
        """Return the tasks that were quoted before they were started, the newest first."""
        quotes, runs, tasks = tables.quotes, tables.runs, tables.tasks
        currency = quotes.c.quote["currency"].astext
        own = (_SUMS.c.scope == "task") & (_SUMS.c.dag_id == runs.c.dag_id) & (_SUMS.c.name == runs.c.run_id)
        cost = select(case((_SUMS.c.unpriced < _SUMS.c.calls, _SUMS.c.cost))).where(own, _SUMS.c.currency == currency)
        name = func.coalesce(func.nullif(tasks.c.name, ""), runs.c.video_id, runs.c.run_id)
        amounts = {"quoted": cast(quotes.c.quote["cost"].astext, Numeric), "cost": cost.scalar_subquery()}
        labelled = {"name": name, "currency": currency, **amounts}
        same = (runs.c.dag_id, runs.c.run_id, runs.c.state, runs.c.cause, quotes.c.made_at)
        statement = (
            select(*same, *(column.label(label) for label, column in labelled.items()))
            .join(runs, (runs.c.dag_id == quotes.c.dag_id) & (runs.c.run_id == quotes.c.run_id))
            .outerjoin(tasks, (tasks.c.dag_id == runs.c.dag_id) & (tasks.c.run_id == runs.c.run_id))
            .order_by(quotes.c.made_at.desc(), runs.c.run_id)
            .limit(limit)
        )
        if workflows is not None:
            statement = statement.where(runs.c.dag_id.in_(sorted(workflows)))
        with self._database.transaction() as connection:
            return [Quoted(**row) for row in connection.execute(statement).mappings()]

    def usual_of_task(self, workflow: str, *, latest: int = 30) -> Decimal | None:
        """Return the mean cost of a workflow's last tasks; None if none has cost anything yet."""
        lately = (
            select(_SUMS.c.cost)
            .where(_SUMS.c.scope == "task", _SUMS.c.dag_id == workflow)
            .order_by(_SUMS.c.last_at.desc())
            .limit(latest)
            .subquery()
        )
        with self._database.transaction() as connection:
            return connection.execute(select(func.avg(lately.c.cost))).scalar_one() or None

    def reconcile(self, *, today: date | None = None) -> dict[str, int]:
        """
        Make the sums of this month and the last again from the calls, and end what processes that were killed had promised.

        Returns:
            How many sums were wrong, and how many promises had ended.
        """
        day = today or datetime.now(UTC).date()
        first = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
        with self._database.transaction() as connection:
            ended = connection.execute(delete(_PROMISES).where(_PROMISES.c.expires_at <= func.now())).rowcount
            # Calls that end meanwhile wait: a call is either in the record that is read, or added afterwards.
            connection.execute(text("LOCK media_ai.cost_days, media_ai.cost_sums IN SHARE ROW EXCLUSIVE MODE"))
            given = {"first": first, "month": f"{first:%Y-%m}"}
            wrong = sum(connection.execute(text(statement), given).rowcount for statement in _RECONCILE)
        return {"sums": wrong, "promises": ended}


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _cost(row: dict[str, Any]) -> Cost:
    return Cost(
        key=row["key"],
        workflow=row.get("dag_id", ""),
        currency=row["currency"],
        calls=int(row["calls"]),
        unpriced=int(row["unpriced"]),
        input_tokens=int(row["input_tokens"]),
        output_tokens=int(row["output_tokens"]),
        audio_seconds=float(row["audio_seconds"]),
        cost=None if row["unpriced"] == row["calls"] else Decimal(row["cost"]),
    )


_MEASURED = """
    count(*) AS calls, count(*) FILTER (WHERE cost IS NULL) AS unpriced, sum(input_tokens) AS input_tokens,
    sum(output_tokens) AS output_tokens, sum(audio_seconds) AS audio_seconds, coalesce(sum(cost), 0) AS cost
"""
_AT_UTC = "(called_at AT TIME ZONE 'UTC')"
_RIGHT = f"""
    SELECT 'month' AS scope, '' AS dag_id, '' AS name, to_char({_AT_UTC}, 'YYYY-MM') AS month, currency, {_MEASURED},
        max(called_at) AS last_at
    FROM media_ai.model_calls WHERE called_at >= :first GROUP BY 4, 5
    UNION ALL
    SELECT 'source', '', source, to_char({_AT_UTC}, 'YYYY-MM'), currency, {_MEASURED}, max(called_at)
    FROM media_ai.model_calls WHERE called_at >= :first AND source <> '' GROUP BY 3, 4, 5
    UNION ALL
    SELECT 'task', dag_id, run_id, '', currency, {_MEASURED}, max(called_at)
    FROM media_ai.model_calls
    WHERE run_id <> '' AND (dag_id, run_id) IN (SELECT dag_id, run_id FROM media_ai.model_calls WHERE called_at >= :first)
    GROUP BY 2, 3, 5
"""  # noqa: S608  # of our own words
_RIGHT_DAYS = f"""
    SELECT currency, dag_id, source, node_id, model, {_AT_UTC}::date AS day, {_MEASURED}
    FROM media_ai.model_calls WHERE called_at >= :first GROUP BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608
_SET = ", ".join(f"{name} = EXCLUDED.{name}" for name in MEASURES)
_DIFFERS = " OR ".join(f"kept.{name} <> EXCLUDED.{name}" for name in MEASURES)
_NAMES = ", ".join(MEASURES)
_RECONCILE = (
    f"""
    DELETE FROM media_ai.cost_sums AS kept WHERE scope <> 'task' AND month >= :month AND NOT EXISTS (
        SELECT FROM ({_RIGHT}) AS r WHERE (r.scope, r.dag_id, r.name, r.month, r.currency)
            = (kept.scope, kept.dag_id, kept.name, kept.month, kept.currency))
    """,  # noqa: S608
    f"""
    INSERT INTO media_ai.cost_sums AS kept (scope, dag_id, name, month, currency, {_NAMES}, last_at) {_RIGHT}
    ON CONFLICT (scope, dag_id, name, month, currency) DO UPDATE SET {_SET}, last_at = EXCLUDED.last_at WHERE {_DIFFERS}
    """,
    f"""
    INSERT INTO media_ai.cost_days AS kept (currency, dag_id, source, node_id, model, day, {_NAMES}) {_RIGHT_DAYS}
    ON CONFLICT (currency, dag_id, source, node_id, model, day) DO UPDATE SET {_SET} WHERE {_DIFFERS}
    """,
)
