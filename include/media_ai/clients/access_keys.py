"""Access keys at the time of use: the given ones, or those of a role's session, renewed before it ends."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from media_ai.clients.credentials import AlibabaCredentials

RENEW_BEFORE_S = 900.0
"""How long before its end a session is renewed: the longest single upload of a part fits in."""


@dataclass(frozen=True, kw_only=True)
class AccessKeys:
    """Keys that sign requests. `expires_at` is POSIX seconds; 0 is never."""

    key_id: str
    secret: str = field(repr=False)
    security_token: str = field(repr=False, default="")
    expires_at: float = 0.0


KeysSource = Callable[[], AccessKeys]


class Renewed:
    """A source that keeps what `issue` gave until shortly before it expires. Safe between threads."""

    def __init__(self, issue: KeysSource, *, clock: Callable[[], float] = time.time) -> None:
        self._issue = issue
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: AccessKeys | None = None

    def __call__(self) -> AccessKeys:
        """
        Return keys that live for another 15 minutes at least.

        Raises:
            ServiceError: New ones are needed and were not given.
        """
        with self._lock:
            if self._keys is None or self._keys.expires_at - self._clock() < RENEW_BEFORE_S:
                self._keys = self._issue()
            return self._keys


def keys_source(credentials: AlibabaCredentials, *, clock: Callable[[], float] = time.time) -> KeysSource:
    """Return where a client gets its keys from at each request."""
    given = AccessKeys(
        key_id=credentials.key_id,
        secret=credentials.secret.get_secret_value(),
        security_token=credentials.security_token.get_secret_value(),
    )
    if not credentials.role_arn:
        return lambda: given

    def assume() -> AccessKeys:
        from media_ai.clients.sts import assume_role

        return assume_role(given, credentials)

    return Renewed(assume, clock=clock)
