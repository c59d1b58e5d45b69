"""The OpenAI-compatible protocol: chat completions, embeddings and the list of models."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from media_ai_emulators.dashscope.answers import ModelAnswer, answer_to
from media_ai_emulators.dashscope.conversation import Conversation, read_conversation
from media_ai_emulators.dashscope.embeddings import embed_texts
from media_ai_emulators.dashscope.media import MediaFiles
from media_ai_emulators.dashscope.models import SHOWN, check_chat
from media_ai_emulators.dashscope.streams import openai_stream, pieces_of

_CREATED = 1_700_000_000


class OpenAIProtocol:
    """What is below /compatible-mode/v1."""

    def __init__(self, files: MediaFiles) -> None:
        self._files = files

    async def chat(self, request: Request, request_id: str) -> Response:
        """POST /chat/completions."""
        payload: dict[str, Any] = await request.json()
        if payload.get("stream"):
            head, conversation, answer = self._answered(payload, request, request_id)
            has_usage = (payload.get("stream_options") or {}).get("include_usage", False)
            return openai_stream(_chunks(head, conversation, answer, has_usage=has_usage), request_id)
        return JSONResponse(self.completion(payload, request, request_id), headers={"x-request-id": request_id})

    def completion(self, payload: dict[str, Any], request: Request, request_id: str) -> dict[str, Any]:
        """
        Return the body of an answer.

        Raises:
            Refusal: The request is wrong, or its content is blocked.
        """
        head, conversation, answer = self._answered(payload, request, request_id)
        message = {"role": "assistant", "content": answer.text}
        return {
            **head,
            "object": "chat.completion",
            "choices": [{"index": 0, "finish_reason": answer.finish_reason, "message": message, "logprobs": None}],
            "usage": _usage(conversation, answer),
        }

    def _answered(
        self, payload: dict[str, Any], request: Request, request_id: str
    ) -> tuple[dict[str, Any], Conversation, ModelAnswer]:
        model = check_chat(payload.get("model"), is_multimodal=True)
        conversation = read_conversation(model, payload.get("messages"), self._files, request)
        head = {"id": f"chatcmpl-{request_id}", "created": _CREATED, "model": model}
        return head, conversation, answer_to(conversation, payload)

    async def embeddings(self, request: Request, request_id: str) -> Response:
        """POST /embeddings."""
        payload: dict[str, Any] = await request.json()
        given = payload.get("input")
        texts = [given] if isinstance(given, str) else given
        vectors, tokens = embed_texts(payload.get("model"), texts, payload.get("dimensions"))
        data = [{"object": "embedding", "index": at, "embedding": vector} for at, vector in enumerate(vectors)]
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        body = {"object": "list", "data": data, "model": payload["model"], "usage": usage, "id": request_id}
        return JSONResponse(body, headers={"x-request-id": request_id})

    async def models(self, request: Request, request_id: str) -> Response:
        """GET /models."""
        data = [{"id": name, "object": "model", "created": _CREATED, "owned_by": "system"} for name in SHOWN]
        return JSONResponse({"object": "list", "data": data}, headers={"x-request-id": request_id})


def _usage(conversation: Conversation, answer: ModelAnswer) -> dict[str, Any]:
    return {
        "prompt_tokens": conversation.input_tokens,
        "completion_tokens": answer.tokens,
        "total_tokens": conversation.input_tokens + answer.tokens,
        "prompt_tokens_details": {
            "cached_tokens": 0,
            "text_tokens": conversation.text_tokens,
            "image_tokens": conversation.image_tokens,
            "video_tokens": conversation.video_tokens,
        },
    }


def _chunks(
    head: dict[str, Any], conversation: Conversation, answer: ModelAnswer, *, has_usage: bool
) -> list[dict[str, Any]]:
    head = {**head, "object": "chat.completion.chunk"}
    chunks: list[dict[str, Any]] = [
        {**head, "choices": [{"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}]}
        for piece in pieces_of(answer.text)
    ]
    chunks.append({**head, "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": answer.finish_reason}]})
    if has_usage:
        chunks.append({**head, "choices": [], "usage": _usage(conversation, answer)})
    return chunks
