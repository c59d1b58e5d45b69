"""
Calls to Airflow's own REST API from inside its API server, as the caller of ours.

They go to the application in this process, not over the network: nobody needs to know its address, Airflow checks the caller's
permissions as at its own door, and its log of actions names the caller.
"""

import os
from functools import cache

import anyio
import httpx
from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
from anyio import from_thread
from fastapi import FastAPI, Request

from media_ai.clients.airflow_api import AirflowApi

_LONGEST_S = 60


class InnerTransport(httpx.BaseTransport):
    """Hands requests to an application in this process; for threads that its event loop has started."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the application's answer."""
        return from_thread.run(self._call, request)

    async def _call(self, request: httpx.Request) -> httpx.Response:
        with anyio.fail_after(_LONGEST_S):
            answer = await httpx.ASGITransport(_airflow()).handle_async_request(request)
            body = await answer.aread()
        # The body was unpacked as it was read: with this header it would be unpacked once more.
        answer.headers.pop("content-encoding", None)
        return httpx.Response(answer.status_code, headers=answer.headers, content=body, request=request)


def caller_api(request: Request) -> AirflowApi:
    """Return Airflow's API as the caller of a request uses it; the request was admitted."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = request.cookies.get(COOKIE_NAME_JWT_TOKEN, "")
    return AirflowApi("http://airflow", "", "", token=token, transport=InnerTransport())


@cache
def _airflow() -> FastAPI:
    from airflow.api_fastapi.app import cached_app

    # The same words as in airflow.api_fastapi.main: other ones would make a second application.
    return cached_app(apps=os.environ.get("AIRFLOW_API_APPS", "all"))
