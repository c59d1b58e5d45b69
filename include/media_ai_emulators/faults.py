"""Failures made on purpose: by rate with a seed, or for the next calls."""

import random
import threading
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

FaultKind = Literal["throttle", "server_error", "slow", "cut", "expired_token", "error_body"]
"""
throttle       the service's own throttling error (OSS 503, RPC 400 Throttling.User, DashScope 429)
server_error   the service's own 5xx
slow           the call waits `seconds`, then goes on
cut            the work is done, and the connection is closed in the middle of the answer
expired_token  the error of an expired security token (DashScope: of a key that is not valid)
error_body     HTTP 200 with the service's error body
"""
KINDS: tuple[str, ...] = get_args(FaultKind)


@dataclass(kw_only=True)
class Fault:
    """
    One rule. It matches a service and operation ("*" is any), at most `times` calls (None: for ever), after `skip` calls let
    through, each with probability `rate`. `seconds` is for "slow".
    """

    service: str
    kind: str
    operation: str = "*"
    times: int | None = 1
    skip: int = 0
    rate: float = 1.0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"'{self.kind}' is no kind of fault; there are {', '.join(KINDS)}.")

    def matches(self, service: str, operation: str) -> bool:
        """Tell whether the rule is about a call."""
        return self.service in {"*", service} and self.operation in {"*", operation} and self.times != 0


class Faults:
    """The rules in force, asked once per call. The draws come from a seeded generator. Safe between threads."""

    def __init__(self, seed: int = 0) -> None:
        self._rules: list[Fault] = []
        self._random = random.Random(seed)  # noqa: S311  # repeatable draws, no secret
        self._lock = threading.Lock()

    def add(
        self,
        service: str,
        kind: FaultKind,
        *,
        operation: str = "*",
        times: int | None = 1,
        skip: int = 0,
        rate: float = 1.0,
        seconds: float = 0.0,
    ) -> Fault:
        """Put a rule in force: by default the next call of the service fails, and only that one."""
        rule = Fault(
            service=service, kind=kind, operation=operation, times=times, skip=skip, rate=rate, seconds=seconds
        )
        with self._lock:
            self._rules.append(rule)
        return rule

    def replace(self, rules: list[Fault], seed: int | None = None) -> None:
        """Put these rules in force instead of all others; a seed starts the draws anew."""
        with self._lock:
            self._rules = list(rules)
            if seed is not None:
                self._random.seed(seed)

    def clear(self) -> None:
        """Put no rule in force."""
        self.replace([])

    def take(self, service: str, operation: str) -> Fault | None:
        """Return the rule that hits a call, and count it down."""
        with self._lock:
            for rule in self._rules:
                if rule.matches(service, operation) and self._hits(rule):
                    return rule
        return None

    def as_json(self) -> list[dict[str, Any]]:
        """Return the rules as the admin endpoint shows them."""
        with self._lock:
            return [asdict(rule) for rule in self._rules]

    def _hits(self, rule: Fault) -> bool:
        if rule.rate < 1.0 and self._random.random() >= rule.rate:
            return False
        if rule.skip > 0:
            rule.skip -= 1
            return False
        if rule.times is not None:
            rule.times -= 1
        return True
