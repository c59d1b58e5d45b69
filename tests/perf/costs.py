"""What costs cost: 10,000 tasks of 30 calls each in the catalog, the answers about them, and a call's own part."""

import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from sqlalchemy import text

from media_ai.catalog.budgets import BudgetKey, Budgets, Payer
from media_ai.catalog.costs import Costs
from media_ai.catalog.database import Database
from media_ai.catalog.migrate import migrate
from media_ai.catalog.results import RunKey
from media_ai.catalog.spending import CatalogSpending
from media_ai.catalog.task_lists import TaskFilter, TaskLists
from media_ai.clients.spending import paying
from media_ai.store.artifacts import Usage
from media_ai.system.postgres import EmbeddedPostgres
from tests.perf.report import line

_TASKS, _CALLS, _TRIES = 10_000, 30, 40
_FILL = (
    """
    INSERT INTO media_ai.runs (dag_id, run_id, state, created_at)
    SELECT 'w' || n % 20, 'r' || n, 'success', now() - n % 60 * interval '1 day' FROM generate_series(1, :tasks) AS n
    """,
    """
    INSERT INTO media_ai.model_calls (identity, dag_id, run_id, node_id, source, model, is_batch, input_tokens, output_tokens,
        audio_seconds, cost, currency, called_at)
    SELECT n || '-' || c, 'w' || n % 20, 'r' || n, 'node' || c % 5, CASE WHEN n % 2 = 0 THEN 's' || n % 7 ELSE '' END,
        'modelstudio/m' || c % 5, false, 9000, 700, 0, 0.016, 'CNY', now() - n % 60 * interval '1 day'
    FROM generate_series(1, :tasks) AS n, generate_series(1, :calls) AS c
    """,
)


def main() -> None:
    """Fill a catalog; print the 95th percentile of each answer, and what reserving and settling adds to a call."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        server = EmbeddedPostgres(home / "db" / "data", home / "postgres.log", password="p", admin_password="a")
        server.start()
        try:
            server.create_database("catalog")
            migrate(server.url("catalog"))
            _measure(Database(server.url("catalog")))
        finally:
            server.stop()


def _measure(database: Database) -> None:
    with database.transaction() as connection:
        for statement in _FILL:
            connection.execute(text(statement), {"tasks": _TASKS, "calls": _CALLS})
    costs, lists = Costs(database), TaskLists(database)
    start = time.perf_counter()
    costs.reconcile()
    line(f"sums of {_TASKS * _CALLS:,} calls made again", time.perf_counter() - start, "s", bar="<= 30 s, hourly")
    with database.transaction() as connection:
        connection.execute(text("ANALYZE"))
    questions: dict[str, Callable[[], object]] = {
        f"costs by {by}": lambda by=by: costs.by(by)  # type: ignore[misc]
        for by in ("workflow", "source", "model", "node", "month", "task")
    }
    questions |= {
        "costs of a task's nodes": lambda: costs.of_nodes(RunKey(dag_id="w7", run_id="r7")),
        "a page of 50 tasks with their costs": lambda: lists.page(TaskFilter(), after=None, limit=50),
        "usual cost of a task": lambda: costs.usual_of_task("w7"),
    }
    for what, ask in questions.items():
        line(what, 1000 * _p95(ask), "ms, p95", bar="<= 200 ms")
    Budgets(database).set(BudgetKey(scope="month"), Decimal(10**9))
    used = Usage(model="modelstudio/qwen-plus", input_tokens=9000, output_tokens=700)
    spending = CatalogSpending(database, Payer(dag_id="w7", run_id="r7", node_id="node1", source="s1"))

    def call() -> None:
        with paying(spending, used) as bill:
            bill.add(used)

    line(
        "reserving and settling a call under a budget",
        1000 * _p95(call),
        "ms, p95",
        bar="<= 100 ms; the call itself takes seconds",
    )


def _p95(ask: Callable[[], object]) -> float:
    times = []
    for _ in range(_TRIES):
        start = time.perf_counter()
        ask()
        times.append(time.perf_counter() - start)
    return sorted(times)[int(0.95 * _TRIES)]
