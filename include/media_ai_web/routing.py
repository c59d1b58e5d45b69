"""Routes that take JSON which can be stored, and whose work may wait for Airflow."""

import json
import math
from collections.abc import Callable, Coroutine, Mapping
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.routing import APIRoute

P = ParamSpec("P")
R = TypeVar("R")

_THREADS = 24
_DEEPEST = 60
_limiter: RunVar[CapacityLimiter] = RunVar("media_ai_web_threads")


def apart(function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """
    Have a route run in threads of our own.

    Airflow's routes take their threads from one pool for the whole process. A route of ours that held one of them while it waits
    for Airflow's answer could, with enough others, wait for ever.
    """

    @wraps(function)
    async def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return await in_thread(partial(function, *args, **kwargs))

    return run


async def in_thread(work: Callable[[], R]) -> R:
    """Do work in a thread of our own."""
    try:
        limiter = _limiter.get()
    except LookupError:
        limiter = CapacityLimiter(_THREADS)
        _limiter.set(limiter)
    return await to_thread.run_sync(work, limiter=limiter)


class _StrictRequest(Request):
    async def json(self) -> Any:
        """Return the body's data; refuse what JSON can say and PostgreSQL cannot store."""
        data = json.loads(await self.body())
        _check(data)
        return data


class StrictRoute(APIRoute):
    """A route whose JSON bodies hold only what can be stored and written again."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, given the request in our form."""
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return strict


def make_router(*tags: str) -> APIRouter:
    """Return a router for routes of this kind."""
    return APIRouter(tags=list(tags), route_class=StrictRoute)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what a route says of the errors that it has besides those that all have; the document fills them in."""
    return {status: {} for status in statuses}


def _check(data: Any) -> None:
    level = [data]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for value in level:
            below += _inside(value)
        if not below:
            return
        level = below
    raise HTTPException(422, f"The body is nested more than {_DEEPEST} deep.")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise HTTPException(422, "The body holds a number that is not finite.")
    elif isinstance(value, Mapping):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


def _check_text(text: str) -> None:
    if "\0" in text:
        raise HTTPException(422, "The body holds a zero character, which cannot be stored.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise HTTPException(
            422, "The body holds half of a character (a lone surrogate), which cannot be stored."
        ) from None
