"""
What a node has already caused elsewhere: steps that must not be done twice, kept beside the result that they belong to.

A step is noted before it is begun and again when its outcome is known. What a killed process left in between is found by the
next try, which first asks the service whether the step was done.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from media_ai.errors import ErrorKind, MediaAIError, NotFoundError, StoreError
from media_ai.model.base import Model
from media_ai.store.object_store import ObjectStore

Recover = Callable[[datetime], dict[str, Any] | None]
"""
Finds out whether a step that was begun at a time (UTC) was done; returns its outcome, or None if it was not.
"""
LEASE_S = 45.0
"""Longer than any one call: a step that was begun earlier and has no outcome was interrupted."""

_IN_DOUBT = frozenset({ErrorKind.TRANSIENT, ErrorKind.STOPPED})
"""After these nobody knows whether the service did it; after any other error it did not."""


class _Record(Model):
    """`first` is when any try began the step, `begun` when the last one did; POSIX seconds."""

    first: float
    begun: float
    is_interrupted: bool = False
    outcome: dict[str, Any] | None = None


class Steps:
    """The steps of one piece of work, by name."""

    def __init__(
        self,
        objects: ObjectStore,
        work: str,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._objects = objects
        self.work = work
        self._clock = clock
        self._sleep = sleep

    def once(
        self,
        name: str,
        do: Callable[[], dict[str, Any]],
        *,
        recover: Recover | None = None,
        check_stopped: Callable[[], None] = lambda: None,
    ) -> dict[str, Any]:
        """
        Return the step's outcome (JSON), doing it only if no try of the same work has.

        Args:
            do: Does the step; its calls must not be repeated by themselves where the service would do it twice.
            recover: Asks whether an interrupted step was done; without it the step is done again, so it must be safe to repeat.

        Raises:
            StoreError: The store failed.
            MediaAIError: What `do` or `recover` raises.
        """
        now = self._clock()
        record = _Record(first=now, begun=now)
        if not self._objects.put(self._key(name), _encode(record)):
            found = self._await_end(name, check_stopped)
            if found is not None:
                if found.outcome is not None:
                    return found.outcome
                record = _Record(first=found.first, begun=self._clock())
                self._write(name, record)
                done = recover(datetime.fromtimestamp(found.first, UTC)) if recover else None
                if done is not None:
                    return self._end(name, record, done)
        return self._end(name, record, self._do(name, record, do))

    def keep(self, name: str, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return the outcome of work that changes nothing elsewhere, and is only too slow to do at each try."""
        known = self.outcome(name)
        if known is not None:
            return known
        now = self._clock()
        return self._end(name, _Record(first=now, begun=now), do())

    def outcome(self, name: str) -> dict[str, Any] | None:
        """Return the outcome of a step, or None if it has none yet."""
        record = self._read(name)
        return None if record is None else record.outcome

    def forget(self, name: str) -> None:
        """Let the step be done again."""
        self._objects.delete(self._key(name))

    def _do(self, name: str, record: _Record, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            return do()
        except MediaAIError as exc:
            if exc.kind in _IN_DOUBT:
                self._write(name, record.model_copy(update={"is_interrupted": True}))
            elif record.first == record.begun:
                self.forget(name)
            raise

    def _await_end(self, name: str, check_stopped: Callable[[], None]) -> _Record | None:
        """Wait while whoever began the step may still be at it; None if nothing is noted any more."""
        while True:
            record = self._read(name)
            if record is None or record.outcome is not None or record.is_interrupted:
                return record
            if self._clock() - record.begun > LEASE_S:
                return record
            check_stopped()
            self._sleep(0.5)

    def _end(self, name: str, record: _Record, outcome: dict[str, Any]) -> dict[str, Any]:
        self._write(name, record.model_copy(update={"outcome": outcome}))
        return outcome

    def _write(self, name: str, record: _Record) -> None:
        self._objects.put(self._key(name), _encode(record), replace=True)

    def _read(self, name: str) -> _Record | None:
        try:
            return _Record.model_validate_json(self._objects.read(self._key(name)))
        except NotFoundError:
            return None
        except ValidationError as exc:
            raise StoreError(f"The step '{name}' of {self.work} cannot be read ({exc.errors()[0]['msg']}).") from exc

    def _key(self, name: str) -> str:
        return f"steps/{self.work}/{name}.json"


def _encode(record: _Record) -> bytes:
    return record.model_dump_json().encode()
