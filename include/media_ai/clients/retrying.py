"""Try a call again where the error table says that it may help."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from media_ai.errors import ErrorKind, MediaAIError

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Retry:
    """
    Exponential backoff with full jitter: before try n+1 waits a random time in 0 ... min(cap_s, first_s * 2^(n-1)).

    Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/

    Attributes:
        tries: Calls in all, the first one included. Longer troubles are Airflow's to retry.
        first_s: Longest wait before the second try.
        cap_s: Longest wait of all.
    """

    tries: int = 5
    first_s: float = 0.5
    cap_s: float = 10.0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def call(self, what: str, work: Callable[[int], T]) -> T:
        """
        Return what `work` returns; it is given the number of the try, from 1, and must be safe to repeat.

        Raises:
            MediaAIError: Trying again cannot help, or the last try failed.
        """
        number = 1
        while True:
            try:
                return work(number)
            except MediaAIError as exc:
                if not exc.kind.is_retryable or number >= self.tries:
                    raise
                longest = min(self.cap_s, self.first_s * 2 ** (number - 1))
                wait = random.uniform(0, longest)  # noqa: S311  # spreads callers, no secret
                log.warning("%s: %s Try %d of %d in %.1f s", what, exc.message, number + 1, self.tries, wait)
            self.sleep(wait)
            number += 1


def once_certain(what: str, work: Callable[[], T], retry: Retry | None = None) -> T:
    """
    Do a call that must not be done twice: repeat it only after answers that say that it was not done.

    Raises:
        MediaAIError: It was refused; or nobody knows, with kind TRANSIENT.
    """

    def once(_: int) -> T:
        try:
            return work()
        except MediaAIError as exc:
            if exc.kind is ErrorKind.TRANSIENT:
                raise _Doubt(exc) from exc
            raise

    try:
        return (retry or Retry()).call(what, once)
    except _Doubt as doubt:
        raise doubt.error from None


class _Doubt(Exception):  # carries the error past the retry
    def __init__(self, error: MediaAIError) -> None:
        super().__init__(error.message)
        self.error = error
