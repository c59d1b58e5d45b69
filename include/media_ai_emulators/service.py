"""What every emulated service offers to the gateway, and what the gateway does for all of them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response

from media_ai_emulators.cut import CutResponse
from media_ai_emulators.refusal import Refusal
from media_ai_emulators.state import State


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a request asks for: the operation's name as the vendor writes it, and the parameters worth logging."""

    operation: str
    params: dict[str, Any] = field(default_factory=dict)


class Service(Protocol):
    """One cloud service. Every error leaves it as a Refusal."""

    name: str

    async def identify(self, request: Request) -> Asked:
        """Name the operation, without judging the request."""
        ...

    async def answer(self, request: Request, asked: Asked, request_id: str) -> Response:
        """
        Check the signature and do the work.

        Raises:
            Refusal: The service says no.
        """
        ...

    def refused(self, request: Request, refusal: Refusal, request_id: str) -> Response:
        """Write an error as the service does."""
        ...

    def new_request_id(self) -> str:
        """Return an id in the service's form."""
        ...

    @property
    def failures(self) -> Mapping[str, Refusal]:
        """The service's errors for the faults throttle, server_error and expired_token."""
        ...


async def serve(service: Service, state: State, request: Request) -> Response:
    """Answer a request, with the log, the quotas and the faults in force."""
    asked = await service.identify(request)
    call = state.calls.add(service.name, asked.operation, asked.params)
    request_id = service.new_request_id()
    fault = state.faults.take(service.name, asked.operation)
    call.fault = fault.kind if fault else ""
    try:
        if state.quotas.is_exceeded(service.name):
            raise service.failures["throttle"]
        if fault is not None and fault.kind in service.failures:
            raise service.failures[fault.kind]
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.kind == "error_body":
            response = service.refused(request, service.failures["server_error"], request_id)
            response.status_code = 200
            call.code = service.failures["server_error"].code
        else:
            response = await service.answer(request, asked, request_id)
    except Refusal as refusal:
        call.code = refusal.code
        response = service.refused(request, refusal, request_id)
        response.headers.update(refusal.headers)
    call.status = response.status_code
    return CutResponse(response) if fault is not None and fault.kind == "cut" else response
