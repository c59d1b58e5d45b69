"""
The emulator's own endpoints, below /_emulator. They need no key: the emulator listens on this machine only.

GET, PUT, DELETE /_emulator/faults    {"seed": 0, "faults": [{"service": "oss", "kind": "throttle", "times": 2, …}]}
GET, DELETE      /_emulator/calls     ?service=oss&operation=PutObject
GET, PUT         /_emulator/quotas    {"dashscope": 20}
POST             /_emulator/clock     {"advance_s": 3600}
GET              /_emulator/health
"""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from media_ai_emulators.faults import Fault
from media_ai_emulators.state import State

PREFIX = "/_emulator/"


class Admin:
    """The endpoints."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def answer(self, request: Request) -> Response:
        """Answer a request; what is malformed gets 400 and a reason."""
        name = request.url.path.removeprefix(PREFIX)
        handlers = {
            "faults": self._faults,
            "calls": self._calls,
            "quotas": self._quotas,
            "clock": self._clock,
            "health": self._health,
        }
        if name not in handlers:
            return _problem(404, f"There is no {PREFIX}{name}; there are {', '.join(handlers)}.")
        try:
            payload = await request.json() if request.method in {"PUT", "POST"} else {}
            return handlers[name](request, payload)
        except (ValueError, TypeError, KeyError, AttributeError, json.JSONDecodeError) as error:
            return _problem(400, str(error))

    def _faults(self, request: Request, payload: Any) -> Response:
        if request.method == "PUT":
            rules = [Fault(**fields) for fields in payload["faults"]]
            self._state.faults.replace(rules, payload.get("seed"))
        elif request.method == "DELETE":
            self._state.faults.clear()
        return JSONResponse({"faults": self._state.faults.as_json()})

    def _calls(self, request: Request, payload: Any) -> Response:
        if request.method == "DELETE":
            self._state.calls.clear()
        query = request.query_params
        return JSONResponse({"calls": self._state.calls.as_json(query.get("service"), query.get("operation"))})

    def _quotas(self, request: Request, payload: Any) -> Response:
        if request.method == "PUT":
            self._state.quotas.set({str(name): int(limit) for name, limit in payload.items()})
        return JSONResponse(self._state.quotas.as_json())

    def _clock(self, request: Request, payload: Any) -> Response:
        if request.method == "POST":
            self._state.clock.advance(float(payload["advance_s"]))
        return JSONResponse({"now": self._state.clock.now()})

    def _health(self, request: Request, payload: Any) -> Response:
        return JSONResponse({"status": "ok"})


def _problem(status: int, message: str) -> Response:
    return JSONResponse({"problem": message}, status_code=status)
