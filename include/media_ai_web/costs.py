"""Money: prices, budgets, what was spent, and quotes before anything is."""

from datetime import date
from typing import Annotated

from fastapi import Depends, HTTPException, Query, Request, Response

from media_ai.catalog.budgets import Budgets
from media_ai.catalog.costs import By, Costs
from media_ai.catalog.prices import Prices, SavedPrices
from media_ai.catalog.task_records import TaskRecords
from media_ai.sources.library import SourceLibrary
from media_ai.sources.quoting import quote_source
from media_ai.tasks.quote_views import Quote
from media_ai.tasks.quoting import quote_task
from media_ai_web.caching import expected, quoted
from media_ai_web.cost_views import (
    BudgetBody,
    BudgetView,
    CostView,
    PricesBody,
    PricesView,
    QuoteBody,
    QuotedView,
    SourceQuoteBody,
)
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.routing import apart, in_thread, make_router, problems
from media_ai_web.services import Conf, Db, credentials_of
from media_ai_web.source_views import SourceSlug
from media_ai_web.task_views import DagId
from media_ai_web.workflows import IfMatch

router = make_router("Costs")
_READ = [Depends(needs(Permission.READ_TASKS))]
_START = [Depends(needs(Permission.CREATE_TASKS))]
Changer = Annotated[Caller, Depends(needs(Permission.CHANGE_SETTINGS))]


async def _visible(request: Request, database: Db) -> frozenset[str] | None:
    """Return the workflows that the caller may read, None if all: then what is of no workflow is told too."""
    known = await in_thread(TaskRecords(database).workflow_ids)
    readable: frozenset[str] = await request.app.state.gate.readable(request, known)
    return None if readable >= set(known) else readable


Visible = Annotated[frozenset[str] | None, Depends(_visible)]


@router.get("/costs", summary="Read what was spent", dependencies=_READ)
@apart
def read_costs(
    database: Db,
    visible: Visible,
    by: By = "workflow",
    since: Annotated[date | None, Query(description="Day in UTC, inclusive; of a task, that of its last call.")] = None,
    until: Annotated[date | None, Query(description="Day in UTC, exclusive.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[CostView]:
    """Return what calls to models have used and cost, the dearest first; months in their order."""
    found = Costs(database).by(by, since=since, until=until, workflows=visible, limit=limit)
    return [CostView.of(cost) for cost in found]


@router.get("/costs/quoted", summary="Compare costs with quotes", dependencies=_READ)
@apart
def compare_with_quotes(
    database: Db, visible: Visible, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[QuotedView]:
    """Return the tasks that were quoted before they were started, the newest first, with what they have cost."""
    return [QuotedView.of(found) for found in Costs(database).quoted(workflows=visible, limit=limit)]


@router.get("/prices", summary="Read the prices", dependencies=_READ)
@apart
def read_prices(database: Db, response: Response) -> PricesView:
    """Return the prices that count now; the ETag is what a save is checked against."""
    return _answer(Prices(database).current(), response)


@router.put("/prices", summary="Save the prices", responses=problems(409, 412, 428))
@apart
def save_prices(
    given: PricesBody, database: Db, caller: Changer, response: Response, if_match: IfMatch = None
) -> PricesView:
    """Have these prices, all in one currency, count for calls from now on; the listed ones stay behind them."""
    if if_match is None:
        raise HTTPException(428, "Give the ETag that you read the prices with in If-Match, or *.")
    return _answer(Prices(database).save(given, by=caller.name, expected=expected(if_match)), response)


@router.get("/budgets", summary="List budgets", dependencies=_READ)
@apart
def list_budgets(database: Db, visible: Visible) -> list[BudgetView]:
    """Return what may be spent, and how much of it is."""
    return [BudgetView.of(budget) for budget in Budgets(database).all(workflows=visible)]


@router.put("/budgets", summary="Set a budget", responses=problems(404))
@apart
def set_budget(given: BudgetBody, database: Db, caller: Changer) -> list[BudgetView]:
    """
    Have no more spent than an amount, or nothing limited; return all budgets.

    It takes effect with the next call to a model. A task that was refused goes on where it was when it is restarted.
    """
    budgets = Budgets(database)
    if given.amount is None:
        budgets.remove(given.key())
    else:
        budgets.set(given.key(), given.amount, by=caller.name)
    return [BudgetView.of(budget) for budget in budgets.all()]


@router.post("/workflows/{slug}/quote", summary="Quote a task", dependencies=_START, responses=problems(404))
@apart
def quote_new_task(slug: DagId, given: QuoteBody, database: Db, conf: Conf) -> Quote:
    """Look into a video and return what a task would probably use, take and cost; nothing is started."""
    fields = given.input.model_dump(mode="json", exclude_none=True)
    return quote_task(database, conf.media_files(credentials_of()), slug, fields, given.overrides)


@router.post("/sources/{source}/quote", summary="Quote a backfill", dependencies=_START, responses=problems(404))
@apart
def quote_new_tasks(source: SourceSlug, given: SourceQuoteBody, database: Db, conf: Conf) -> Quote:
    """Return what the tasks that a look would start now would probably use, take and cost; nothing is started."""
    window = given.window.window() if given.window else None
    return quote_source(SourceLibrary(database).get(source), database, conf, credentials_of(), window)


def _answer(saved: SavedPrices, response: Response) -> PricesView:
    response.headers["ETag"] = quoted(saved.etag)
    return PricesView.of(saved)
