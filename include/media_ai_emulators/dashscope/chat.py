"""Chat, text and vision, in DashScope's own protocol."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from media_ai_emulators.dashscope.answers import ModelAnswer, answer_to
from media_ai_emulators.dashscope.conversation import Conversation, read_conversation
from media_ai_emulators.dashscope.errors import invalid
from media_ai_emulators.dashscope.media import MediaFiles
from media_ai_emulators.dashscope.models import check_chat
from media_ai_emulators.dashscope.ocr import ocr_content
from media_ai_emulators.dashscope.streams import native_stream, pieces_of


class NativeChat:
    """POST /services/aigc/text-generation/generation and …/multimodal-generation/generation."""

    def __init__(self, files: MediaFiles) -> None:
        self._files = files

    async def text(self, request: Request, request_id: str) -> Response:
        """Answer as a text model: content is a text."""
        return await self._answer(request, request_id, is_multimodal=False)

    async def multimodal(self, request: Request, request_id: str) -> Response:
        """Answer as a vision model: content is a list of parts."""
        return await self._answer(request, request_id, is_multimodal=True)

    async def _answer(self, request: Request, request_id: str, *, is_multimodal: bool) -> Response:
        payload: dict[str, Any] = await request.json()
        model = check_chat(payload.get("model"), is_multimodal=is_multimodal)
        given = payload.get("input") or {}
        messages = given.get("messages")
        if messages is None and isinstance(given.get("prompt"), str):
            messages = [{"role": "user", "content": given["prompt"]}]
        parameters: dict[str, Any] = payload.get("parameters") or {}
        conversation = read_conversation(model, messages, self._files, request)
        if "ocr" in model and (parameters.get("ocr_options") or {}).get("task") == "advanced_recognition":
            return JSONResponse(_ocr_body(conversation, request_id))
        answer = answer_to(conversation, parameters)
        if request.headers.get("x-dashscope-sse", "").lower() == "enable":
            return self._stream(conversation, answer, parameters, request_id, is_multimodal=is_multimodal)
        if (parameters.get("n") or 1) != 1:
            raise invalid("n must be 1.")
        content: Any = [{"text": answer.text}] if is_multimodal else answer.text
        return JSONResponse(_body(conversation, content, answer, request_id))

    def _stream(
        self,
        conversation: Conversation,
        answer: ModelAnswer,
        parameters: dict[str, Any],
        request_id: str,
        *,
        is_multimodal: bool,
    ) -> Response:
        pieces = pieces_of(answer.text)
        bodies = []
        for number, piece in enumerate(pieces, start=1):
            text = piece if parameters.get("incremental_output") else "".join(pieces[:number])
            content: Any = [{"text": text}] if is_multimodal else text
            body = _body(conversation, content, answer, request_id)
            if number < len(pieces):
                body["output"]["choices"][0]["finish_reason"] = "null"  # the word, as the service writes it
            bodies.append(body)
        return native_stream(bodies, request_id)


def _body(conversation: Conversation, content: Any, answer: ModelAnswer, request_id: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": content}
    return {
        "output": {"choices": [{"finish_reason": answer.finish_reason, "message": message}]},
        "usage": native_usage(conversation, answer.tokens),
        "request_id": request_id,
    }


def _ocr_body(conversation: Conversation, request_id: str) -> dict[str, Any]:
    answer = ModelAnswer(text="", finish_reason="stop", tokens=60)
    return _body(conversation, ocr_content(conversation), answer, request_id)


def native_usage(conversation: Conversation, output_tokens: int) -> dict[str, Any]:
    """Return usage as DashScope writes it; details are there for what was sent."""
    details = {"text_tokens": conversation.text_tokens}
    usage: dict[str, Any] = {
        "input_tokens": conversation.input_tokens,
        "output_tokens": output_tokens,
        "total_tokens": conversation.input_tokens + output_tokens,
        "input_tokens_details": details,
        "output_tokens_details": {"text_tokens": output_tokens},
        "prompt_tokens_details": {"cached_tokens": 0},
    }
    if conversation.pictures:
        usage["image_tokens"] = details["image_tokens"] = conversation.image_tokens
    if conversation.videos:
        usage["video_tokens"] = details["video_tokens"] = conversation.video_tokens
    return usage
