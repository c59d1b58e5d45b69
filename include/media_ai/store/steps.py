"""
What a node has already caused elsewhere: steps that must not be done twice, kept beside the result that they belong to.

Each try of a step has a note of its own, which only one process can make: made before the step is begun, written on while it is
being done, and again when its outcome is known. What a killed process left in between is found by the next try, which first
asks the service whether the step was done.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
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
"""A note that was not written on for this long was left by a process that is gone."""
_BEAT_S = 10.0
_LOOK_S = 0.5

_IN_DOUBT = frozenset({ErrorKind.TRANSIENT, ErrorKind.STOPPED})
"""After these nobody knows whether the service did it; after any other error it did not."""


class _State(StrEnum):
    BEGUN = "begun"
    IN_DOUBT = "in_doubt"
    REFUSED = "refused"
    DONE = "done"
    FORGOTTEN = "forgotten"


class _Note(Model):
    """One try: when it began and was last written on, POSIX seconds."""

    begun: float
    beat: float
    state: _State = _State.BEGUN
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
        Return the step's outcome (JSON), doing it only if no try of the same work has. Of several at once one does it.

        Args:
            do: Does the step; its calls must not be repeated by themselves where the service would do it twice.
            recover: Asks whether an interrupted try did it; without it the step is done again, so it must be safe to repeat.

        Raises:
            StoreError: The store failed.
            MediaAIError: What `do` or `recover` raises.
        """
        number, doubts = 1, list[float]()
        while True:
            note = _Note(begun=self._clock(), beat=self._clock())
            if self._objects.put(self._key(name, number), _encode(note)):
                return self._try(name, number, note, lambda: _recovered(recover, doubts, do))
            left = self._await_end(name, number, check_stopped)
            if left.state is _State.DONE:
                return left.outcome or {}
            if left.state is _State.FORGOTTEN:
                doubts.clear()
            elif left.state is not _State.REFUSED:
                doubts.append(left.begun)
            number += 1

    def outcome(self, name: str) -> dict[str, Any] | None:
        """Return the outcome of a step, or None if it has none."""
        found = [note.outcome for _, note in self._notes(name) if note.state is _State.DONE]
        return found[-1] if found else None

    def forget(self, name: str, outcome: dict[str, Any] | None = None) -> None:
        """
        Let the step be done again, whatever became of it; with an outcome only the try that had it, and a newer one stays.

        Tries whose end nobody saw are taken for not done.
        """
        for number, note in list(self._notes(name)):
            if note.state is not _State.REFUSED and outcome in (None, note.outcome):
                self._write(name, number, note.model_copy(update={"state": _State.FORGOTTEN}))

    def keep(self, name: str, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return the outcome of work that changes nothing elsewhere, and is only too slow or too dear to do at each try."""
        try:
            return _Kept.model_validate_json(self._objects.read(self._kept(name))).outcome
        except (NotFoundError, ValidationError):
            outcome = do()
        self._objects.put(self._kept(name), _Kept(outcome=outcome).model_dump_json().encode(), replace=True)
        return outcome

    def drop(self, name: str) -> None:
        """Forget what was kept under a name."""
        self._objects.delete(self._kept(name))

    def drop_all(self) -> None:
        """Forget all that was kept, when the work is done; what it has caused elsewhere stays noted."""
        for item in list(self._objects.list(f"steps/{self.work}/kept/")):
            self._objects.delete(item.key)

    def _try(self, name: str, number: int, note: _Note, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            with self._beating(name, number, note):
                outcome = do()
        except MediaAIError as exc:
            state = _State.IN_DOUBT if exc.kind in _IN_DOUBT else _State.REFUSED
            self._write(name, number, note.model_copy(update={"state": state}))
            raise
        self._write(name, number, note.model_copy(update={"state": _State.DONE, "outcome": outcome}))
        return outcome

    @contextmanager
    def _beating(self, name: str, number: int, note: _Note) -> Iterator[None]:
        """Write on the note while the step is being done: it may wait long for its turn at the service."""
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(_BEAT_S):
                with suppress(MediaAIError):
                    self._write(name, number, note.model_copy(update={"beat": self._clock()}))

        thread = threading.Thread(target=beat, name=f"step-{name}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _await_end(self, name: str, number: int, check_stopped: Callable[[], None]) -> _Note:
        """Wait while whoever made the note may still be at it; a note that is left is one in doubt."""
        while True:
            note = self._read(name, number)
            if note.state is not _State.BEGUN:
                return note
            if self._clock() - note.beat > LEASE_S:
                return note.model_copy(update={"state": _State.IN_DOUBT})
            check_stopped()
            self._sleep(_LOOK_S)

    def _notes(self, name: str) -> Iterator[tuple[int, _Note]]:
        number = 1
        with suppress(NotFoundError):
            while True:
                yield number, self._read(name, number)
                number += 1

    def _write(self, name: str, number: int, note: _Note) -> None:
        self._objects.put(self._key(name, number), _encode(note), replace=True)

    def _read(self, name: str, number: int) -> _Note:
        try:
            return _Note.model_validate_json(self._objects.read(self._key(name, number)))
        except ValidationError as exc:
            raise StoreError(f"The step '{name}' of {self.work} cannot be read ({exc.errors()[0]['msg']}).") from exc

    def _key(self, name: str, number: int) -> str:
        return f"steps/{self.work}/{name}.{number}.json"

    def _kept(self, name: str) -> str:
        return f"steps/{self.work}/kept/{name}.json"


class _Kept(Model):
    outcome: dict[str, Any]


def _recovered(recover: Recover | None, doubts: list[float], do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Ask for each try whose end nobody saw whether it did the step, and do it if none did."""
    for begun in doubts if recover else ():
        done = recover(datetime.fromtimestamp(begun, UTC)) if recover else None
        if done is not None:
            return done
    return do()


def _encode(note: _Note) -> bytes:
    return note.model_dump_json().encode()
