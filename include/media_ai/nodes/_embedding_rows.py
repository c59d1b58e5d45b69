"""Texts and pictures made into vectors, call by call; what has been paid for is kept for the work's later tries."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from struct import pack
from typing import Any, TypeVar

from media_ai.clients.embedding import EmbeddingReply, Vector
from media_ai.errors import ErrorKind, NotFoundError, ServiceError, StoreError
from media_ai.job import Job
from media_ai.model.artifacts import BlobRef
from media_ai.model.base import digest_of
from media_ai.store.artifacts import Usage

T = TypeVar("T", str, BlobRef)
VECTORS_TYPE = "application/octet-stream"
_KEPT_CALLS = 20
"""Calls between two notes of what has been paid for."""


class RowWriter:
    """Collects the vectors of one model as float32 rows."""

    def __init__(self, model: str, job: Job) -> None:
        self._model = model
        self._job = job
        self._rows: list[bytes] = []
        self.dimension = 0

    def add(
        self, name: str, calls: Sequence[Sequence[T]], embed: Callable[[Sequence[T]], EmbeddingReply]
    ) -> list[int | None]:
        """
        Embed everything; return the row of each member of each call, in order, and None for what a content filter refused.

        Args:
            name: Of this kind of content, unique in the node.
            calls: What goes into each call.
            embed: Asks the model.

        Raises:
            ServiceError: The service failed.
        """
        rows: list[int | None] = []
        for start in range(0, len(calls), _KEPT_CALLS):
            some = calls[start : start + _KEPT_CALLS]
            rows += self._take(*self._kept(f"{name}-{_digest(some)}", partial(self._embed, some, embed)))
            self._job.progress.update(start + len(some), len(calls), f"calls for {name}")
        return rows

    def save(self) -> tuple[BlobRef, int]:
        """Store all rows; return the blob and their number."""
        return self._job.store.put_bytes(b"".join(self._rows), VECTORS_TYPE), len(self._rows)

    def _embed(self, calls: Sequence[Sequence[T]], embed: Callable[[Sequence[T]], EmbeddingReply]) -> dict[str, Any]:
        usage: list[Usage] = []
        vectors = [vector for call in calls for vector in _vectors_of(call, embed, usage)]
        packed = [pack(f"<{len(vector)}f", *vector) for vector in vectors if vector is not None]
        blob = self._job.store.put_bytes(b"".join(packed), VECTORS_TYPE)
        return {
            "lengths": [0 if vector is None else len(vector) for vector in vectors],
            "vectors": blob.model_dump(mode="json"),
            "usage": [used.model_dump(mode="json") for used in usage],
        }

    def _kept(self, name: str, do: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], bytes]:
        kept = self._job.keep(name, do)
        try:
            return kept, self._job.store.read(BlobRef.model_validate(kept["vectors"]))
        except (NotFoundError, StoreError):
            # The note outlived its vectors: they are made anew, or every later try would fail here.
            self._job.forget(name)
        kept = self._job.keep(name, do)
        return kept, self._job.store.read(BlobRef.model_validate(kept["vectors"]))

    def _take(self, kept: dict[str, Any], data: bytes) -> Iterator[int | None]:
        self._job.usage.extend(Usage.model_validate(used) for used in kept["usage"])
        start = 0
        for length in kept["lengths"]:
            if not length:
                yield None
                continue
            self._check(length)
            self._rows.append(data[start : start + 4 * length])
            start += 4 * length
            yield len(self._rows) - 1

    def _check(self, length: int) -> None:
        if self.dimension not in {0, length}:
            raise ServiceError(
                f"{self._model} answered with vectors of {self.dimension} and of {length} numbers. Choose a dimension.",
                service=self._model,
                code="invalid_answer",
                kind=ErrorKind.INVALID,
            )
        self.dimension = length


def _digest(calls: Sequence[Sequence[T]]) -> str:
    """Return a name for exactly these calls: limits, and with them the calls, may be others at the next try."""
    return digest_of([[each.sha256 if isinstance(each, BlobRef) else each for each in call] for call in calls])[:32]


def _vectors_of(
    call: Sequence[T], embed: Callable[[Sequence[T]], EmbeddingReply], usage: list[Usage]
) -> list[Vector | None]:
    """Return the vector of each member; a refused call is repeated by halves, until those to blame are found."""
    try:
        reply = embed(call)
    except ServiceError as exc:
        if exc.kind is not ErrorKind.BLOCKED_CONTENT:
            raise
        if len(call) == 1:
            return [None]
    else:
        usage.extend(reply.usage)
        return list(reply.vectors)
    halves = (call[: len(call) // 2], call[len(call) // 2 :])
    return [vector for half in halves for vector in _vectors_of(half, embed, usage)]
