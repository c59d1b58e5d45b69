"""What STS, IMS and VOD have in common as services of the emulator."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from media_ai_emulators.refusal import Refusal
from media_ai_emulators.rpc import errors
from media_ai_emulators.rpc.authentication import Authenticator
from media_ai_emulators.rpc.errors import error_response, not_implemented, refusal
from media_ai_emulators.rpc.parameters import Codes, Parameters
from media_ai_emulators.rpc.request import RpcRequest
from media_ai_emulators.service import Asked

Answer = dict[str, Any]
Handler = Callable[[Parameters], Answer]


class RpcService:
    """
    One API of the RPC family.

    Args:
        name: The service's name in the log of calls.
        handlers: The function of each action; it returns the answer without RequestId.
        known: Actions that the real service has and that are missing here.
        codes: How the service refuses parameters.
    """

    failures: Mapping[str, Refusal] = errors.FAILURES

    def __init__(
        self,
        name: str,
        *,
        authenticator: Authenticator,
        handlers: Mapping[str, Handler],
        known: frozenset[str] = frozenset(),
        codes: Codes | None = None,
    ) -> None:
        self.name = name
        self._authenticator = authenticator
        self._handlers = handlers
        self._known = known
        self._codes = codes or Codes()

    async def identify(self, request: Request) -> Asked:
        """Name the action."""
        incoming = await RpcRequest.of(request)
        return Asked(operation=incoming.action, params=dict(incoming.arguments))

    async def answer(self, request: Request, asked: Asked, request_id: str) -> Response:
        """
        Check the signature and do the work.

        Raises:
            Refusal: The gateway or the service says no.
        """
        incoming = await RpcRequest.of(request)
        self._authenticator.check(incoming)
        handler = self._handlers.get(incoming.action)
        if handler is None:
            raise not_implemented(incoming.action) if incoming.action in self._known else unknown_action()
        answer = handler(Parameters(incoming.arguments, self._codes, incoming.headers.get("host", "")))
        return JSONResponse({**answer, "RequestId": request_id}, headers={"x-acs-request-id": request_id})

    def refused(self, request: Request, refusal: Refusal, request_id: str) -> Response:
        """Write an error as JSON."""
        return error_response(refusal, request_id=request_id, host=request.headers.get("host", ""))

    def new_request_id(self) -> str:
        """Return a UUID in capitals."""
        return str(uuid.uuid4()).upper()


def unknown_action() -> Refusal:
    """Return the error of an action that no version of the API has."""
    return refusal(404, "InvalidAction.NotFound")
