"""Text and multimodal embeddings in DashScope's own protocol."""

import hashlib
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from media_ai_emulators.dashscope.conversation import BLOCKED, blocked, count_tokens, is_blocked
from media_ai_emulators.dashscope.errors import invalid, model_not_found
from media_ai_emulators.dashscope.media import MediaFile, MediaFiles, Unreachable
from media_ai_emulators.dashscope.models import MULTIMODAL_EMBEDDINGS, TEXT_EMBEDDINGS
from media_ai_emulators.dashscope.vectors import vector_of

_MOST_CONTENTS = 20
_KINDS = ("text", "image", "video")
_MOST_BYTES = 3 << 20


def embed_texts(model: Any, texts: Any, dimension: Any) -> tuple[list[list[float]], int]:
    """
    Return the vectors of texts and the tokens used.

    Raises:
        Refusal: The model or the dimension is unknown, there are too many texts for the model, or one is inappropriate.
    """
    if model not in TEXT_EMBEDDINGS:
        raise model_not_found(str(model))
    default, dimensions, most = TEXT_EMBEDDINGS[model]
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise invalid("The input texts must be non-empty.")
    if len(texts) > most:
        raise invalid(
            f"<400> InternalError.Algo.InvalidParameter: Value error, batch size is invalid, it should not be "
            f"larger than {most}.: input.contents"
        )
    if any(BLOCKED in text for text in texts):
        raise blocked()
    size = _dimension(dimension, default, dimensions)
    return [vector_of(text, size) for text in texts], sum(count_tokens(text) for text in texts)


class NativeEmbeddings:
    """POST /services/embeddings/…"""

    def __init__(self, files: MediaFiles) -> None:
        self._files = files

    async def text(self, request: Request, request_id: str) -> Response:
        """…/text-embedding/text-embedding: {"input": {"texts": […]}}."""
        payload: dict[str, Any] = await request.json()
        texts = (payload.get("input") or {}).get("texts")
        parameters = payload.get("parameters") or {}
        vectors, tokens = embed_texts(payload.get("model"), texts, parameters.get("dimension"))
        embeddings = [{"text_index": at, "embedding": vector} for at, vector in enumerate(vectors)]
        return JSONResponse(
            {"output": {"embeddings": embeddings}, "usage": {"total_tokens": tokens}, "request_id": request_id}
        )

    async def multimodal(self, request: Request, request_id: str) -> Response:
        """…/multimodal-embedding/multimodal-embedding: {"input": {"contents": [{"text"}|{"image"}|{"video"}]}}."""
        payload: dict[str, Any] = await request.json()
        model = payload.get("model")
        if model not in MULTIMODAL_EMBEDDINGS:
            raise model_not_found(str(model))
        contents = (payload.get("input") or {}).get("contents")
        if not isinstance(contents, list) or not 1 <= len(contents) <= _MOST_CONTENTS:
            raise invalid(f"input.contents must have 1 to {_MOST_CONTENTS} members.")
        default, dimensions = MULTIMODAL_EMBEDDINGS[model]
        size = _dimension((payload.get("parameters") or {}).get("dimension"), default, dimensions)
        embeddings = []
        for at, content in enumerate(contents):
            kind = next((kind for kind in _KINDS if content.get(kind)), None)
            if kind is None:
                raise invalid("Each content must have one of text, image and video.")
            embeddings.append(
                {"index": at, "type": kind, "embedding": self._vector(kind, content[kind], size, request)}
            )
        return JSONResponse({"output": {"embeddings": embeddings}, "usage": _usage(contents), "request_id": request_id})

    def _vector(self, kind: str, value: Any, size: int, request: Request) -> list[float]:
        if kind == "text":
            if BLOCKED in str(value):
                raise blocked()
            return vector_of(str(value), size)
        try:
            file = self._files.find(str(value), request)
        except Unreachable as problem:
            raise invalid(f"Failed to download multimodal content. {problem}") from None
        if is_blocked(file):
            raise blocked()
        if kind == "image" and (file.size or 0) > _MOST_BYTES:
            raise invalid("The image size is larger than 3 MB.")
        return vector_of(_features(file), size)


def _features(file: MediaFile) -> str:
    # Equal files have equal vectors; the words of the name (or of its note) bring a picture near a text about it.
    digest = hashlib.sha256(file.head).hexdigest() if file.head else file.name
    return f"{file.note} {file.name.rpartition('.')[0]} {digest[:8]}"


def _usage(contents: list[dict[str, Any]]) -> dict[str, Any]:
    tokens = sum(count_tokens(str(content["text"])) for content in contents if content.get("text"))
    images = sum(1 for content in contents if content.get("image"))
    videos = sum(1 for content in contents if content.get("video"))
    usage: dict[str, Any] = {"input_tokens": tokens, "image_tokens": 400 * images, "image_count": images}
    return {**usage, "duration": 10 * videos} if videos else usage


def _dimension(asked: Any, default: int, dimensions: tuple[int, ...]) -> int:
    size = default if asked is None else asked
    if size not in dimensions:
        raise invalid(f"dimension must be one of {', '.join(str(one) for one in dimensions)}.")
    return int(size)
