"""What calls to models and jobs of services cost: a table of prices by model, and what a call costs by it."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from media_ai.model.base import Model
from media_ai.store.artifacts import Usage

DEFAULT_CURRENCY = "CNY"
"""Of the list prices that are known without anybody's doing."""
LISTED_ON = "2026-11-21"
"""The day that they were written down: prices of mainland China, the first tier of each model."""
_DEFAULTS = Path(__file__).with_name("model_prices.json")
_MILLION = Decimal(1_000_000)
_HOUR_S = Decimal(3_600)
_MOST = 10**15
"""Tokens or seconds that a service may claim for one call; more is taken for this much, so that every sum can be stored."""

Amount = Annotated[Decimal, Field(ge=0, le=1_000_000, max_digits=18, decimal_places=9)]
Pattern = Annotated[str, StringConstraints(min_length=3, max_length=200, pattern=r"^[^/\s]+/\S+$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Price(Model):
    """What a model is paid for; what is absent costs nothing."""

    input: Amount = Field(default=Decimal(0), title="Input", description="Per million tokens of questions.")
    output: Amount = Field(default=Decimal(0), title="Output", description="Per million tokens of answers.")
    audio_hour: Amount = Field(
        default=Decimal(0),
        title="Sound or video",
        description="Per hour of sound, or of video that a service works on.",
    )
    batch_share: Decimal = Field(
        default=Decimal("0.5"),
        ge=0,
        le=1,
        max_digits=10,
        decimal_places=9,
        title="In a batch",
        description="Share of the price that a batch costs.",
    )


class PriceTable(Model):
    """Prices of a deployment, all in one currency."""

    currency: Currency = Field(default=DEFAULT_CURRENCY, title="Currency", description="ISO 4217.")
    prices: dict[Pattern, Price] = Field(
        default_factory=dict,
        max_length=1000,
        title="Prices",
        description="provider/model, where * is any text. An exact name counts first, then the longest pattern.",
    )

    def price_of(self, model: str) -> Price | None:
        """Return the price of "provider/model": the table's own, else the listed one in its currency; None if neither."""
        own = _find(model, self.prices)
        return own if own is not None or self.currency != DEFAULT_CURRENCY else _find(model, listed_prices())

    def cost_of(self, usage: Usage) -> Decimal | None:
        """Return what a call costs, exactly; None if its model has no price."""
        price = self.price_of(usage.model)
        if price is None:
            return None
        tokens = counted(usage.input_tokens) * price.input + counted(usage.output_tokens) * price.output
        sound = Decimal(repr(float(min(usage.audio_seconds, _MOST)))) * price.audio_hour / _HOUR_S
        cost = tokens / _MILLION + sound
        return (cost * price.batch_share if usage.is_batch else cost).quantize(Decimal("1e-12"))

    def cost_of_all(self, usages: Iterable[Usage]) -> Decimal | None:
        """Return what calls cost together; None if one of their models has no price."""
        total = Decimal(0)
        for usage in usages:
            cost = self.cost_of(usage)
            if cost is None:
                return None
            total += cost
        return total


def counted(tokens: int) -> int:
    """Return a service's count as one that can be stored and summed."""
    return min(tokens, _MOST)


@cache
def listed_prices() -> Mapping[str, Price]:
    """Return the list prices in DEFAULT_CURRENCY, by pattern."""
    given = json.loads(_DEFAULTS.read_text(encoding="utf-8"))
    return {pattern: Price.model_validate(price) for pattern, price in given.items()}


def _find(model: str, prices: Mapping[str, Price]) -> Price | None:
    if model in prices:
        return prices[model]
    fitting = [pattern for pattern in prices if fnmatchcase(model, pattern)]
    return prices[max(fitting, key=lambda pattern: (len(pattern), pattern))] if fitting else None
