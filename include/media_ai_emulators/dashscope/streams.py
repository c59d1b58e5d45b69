"""Answers in pieces, as server-sent events of both protocols."""

import json
from collections.abc import Iterator
from typing import Any

from starlette.responses import StreamingResponse

_PIECES = 4


def pieces_of(text: str) -> list[str]:
    """Return a text in up to four pieces."""
    size = max(1, -(-len(text) // _PIECES))
    return [text[start : start + size] for start in range(0, len(text), size)] or [""]


def native_stream(bodies: list[dict[str, Any]], request_id: str) -> StreamingResponse:
    """Stream bodies as DashScope does."""

    def events() -> Iterator[str]:
        for number, body in enumerate(bodies, start=1):
            yield f"id:{number}\nevent:result\n:HTTP_STATUS/200\ndata:{json.dumps(body, ensure_ascii=False)}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream", headers={"x-request-id": request_id})


def openai_stream(bodies: list[dict[str, Any]], request_id: str) -> StreamingResponse:
    """Stream bodies as OpenAI does."""

    def events() -> Iterator[str]:
        for body in bodies:
            yield f"data: {json.dumps(body, ensure_ascii=False)}\n\n"
        yield "data: [DONE]\n\n"

    return StreamingResponse(events(), media_type="text/event-stream", headers={"x-request-id": request_id})
