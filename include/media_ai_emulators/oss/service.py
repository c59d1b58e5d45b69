"""OSS as a service of the emulator."""

import uuid
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from media_ai_emulators.oss import bucket_operations, cors
from media_ai_emulators.oss.authentication import Authenticator
from media_ai_emulators.oss.errors import FAILURES, error_response, refusal
from media_ai_emulators.oss.operations import first_unknown, operation_of
from media_ai_emulators.oss.post_object import post_object
from media_ai_emulators.oss.request import OssRequest
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.refusal import Refusal
from media_ai_emulators.service import Asked
from media_ai_emulators.state import State


class OssService:
    """The service "oss"."""

    name = "oss"
    failures: Mapping[str, Refusal] = FAILURES

    def __init__(self, state: State, storage: Storage) -> None:
        self._state = state
        self._storage = storage
        self._authenticator = Authenticator(state.keyring, state.clock)

    async def identify(self, request: Request) -> Asked:
        """Name the operation by method, path and query."""
        asked = OssRequest.of(request)
        params: dict[str, str] = {"bucket": asked.bucket, "key": asked.key}
        for name in ("partNumber", "uploadId", "prefix"):
            if name in asked.params:
                params[name] = asked.params[name]
        if "range" in asked.headers:
            params["range"] = asked.headers["range"]
        operation = operation_of(asked)
        return Asked(
            operation=operation.name if operation else f"{request.method} {first_unknown(asked)}", params=params
        )

    async def answer(self, request: Request, asked: Asked, request_id: str) -> Response:
        """
        Check the signature and do the work.

        Raises:
            Refusal: OSS says no.
        """
        incoming = OssRequest.of(request)
        if asked.operation == "PostObject":
            keys = self._state.keyring.keys
            secrets: dict[str, str | None] = {keys.access_key_id: keys.access_key_secret}
            response = await post_object(self._storage, incoming, secrets)
        elif asked.operation == "OptionObject":
            response = cors.preflight(self._storage, incoming)
        else:
            self._authenticator.check(incoming)
            response = await self._handle(incoming)
        response.headers.update(cors.headers_for(self._storage, incoming))
        response.headers["x-oss-request-id"] = request_id
        response.headers["x-oss-server-time"] = "1"
        return response

    def refused(self, request: Request, refusal: Refusal, request_id: str) -> Response:
        """Write an error as XML."""
        host = request.headers.get("host", "")
        response = error_response(refusal, request_id=request_id, host=host, is_head=request.method == "HEAD")
        response.headers.update(cors.headers_for(self._storage, OssRequest.of(request)))
        return response

    def new_request_id(self) -> str:
        """Return 24 hexadecimal digits."""
        return uuid.uuid4().hex[:24].upper()

    async def _handle(self, incoming: OssRequest) -> Response:
        if not incoming.bucket:
            if incoming.method != "GET":
                raise refusal(501, "NotImplemented")
            return await bucket_operations.list_buckets(self._storage, incoming)
        operation = operation_of(incoming)
        if operation is None or operation.handler is None:
            raise refusal(
                501, "NotImplemented", f"The emulator does not implement {incoming.method} {first_unknown(incoming)}."
            )
        return await operation.handler(self._storage, incoming)
