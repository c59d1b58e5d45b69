"""Embedding models of Model Studio: of text in either protocol, of text and pictures in DashScope's own."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from media_ai.clients.access import Access
from media_ai.clients.credentials import ModelStudioCredentials
from media_ai.clients.embedding import EmbeddingLimits, EmbeddingReply, Patience, read_vectors, tokens_in
from media_ai.clients.foreseeing import picture_tokens
from media_ai.clients.model_studio_requests import Answer, Question, ask

_OF_TEXT = "/services/embeddings/text-embedding/text-embedding"
_OF_ANYTHING = "/services/embeddings/multimodal-embedding/multimodal-embedding"
_UNKNOWN_CONTEXT = 512
"""Tokens that every model takes, for one of which nothing is known."""


class ModelStudioEmbedder:
    """An embedding model; the connection's model table says what it takes, and whether it sees."""

    def __init__(
        self,
        model: str,
        access: Access,
        credentials: ModelStudioCredentials,
        dimension: int | None,
        patience: Patience,
    ) -> None:
        self._model = model
        self._access = access
        self._credentials = credentials
        self._dimension = dimension
        self._patience = patience
        facts = credentials.facts_of(model)
        self._limits = EmbeddingLimits(
            texts=facts.batch, tokens=facts.context_tokens or _UNKNOWN_CONTEXT, pictures=facts.pictures
        )

    @property
    def limits(self) -> EmbeddingLimits:
        """What fits into one call."""
        return self._limits

    def embed_texts(self, texts: Sequence[str], *, is_query: bool = False) -> EmbeddingReply:
        """
        Return the vectors of texts that fit into one call; `is_query`: they are searched with, not searched in.

        Raises:
            ServiceError: The service refused or failed.
        """
        tokens = sum(map(tokens_in, texts))
        if self._limits.pictures:
            return self._embed_contents([{"text": text} for text in texts], tokens)
        if self._credentials.protocol == "openai":
            return self._embed_compatible(texts, tokens)
        # Questions and what answers them are different texts: the model is told which of the two it reads.
        parameters = {"text_type": "query" if is_query else "document", **self._chosen("dimension")}
        answer = self._ask(_OF_TEXT, {"input": {"texts": list(texts)}, "parameters": parameters}, tokens)
        return self._reply(answer, _embeddings(answer), "text_index", len(texts))

    def embed_pictures(self, jpegs: Sequence[bytes]) -> EmbeddingReply:
        """
        Return the vectors of pictures that fit into one call; they go as data, so that nothing is uploaded elsewhere.

        Raises:
            ServiceError: The service refused or failed.
        """
        addresses = [f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}" for jpeg in jpegs]
        tokens = sum(map(picture_tokens, jpegs))
        return self._embed_contents([{"image": address} for address in addresses], 0, picture_tokens=tokens)

    def _embed_contents(
        self, contents: list[dict[str, str]], tokens: int, *, picture_tokens: int = 0
    ) -> EmbeddingReply:
        body = {"input": {"contents": contents}, "parameters": self._chosen("dimension")}
        answer = self._ask(_OF_ANYTHING, body, tokens, picture_tokens=picture_tokens)
        return self._reply(answer, _embeddings(answer), "index", len(contents))

    def _embed_compatible(self, texts: Sequence[str], tokens: int) -> EmbeddingReply:
        # Not the SDK's own method, which asks the native address whatever the protocol.
        body = {"input": list(texts), "encoding_format": "float", **self._chosen("dimensions")}
        answer = self._ask("/embeddings", body, tokens, is_native=False)
        return self._reply(answer, answer.body.get("data"), "index", len(texts))

    def _chosen(self, name: str) -> dict[str, int]:
        return {} if self._dimension is None else {name: self._dimension}

    def _ask(
        self, path: str, body: Mapping[str, Any], tokens: int, *, picture_tokens: int = 0, is_native: bool = True
    ) -> Answer:
        question = Question(
            model=self._model,
            path=path,
            body={"model": self._model, **body},
            count=_tokens_of,
            tokens=tokens,
            picture_tokens=picture_tokens,
            is_native=is_native,
            timeout_s=self._patience.timeout_s,
        )
        return ask(question, self._access, self._credentials, self._patience.retry)

    def _reply(self, answer: Answer, found: Any, index: str, wanted: int) -> EmbeddingReply:
        vectors = read_vectors(found, index=index, wanted=wanted, provider="modelstudio", model=self._model)
        return EmbeddingReply(vectors=vectors, usage=(answer.usage,))


def _embeddings(answer: Answer) -> Any:
    return (answer.body.get("output") or {}).get("embeddings")


def _tokens_of(counted: Mapping[str, Any]) -> tuple[int, int]:
    if "input_tokens" not in counted:
        return int(counted.get("total_tokens") or counted.get("prompt_tokens") or 0), 0
    # Older models count pictures beside the text; newer ones count them in, and tell the parts.
    beside = 0 if "input_tokens_details" in counted else counted.get("image_tokens") or 0
    return int(counted["input_tokens"] or 0) + int(beside), 0
