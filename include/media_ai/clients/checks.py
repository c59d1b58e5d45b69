"""Whether a connection works, permission by permission: what works, what does not, and what to ask for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from media_ai.errors import ErrorKind, MediaAIError

_HOPELESS = frozenset({ErrorKind.AUTH, ErrorKind.OVERDUE, ErrorKind.TRANSIENT, ErrorKind.THROTTLED})
"""Where one call fails like this, the others would as well."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One call to try. `work` returns what to add to "works", or raises."""

    name: str
    permission: str
    work: Callable[[], str]


@dataclass(frozen=True, kw_only=True)
class Check:
    """What came of one call."""

    name: str
    permission: str
    outcome: Literal["works", "fails", "not tried"]
    detail: str = ""

    def __str__(self) -> str:
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.name} ({self.permission}) {self.outcome}{detail}"


@dataclass(frozen=True)
class Report:
    """All of a connection's checks."""

    checks: tuple[Check, ...]

    @property
    def is_ok(self) -> bool:
        """Whether everything works."""
        return all(check.outcome == "works" for check in self.checks)

    @property
    def missing(self) -> tuple[str, ...]:
        """The permissions that were refused."""
        return tuple(dict.fromkeys(check.permission for check in self.checks if check.outcome == "fails"))

    def __str__(self) -> str:
        return "\n".join(str(check) for check in self.checks)


def run_checks(steps: Sequence[Step]) -> Report:
    """Try all calls; where the identity or the network fails, the rest is not tried."""
    checks: list[Check] = []
    is_hopeless = False
    for step in steps:
        if is_hopeless:
            checks.append(Check(name=step.name, permission=step.permission, outcome="not tried"))
            continue
        try:
            detail = step.work()
        except MediaAIError as exc:
            is_hopeless = exc.kind in _HOPELESS
            checks.append(Check(name=step.name, permission=step.permission, outcome="fails", detail=exc.message))
        else:
            checks.append(Check(name=step.name, permission=step.permission, outcome="works", detail=detail))
    return Report(tuple(checks))
