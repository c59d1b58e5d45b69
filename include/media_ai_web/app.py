"""The FastAPI application that Airflow's API server mounts at /media-ai."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse

from media_ai import __version__
from media_ai.clients.credentials import CredentialsOf
from media_ai.errors import ErrorKind, MediaAIError
from media_ai_web.events import router as events_router
from media_ai_web.people import people_router
from media_ai_web.results import router as results_router
from media_ai_web.services import configure

Guard = Callable[..., Any]
"""A FastAPI dependency that raises 401 or 403 when the caller may not go on."""

_STATUS = {
    ErrorKind.NOT_FOUND: 404,
    ErrorKind.CONFLICT: 409,
    ErrorKind.PERMISSION: 403,
    ErrorKind.INVALID: 422,
    ErrorKind.TRANSIENT: 503,
}


def create_app(
    *, may_read_run: Guard, may_edit_run: Guard, user_name: Guard, credentials: CredentialsOf | None = None
) -> FastAPI:
    """
    Return the application; every route is behind a guard, but for those of events, which check signatures.

    Args:
        may_read_run: Lets callers pass who may read runs of the path's `dag_id`.
        may_edit_run: Lets callers pass who may change runs of the path's `dag_id`.
        user_name: Returns the caller's name, for the record.
        credentials: Finds the credentials of services; those of the environment if absent.
    """
    if credentials is not None:
        configure(credentials)
    # Airflow leaves mounted applications open: the interactive docs would be public, so that they are not served.
    app = FastAPI(title="Media AI on Airflow", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    guarded = APIRouter(prefix="/api/v1")
    guarded.include_router(results_router, dependencies=[Depends(may_read_run)])
    people = people_router(may_edit_run=may_edit_run, user_name=user_name)
    guarded.include_router(people, dependencies=[Depends(may_read_run)])
    app.include_router(guarded)
    app.include_router(events_router)
    app.add_exception_handler(MediaAIError, _problem)
    return app


def _problem(_request: Request, error: Exception) -> JSONResponse:
    """Answer in the form of RFC 9457."""
    if not isinstance(error, MediaAIError):
        raise error
    status = _STATUS.get(error.kind, 500)
    body = {"type": "about:blank", "title": error.kind.value, "status": status, "detail": error.message}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")
