"""Embedding models behind any OpenAI-compatible server: OpenAI, Ollama, vLLM, Text Embeddings Inference."""

from collections.abc import Sequence
from typing import Any

import openai

from media_ai.clients.credentials import OpenAICredentials
from media_ai.clients.embedding import EmbeddingLimits, EmbeddingReply, Patience, read_vectors, tokens_in
from media_ai.clients.openai_compatible import open_client, translate
from media_ai.clients.spending import FREE, Spending, paying
from media_ai.errors import ErrorKind, ServiceError
from media_ai.store.artifacts import Usage

_LIMITS = EmbeddingLimits(texts=32, tokens=8_000)
"""What every such server is known to take in its default settings."""


class OpenAIEmbedder:
    """An embedding model of text; the protocol has no pictures."""

    def __init__(
        self,
        model: str,
        credentials: OpenAICredentials,
        dimension: int | None,
        patience: Patience,
        spending: Spending = FREE,
    ) -> None:
        self._model = model
        self._spending = spending
        # Repeated by our own retry, which also knows the errors that the library does not repeat.
        self._client = open_client(credentials).with_options(timeout=patience.timeout_s, max_retries=0)
        self._dimension = dimension
        self._retry = patience.retry

    @property
    def limits(self) -> EmbeddingLimits:
        """What fits into one call."""
        return _LIMITS

    def embed_texts(self, texts: Sequence[str], *, is_query: bool = False) -> EmbeddingReply:
        """
        Return the vectors of texts that fit into one call.

        Raises:
            ServiceError: The service refused or failed.
        """
        return self._retry.call(f"openai/{self._model}", lambda _: self._embed(texts))

    def embed_pictures(self, jpegs: Sequence[bytes]) -> EmbeddingReply:
        """
        Refuse: there are no pictures in the protocol.

        Raises:
            ServiceError: Always.
        """
        raise ServiceError(
            f"openai/{self._model} takes no pictures.", service="openai", code="no_pictures", kind=ErrorKind.INVALID
        )

    def _embed(self, texts: Sequence[str]) -> EmbeddingReply:
        foreseen = Usage(model=f"openai/{self._model}", input_tokens=sum(map(tokens_in, texts)))
        with paying(self._spending, foreseen) as bill:
            reply = self._ask(texts)
            used = getattr(reply, "usage", None)
            usage = bill.add(Usage(model=f"openai/{self._model}", input_tokens=used.prompt_tokens if used else 0))
        items = [{"index": item.index, "embedding": item.embedding} for item in getattr(reply, "data", None) or ()]
        vectors = read_vectors(items, index="index", wanted=len(texts), provider="openai", model=self._model)
        return EmbeddingReply(vectors=vectors, usage=(usage,))

    def _ask(self, texts: Sequence[str]) -> Any:
        dimensions: Any = openai.omit if self._dimension is None else self._dimension
        try:
            return self._client.embeddings.create(
                model=self._model, input=list(texts), dimensions=dimensions, encoding_format="float"
            )
        except openai.OpenAIError as exc:
            raise translate(exc, self._model) from exc
