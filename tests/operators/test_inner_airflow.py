"""Calls to an application in the same process."""

import anyio
import httpx
import pytest
from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from operators import inner_airflow

pytestmark = pytest.mark.airflow


async def echo(request: Request) -> JSONResponse:
    return JSONResponse({"user": request.headers.get("authorization"), "long": "x" * 5000}, 201)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_an_answer_comes_as_it_is(monkeypatch, encoding):
    """Also one that the application packs, as Airflow does with what is long."""
    app = Starlette(routes=[Route("/x", echo)], middleware=[Middleware(GZipMiddleware)])
    monkeypatch.setattr(inner_airflow, "_airflow", lambda: app)

    def ask() -> httpx.Response:
        headers = {"authorization": "Bearer t", "accept-encoding": encoding}
        with httpx.Client(transport=inner_airflow.InnerTransport(), headers=headers) as client:
            return client.get("http://airflow/x")

    answer = anyio.run(lambda: to_thread.run_sync(ask))
    assert answer.status_code == 201
    assert answer.json() == {"user": "Bearer t", "long": "x" * 5000}
