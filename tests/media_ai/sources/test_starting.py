"""How many tasks of a source are started under a budget."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from media_ai.catalog.budgets import BudgetKey, Budgets, Payer
from media_ai.catalog.source_items import SourceItems
from media_ai.catalog.spending import CatalogSpending
from media_ai.clients.spending import paying
from media_ai.sources.schema import Source
from media_ai.sources.starting import SourceStarter
from media_ai.store.artifacts import Usage

pytestmark = pytest.mark.postgres

OF_SOURCE, MONTH = BudgetKey(scope="source", name="in"), BudgetKey(scope="month")


@pytest.fixture
def starter(database, tmp_path):
    """A source with room for ten tasks, three of whose videos wait."""
    rows = [
        {
            "address": f"/in/{number}.mp4", "etag": "e", "size": 1, "modified_at": datetime.now(UTC), "interval_start": None,
            "state": "waiting", "reason": "", "video_id": str(number), "input": {}, "dag_id": "w", "run_id": f"r{number}",
        }
        for number in range(3)
    ]  # fmt: skip
    SourceItems(database, "in").record(rows)
    source = Source(slug="in", name="In", location="/in", workflow="w", limits={"max_active": 10})
    return SourceStarter(source, database, lambda run, conf, again: None)


def spend(database, run_id):
    """Have a task of the source cost 10."""
    used = Usage(model="modelstudio/qwen3-vl-plus", output_tokens=1_000_000)
    payer = Payer(dag_id="w", run_id=run_id, source="in")
    with paying(CatalogSpending(database, payer), used) as bill:
        bill.add(used)


def test_without_a_budget_its_limits_alone_count(database, starter):
    """However much was spent."""
    spend(database, "old")
    assert starter.room() == 10


@pytest.mark.parametrize("key", [OF_SOURCE, MONTH], ids=lambda key: key.scope)
def test_no_more_tasks_are_started_than_the_budget_pays_for(database, starter, key):
    """By what the workflow's tasks cost lately; those that are not done yet count as much, and the rest wait."""
    spend(database, "old")
    Budgets(database).set(key, Decimal(35))
    assert starter.room() == 2
    assert starter.start(None) == 2
    assert starter.room() == 0
    Budgets(database).set(key, Decimal(10))
    assert starter.room() == 0
    Budgets(database).set(key, Decimal(1000))
    assert starter.start(None) == 1


def test_a_budget_of_nothing_starts_nothing(database, starter):
    """Though nobody knows yet what a task costs; with any other the first ones are started."""
    Budgets(database).set(OF_SOURCE, Decimal(0))
    assert starter.room() == 0
    Budgets(database).set(OF_SOURCE, Decimal(1))
    assert starter.room() == 10
