"""Errors as RFC 9457 has them: ours, those of FastAPI, and those that nobody expected."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from media_ai.clients.credential_keeping import CredentialsRefusedError
from media_ai.errors import ErrorKind, GraphError, MediaAIError, ServiceError, StaleError
from media_ai.graph.address import Issue
from media_ai.workflows.checking import at_node

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

_STATUS = {
    ErrorKind.INVALID: 422,
    ErrorKind.BLOCKED_CONTENT: 422,
    ErrorKind.PERMISSION: 403,
    ErrorKind.NOT_FOUND: 404,
    ErrorKind.NOT_FOUND_YET: 404,
    ErrorKind.CONFLICT: 409,
    ErrorKind.STOPPED: 409,
    ErrorKind.REJECTED: 409,
    # A service refuses the account of this deployment: nothing that the caller could sign in for.
    ErrorKind.AUTH: 424,
    ErrorKind.OVERDUE: 424,
    ErrorKind.THROTTLED: 429,
    ErrorKind.TRANSIENT: 503,
    ErrorKind.QUOTA: 507,
}
_RETRY_AFTER_S = {429: 10, 503: 5}


class Problem(BaseModel):
    """What went wrong, for programs and people (RFC 9457)."""

    type: str = "about:blank"
    title: str = Field(description="The kind of error in a word: invalid, not_found, conflict, permission, ...")
    status: int
    detail: str = Field(description="A sentence for a person: what was seen and what to do.")
    issues: list[Issue] | None = Field(default=None, description="Each thing that is wrong, with its place.")
    etag: str | None = Field(default=None, description="With 412: that of what is there now.")


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a problem as the answer to a request."""
    more = dict(headers or {})
    if problem.status in _RETRY_AFTER_S:
        more.setdefault("Retry-After", str(_RETRY_AFTER_S[problem.status]))
    body = problem.model_dump(mode="json", exclude_none=True)
    return JSONResponse(body, status_code=problem.status, media_type=MEDIA_TYPE, headers=more)


def problem_of(error: MediaAIError) -> Problem:
    """Return one of our errors as a problem."""
    status = 412 if isinstance(error, StaleError) else _STATUS.get(error.kind, 500)
    if isinstance(error, ServiceError) and error.service == "airflow" and error.kind is ErrorKind.AUTH:
        status = 401
    problem = Problem(title=error.kind.value, status=status, detail=error.message)
    if isinstance(error, StaleError):
        problem.title, problem.etag = "stale", error.etag
    if isinstance(error, GraphError | CredentialsRefusedError) and error.issues:
        problem.issues = [issue for issue in error.issues if isinstance(issue, Issue)]
    return problem


def handle_errors(app: FastAPI) -> None:
    """Have an application answer all errors in this form; unexpected ones are the edge's."""
    app.add_exception_handler(MediaAIError, _ours)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_validation)


async def _ours(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, MediaAIError):
        raise error
    problem = problem_of(error)
    return answer(problem, {"ETag": f'"{problem.etag}"'} if problem.etag else None)


async def _of_http(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    title = {401: "auth", 403: "permission", 404: "not_found", 409: "conflict", 429: "throttled"}.get(
        error.status_code, "invalid"
    )
    return answer(Problem(title=title, status=error.status_code, detail=str(error.detail)), error.headers)


async def _of_validation(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    body = error.body if isinstance(error.body, Mapping) else {}
    issues = [_issue(item, body) for item in error.errors()]
    places = ", ".join(dict.fromkeys(issue.field or "the body" for issue in issues))
    return answer(
        Problem(title="invalid", status=422, detail=f"The request cannot be used: see {places}.", issues=issues)
    )


def _issue(item: Mapping[str, Any], body: Mapping[str, Any]) -> Issue:
    location: Sequence[Any] = item["loc"]
    inside = location[1:] if location[:1] == ("body",) else location
    field = ".".join(str(part) for part in inside) or None
    message = str(item["msg"])
    return at_node(Issue(code=str(item["type"]), message=message[:1].lower() + message[1:], field=field), body)
