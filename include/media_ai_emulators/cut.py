"""A response whose connection breaks half way."""

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send


class _ConnectionCut(Exception):  # ends the response; no caller sees it
    """Stops a response that has sent enough."""


class CutResponse(Response):
    """Sends the head and half of the first body part of another response, then closes the connection."""

    def __init__(self, response: Response) -> None:
        super().__init__(status_code=response.status_code)
        self._response = response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is sent; uvicorn closes the connection of a response that ends without its last part."""

        async def send_half(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _with_length(message["headers"])
                await send(message)
                return
            body = message.get("body", b"")
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            raise _ConnectionCut

        try:
            await self._response(scope, receive, send_half)
        except _ConnectionCut:
            return


def _with_length(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    # A length that is never reached, so that an empty answer is cut as well.
    kept = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    length = next((int(value) for name, value in headers if name.lower() == b"content-length"), 0)
    return [*kept, (b"content-length", str(max(length, 1)).encode())]
