"""The protocol behind which embedding models sit, the providers that implement it, and what fits into one call."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from media_ai.clients.access import Access
from media_ai.clients.credentials import ModelStudioCredentials, OpenAICredentials
from media_ai.clients.model_studio_turns import tokens_of
from media_ai.clients.models import open_of
from media_ai.clients.retrying import Retry
from media_ai.errors import ErrorKind, ServiceError
from media_ai.model.base import storable_text
from media_ai.store.artifacts import Usage

Vector = tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class EmbeddingLimits:
    """
    What a model takes in one call.

    Attributes:
        texts, pictures: How many; a model that takes no picture cannot see.
        tokens: Of all texts together, estimated; a longer text has to be cut.
        picture_bytes: Of one picture.
    """

    texts: int
    tokens: int
    pictures: int = 0
    picture_bytes: int = 3 << 20


@dataclass(frozen=True, kw_only=True)
class EmbeddingReply:
    """A vector for each text or picture, in their order, and what they cost."""

    vectors: tuple[Vector, ...]
    usage: tuple[Usage, ...]


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to wait for an answer: seconds for a try, and which tries."""

    timeout_s: float = 120.0
    retry: Retry = field(default_factory=Retry)


class Embedder(Protocol):
    """A model that turns text, and perhaps pictures, into vectors that can be compared."""

    @property
    def limits(self) -> EmbeddingLimits:
        """What fits into one call."""
        ...

    def embed_texts(self, texts: Sequence[str], *, is_query: bool = False) -> EmbeddingReply:
        """
        Return the vectors of texts that fit into one call; `is_query`: they are searched with, not searched in.

        Raises:
            ServiceError: The service refused or failed.
        """
        ...

    def embed_pictures(self, jpegs: Sequence[bytes]) -> EmbeddingReply:
        """
        Return the vectors of pictures that fit into one call.

        Raises:
            ServiceError: The service refused or failed.
        """
        ...


def open_embedder(
    name: str, access: Access, *, dimension: int | None = None, patience: Patience | None = None
) -> Embedder:
    """
    Return the embedding model "provider/model".

    Args:
        name: The model.
        access: The way to its service.
        dimension: Numbers in a vector, where the model lets one choose; None is its own.
        patience: How long to wait for answers.

    Raises:
        ConfigurationError: The provider is unknown here, or its credentials are missing.
    """

    def openai(model: str, access: Access) -> Embedder:
        from media_ai.clients.openai_embedding import OpenAIEmbedder

        credentials = access.credentials_of(OpenAICredentials)
        return OpenAIEmbedder(model, credentials, dimension, patience or Patience(), access.spending)

    def model_studio(model: str, access: Access) -> Embedder:
        from media_ai.clients.model_studio_embedding import ModelStudioEmbedder

        return ModelStudioEmbedder(
            model, access, access.credentials_of(ModelStudioCredentials), dimension, patience or Patience()
        )

    providers: dict[str, Callable[[str, Access], Embedder]] = {"openai": openai, "modelstudio": model_studio}
    return open_of(providers, name, access)


def tokens_in(text: str) -> int:
    """Estimate the tokens of a text from above."""
    return tokens_of([{"content": text}])


def cut_text(text: str, tokens: int) -> str:
    """Return as much of the beginning of a text as has at most so many tokens, estimated, and as can be sent."""
    # A terminal can give halves of surrogate pairs, and a file NUL characters; JSON and models take neither.
    text = storable_text(text)
    if tokens_in(text) <= tokens:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if tokens_in(text[:middle]) <= tokens:
            fits = middle
        else:
            too_long = middle
    return text[:fits].rstrip()


def batches_of(texts: Sequence[str], limits: EmbeddingLimits) -> Iterator[tuple[str, ...]]:
    """Divide texts, each of which fits, into calls."""
    batch: list[str] = []
    used = 0
    for text in texts:
        size = tokens_in(text)
        if batch and (len(batch) == limits.texts or used + size > limits.tokens):
            yield tuple(batch)
            batch, used = [], 0
        batch.append(text)
        used += size
    if batch:
        yield tuple(batch)


def read_vectors(found: Any, *, index: str, wanted: int, provider: str, model: str) -> tuple[Vector, ...]:
    """
    Return the vectors of an answer in the order of what was asked.

    Args:
        found: Objects with "embedding", and the number of what it belongs to in `index`.
        index: The name of that field.
        wanted: How many there must be.
        provider, model: For messages.

    Raises:
        ServiceError: There are not as many, they differ in length, or one is not of finite numbers.
    """
    try:
        numbered = sorted((int(item[index]), tuple(map(float, item["embedding"]))) for item in found)
    except (KeyError, TypeError, ValueError):
        numbered = []
    if [number for number, _ in numbered] != list(range(wanted)):
        raise _unusable(provider, model, f"something else than {wanted} vectors")
    vectors = tuple(vector for _, vector in numbered)
    lengths = {len(vector) for vector in vectors}
    if len(lengths) != 1 or 0 in lengths:
        raise _unusable(provider, model, f"vectors of {sorted(lengths)} numbers")
    if not all(math.isfinite(number) for vector in vectors for number in vector):
        raise _unusable(provider, model, "a vector with a number that is not finite")
    return vectors


def _unusable(provider: str, model: str, seen: str) -> ServiceError:
    return ServiceError(
        f"{provider}/{model} answered with {seen}. Is it an embedding model?",
        service=provider,
        code="invalid_answer",
        kind=ErrorKind.INVALID,
    )
