"""What a client of a remote service is given: who we are to it, how often we may call, and whether to go on."""

from collections.abc import Callable
from dataclasses import dataclass, field

from media_ai.clients.credentials import CredentialsOf
from media_ai.clients.limits import Limits, ProcessLimits, wait_for_turn
from media_ai.clients.spending import FREE, Spending


@dataclass(frozen=True, kw_only=True)
class Access:
    """
    The way to every remote service.

    Attributes:
        credentials_of: Finds a service's credentials.
        limits: Turns, shared with other processes where there is a catalog.
        check_stopped: Raises StoppedError after a stop.
        spending: Keeps what calls to models and jobs of services cost, and the budgets.
    """

    credentials_of: CredentialsOf
    limits: Limits = field(default_factory=ProcessLimits)
    check_stopped: Callable[[], None] = field(default=lambda: None)
    spending: Spending = FREE

    def take_turn(self, key: str, *, per_second: float, units: float = 1.0, burst_s: float = 0.0) -> None:
        """
        Wait until `key` may be used again; `key` names the service and the account, never a secret.

        Raises:
            StoppedError: The run was stopped meanwhile.
        """
        wait_for_turn(
            self.limits,
            key,
            per_second=per_second,
            units=units,
            burst_s=burst_s,
            check_stopped=self.check_stopped,
        )
