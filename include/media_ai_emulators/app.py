"""One application for all services, told apart as their SDKs address them."""

from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from media_ai_emulators.admin import PREFIX, Admin
from media_ai_emulators.dashscope.service import DashScopeService, is_dashscope
from media_ai_emulators.ice import service as ice
from media_ai_emulators.oss.service import OssService
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.rpc.authentication import Authenticator
from media_ai_emulators.rpc.request import RpcRequest, is_rpc
from media_ai_emulators.rpc.service import RpcService
from media_ai_emulators.service import Service, serve
from media_ai_emulators.state import TEMPORARY_BUCKET, UPLOAD_BUCKET, State
from media_ai_emulators.sts import service as sts
from media_ai_emulators.vod import service as vod


class EmulatorApp:
    """
    The services on one port.

    /_emulator/…                        faults, calls, quotas, results that services link to
    /api/v1/…, /compatible-mode/v1/…    DashScope
    /  with an action                   RPC: STS, IMS (ICE) and VOD, by the version of the API
    all else                            OSS, path style or virtual-host style
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.storage = Storage(state.folder / "oss", state.clock)
        for name in (*state.options.buckets, UPLOAD_BUCKET, TEMPORARY_BUCKET):
            self.storage.buckets.create(name)
        authenticator = Authenticator(state.keyring, state.clock)
        self._admin = Admin(state)
        self._oss = OssService(state, self.storage)
        self._dashscope = DashScopeService(state, self.storage)
        self._rpc = {
            ice.VERSION: ice.make_service(state, self.storage, authenticator),
            vod.VERSION: vod.make_service(state, self.storage, authenticator),
            sts.VERSION: sts.make_service(state, authenticator),
        }
        # Actions of APIs that are not emulated: after the signature, they are not found.
        self._other_rpc = RpcService("rpc", authenticator=authenticator, handlers={})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to its service."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        request = Request(scope, receive)
        if request.url.path.startswith(PREFIX):
            response = await self._admin.answer(request)
        else:
            response = await self._served(request)
        await response(scope, receive, send)

    async def _served(self, request: Request) -> Response:
        try:
            return await serve(await self._service_of(request), self.state, request)
        except ClientDisconnect:
            return Response(status_code=499)  # nobody reads it

    async def _service_of(self, request: Request) -> Service:
        if is_rpc(request):
            incoming = await RpcRequest.of(request)
            return self._rpc.get(incoming.version, self._other_rpc)
        if is_dashscope(request):
            return self._dashscope
        return self._oss


def create_app(state: State | Path) -> EmulatorApp:
    """Return the application for a state, or for a new state in a folder."""
    return EmulatorApp(State(state) if isinstance(state, Path) else state)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
