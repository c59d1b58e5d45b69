"""Money for calls to models and jobs of services: promised before, counted after, given back when nothing was answered."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from media_ai.store.artifacts import Usage

CALL_S = 1800.0
"""A promise for a call that is waited for ends by itself after so long: its process was killed."""
JOB_S = 27 * 3600.0
"""Likewise for a job, which a service takes a day for at most."""


class Spending(Protocol):
    """Keeps what is spent below the budgets."""

    def reserve(self, foreseen: Usage) -> str:
        """
        Promise what a call may use at most; return the promise.

        Raises:
            BudgetError: A budget would be crossed, or cannot be kept because the model has no price.
        """
        ...

    def hold(self, promise: str, job: str) -> None:
        """Keep a promise until a job is collected, in whatever process; `job` is its name in all of them."""
        ...

    def settle(self, promise: str, used: Sequence[Usage]) -> None:
        """Count what a call used in place of its promise."""
        ...

    def collect(self, job: str, used: Sequence[Usage]) -> None:
        """Count what a job used in place of its promise; a second time changes nothing."""
        ...

    def give_back(self, promise: str) -> None:
        """End a promise for which nothing is paid."""
        ...

    def give_up(self, job: str) -> None:
        """End the promise of a job that has failed."""
        ...


class Free:
    """Spending that nobody counts."""

    def reserve(self, foreseen: Usage) -> str:
        return ""

    def hold(self, promise: str, job: str) -> None:
        return

    def settle(self, promise: str, used: Sequence[Usage]) -> None:
        return

    def collect(self, job: str, used: Sequence[Usage]) -> None:
        return

    def give_back(self, promise: str) -> None:
        return

    def give_up(self, job: str) -> None:
        return


FREE = Free()


@dataclass(kw_only=True)
class Bill:
    """What came of a call: what it used, or the job that it started."""

    used: list[Usage] = field(default_factory=list)
    job: str = ""

    def add(self, usage: Usage) -> Usage:
        """Write down what the call used."""
        self.used.append(usage)
        return usage


@contextmanager
def paying(spending: Spending, foreseen: Usage) -> Iterator[Bill]:
    """
    Make a call that is paid for; write what it used, or the job that it started, on the bill.

    Raises:
        BudgetError: A budget would be crossed; the call is not made.
    """
    promise = spending.reserve(foreseen)
    bill = Bill()
    try:
        yield bill
    except BaseException:
        # What was answered before something went wrong was paid for.
        if bill.used:
            spending.settle(promise, bill.used)
        else:
            spending.give_back(promise)
        raise
    if bill.job:
        spending.hold(promise, bill.job)
    else:
        spending.settle(promise, bill.used)
