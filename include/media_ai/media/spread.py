"""Choosing a few of many, evenly."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def spread(items: Sequence[T], limit: int | None) -> list[T]:
    """Return at most `limit` items, evenly spaced by position, the first and the last among them when two fit."""
    if limit is None or len(items) <= limit:
        return list(items)
    if limit == 1:
        return [items[0]]
    return [items[round(index * (len(items) - 1) / (limit - 1))] for index in range(limit)]
