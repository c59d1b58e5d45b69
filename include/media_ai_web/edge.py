"""What every request passes first: limits, text that nothing here can store, and errors that nobody expected."""

import logging
import uuid

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from media_ai_web.problems import Problem, answer

log = logging.getLogger(__name__)

_MOST = 6_000_000
"""Bytes of a body; a workflow has 5,000,000 at most."""
_UPLOADS = "/api/v1/uploads"
_OVERRIDES = frozenset({"PATCH", "DELETE", "HEAD"})


class Edge:
    """The outermost part of the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if refusal := _refusal(scope):
            await answer(refusal)(scope, receive, send)
            return
        is_upload = scope["path"].removeprefix(scope.get("root_path", "")).startswith(_UPLOADS)
        if is_upload:
            _override_method(scope)
        sent = _Sent(send)
        try:
            await self._app(scope, receive if is_upload else _limited(receive), sent)
        except Exception:
            reference = uuid.uuid4()
            log.exception("%s %s failed (%s)", scope["method"], scope["path"], reference)
            if sent.has_begun:
                raise
            detail = f"This should not have happened. Tell your administrator the reference {reference}."
            await answer(Problem(title="internal", status=500, detail=detail))(scope, receive, send)


class _Sent:
    """Remembers whether an answer has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        self.has_begun = True
        await self._send(message)


def _refusal(scope: Scope) -> Problem | None:
    if "\0" in scope["path"]:
        return Problem(title="not_found", status=404, detail="The address holds a zero character.")
    if b"%00" in scope["query_string"]:
        return Problem(title="invalid", status=422, detail="The query holds a zero character.")
    return None


def _override_method(scope: Scope) -> None:
    """Let clients that can only send POST go on with uploads, as tus has it."""
    wanted = next((value for name, value in scope["headers"] if name == b"x-http-method-override"), b"").decode(
        "latin-1"
    )
    if scope["method"] == "POST" and wanted.upper() in _OVERRIDES:
        scope["method"] = wanted.upper()


def _limited(receive: Receive) -> Receive:
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > _MOST:
            raise HTTPException(413, f"The body is larger than {_MOST:,} bytes.")
        return message

    return limited
