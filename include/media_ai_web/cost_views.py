"""Prices, budgets and costs as the API shows and takes them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from media_ai.catalog.budgets import Budget, BudgetKey, Scope
from media_ai.catalog.costs import Cost, Quoted
from media_ai.catalog.prices import SavedPrices
from media_ai.clients.prices import LISTED_ON, Price, PriceTable, listed_prices
from media_ai.model.run import RunInput
from media_ai.tasks.words import Status, status_of
from media_ai_web.source_views import WindowBody

_NAME = Annotated[str, Field(max_length=250)]


class PricesBody(PriceTable):
    """Prices to save."""

    model_config = ConfigDict(defer_build=False)


class PricesView(BaseModel):
    """The prices that count, and the listed ones behind them."""

    currency: str
    prices: dict[str, Price]
    listed: dict[str, Price] = Field(description="List prices of mainland China in CNY; none in another currency.")
    listed_on: str = Field(description="The day that they were written down; check them.")
    saved_by: str
    saved_at: datetime | None
    etag: str

    @classmethod
    def of(cls, saved: SavedPrices) -> Self:
        """Return the prices as the API shows them."""
        is_listed = saved.table.currency == PriceTable().currency
        return cls(
            currency=saved.table.currency,
            prices=saved.table.prices,
            listed=dict(listed_prices()) if is_listed else {},
            listed_on=LISTED_ON,
            saved_by=saved.saved_by,
            saved_at=saved.saved_at,
            etag=saved.etag,
        )


class BudgetBody(BaseModel):
    """What may be spent, or that nothing is limited."""

    model_config = ConfigDict(extra="forbid")

    scope: Scope = Field(
        description="task: one task; workflow: each task of it; source: a source in a month; month: everything in a month."
    )
    workflow: _NAME = Field(default="", description="Of a task, or the workflow itself.")
    name: _NAME = Field(default="", description="The run id of a task, or the slug of a source.")
    amount: Decimal | None = Field(
        ge=0, le=10**12, description="In the currency of the prices; null takes the budget away."
    )

    def key(self) -> BudgetKey:
        """Return what it is for; raise InputError if it is for nothing."""
        return BudgetKey(scope=self.scope, dag_id=self.workflow, name=self.name)


class BudgetView(BaseModel):
    """A budget and how much of it is used: in this month, or by the task. A workflow's is of each of its tasks."""

    scope: Scope
    workflow: str
    name: str
    amount: float
    currency: str
    spent: float
    promised: float = Field(description="To calls that are under way, at most.")
    saved_by: str
    saved_at: datetime | None

    @classmethod
    def of(cls, budget: Budget) -> Self:
        """Return a budget as the API shows it."""
        same: dict[str, Any] = {name: getattr(budget, name) for name in ("currency", "saved_by", "saved_at")}
        amounts = {name: float(getattr(budget, name)) for name in ("amount", "spent", "promised")}
        key = budget.key
        return cls(scope=key.scope, workflow=key.dag_id, name=key.name, **amounts, **same)


class CostView(BaseModel):
    """What was spent on something, in one currency."""

    key: str = Field(
        description="Slug, model, month, node or run id; empty for searches, and for what no source started."
    )
    workflow: str = Field(description="Of a node or a task.")
    currency: str
    calls: int
    unpriced_calls: int = Field(description="Of them; their models had no price, and the cost leaves them out.")
    input_tokens: int
    output_tokens: int
    audio_seconds: float
    cost: float | None = Field(description="Absent if no call had a price.")

    @classmethod
    def of(cls, cost: Cost) -> Self:
        """Return a cost as the API shows it."""
        names = ("key", "workflow", "currency", "calls", "input_tokens", "output_tokens", "audio_seconds")
        money = None if cost.cost is None else float(cost.cost)
        return cls(**{name: getattr(cost, name) for name in names}, unpriced_calls=cost.unpriced, cost=money)


class QuotedView(BaseModel):
    """A task that was quoted: what it was said to cost, and what it has cost."""

    workflow: str
    run_id: str
    name: str
    status: Status
    made_at: datetime
    currency: str
    quoted: float | None = Field(description="Absent if no model that it asks had a price.")
    cost: float | None = Field(description="So far; absent if no call had a price.")

    @classmethod
    def of(cls, found: Quoted) -> Self:
        """Return them as the API shows them."""
        amounts = {
            name: None if (value := getattr(found, name)) is None else float(value) for name in ("quoted", "cost")
        }
        same = {name: getattr(found, name) for name in ("run_id", "name", "made_at", "currency")}
        return cls(workflow=found.dag_id, status=status_of(found.state, found.cause), **same, **amounts)


class QuoteBody(BaseModel):
    """A task to quote."""

    model_config = ConfigDict(extra="forbid")

    input: RunInput
    overrides: dict[str, dict[str, Any]] = Field(default_factory=dict, description="Node id -> parameters.")


class SourceQuoteBody(BaseModel):
    """Which videos of a source are quoted."""

    model_config = ConfigDict(extra="forbid")

    window: WindowBody | None = Field(
        default=None, description="When files changed; what a scheduled look takes, if absent."
    )
