"""`getTaskStatus`, the product's own status call, as an application that is mounted beside ours."""

import logging
import uuid
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import FastAPI, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from media_ai.catalog.database import Database
from media_ai.catalog.member_keys import AccessKey, Cipher, MemberKeys
from media_ai.catalog.task_lists import TaskLists
from media_ai.catalog.task_records import TaskRecords
from media_ai.errors import MediaAIError
from media_ai.tasks.status_call import find_task, is_fresh, is_signed, word_of
from media_ai.tasks.words import status_of
from media_ai_web.services import Db

log = logging.getLogger(__name__)

PREFIX = "/media-intelligence"
PATH = "/openapi/v1/workflow-tasks/getTaskStatus"
MayRead = Callable[[str, str], Awaitable[bool]]
"""Whether the member of an id may read the tasks of a workflow now."""

_INVALID, _INTERNAL = "ERR_INVALID_PARAMETER", "ERR_INTERNAL_SERVER_ERROR"
_LONGEST = 1 << 16


class TaskStatus(BaseModel):
    """The task."""

    taskName: str  # the names of this call are its clients'
    taskId: str
    status: str
    traceInfo: str = ""


class Answer(BaseModel):
    """The form of every answer of this call."""

    success: bool
    errorCode: str | None = None
    errorMsg: str | None = None
    traceId: str
    data: TaskStatus | None = None


class _Refused(Exception):
    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def create_status_app(*, cipher: Cipher, may_read: MayRead) -> FastAPI:
    """
    Return the application; requests are signed with a member's access key, and open what that member may read.

    Args:
        cipher: Decrypts the secrets of access keys.
        may_read: Says what a member may read.
    """
    app = FastAPI(title="Media AI status call", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.cipher, app.state.may_read = cipher, may_read
    app.add_api_route(PATH, get_task_status, methods=["GET"], summary="Read a task's status")
    for kind in (_Refused, MediaAIError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _error)
    return app


async def get_task_status(
    request: Request,
    database: Db,
    taskId: Annotated[str, Query(min_length=1, max_length=600)],
) -> Answer:
    """Return a task's name and status to a signed request."""
    try:
        return Answer(success=True, traceId=_trace(request), data=await _read(request, database, taskId))
    except (_Refused, MediaAIError):
        raise
    except Exception as exc:
        log.exception("The status call failed")
        raise _Refused("This should not have happened. Tell your administrator.", status=500) from exc


async def _read(request: Request, database: Database, task_id: str) -> TaskStatus:
    key = await _signer(request, database)
    if not task_id.isprintable():
        raise _Refused("taskId holds characters that no task's id has.", status=400)
    run = await run_in_threadpool(find_task, TaskRecords(database), task_id)
    if not await request.app.state.may_read(key.owner_id, run.dag_id):
        raise _Refused("The owner of this access key may not read this task.", status=403)
    row = await run_in_threadpool(TaskLists(database).one, run)
    await run_in_threadpool(MemberKeys(database, request.app.state.cipher).used, key.access_key)
    word = word_of(status_of(row["state"], row["cause"]), row["state"])
    return TaskStatus(taskName=row["name"] or row["title"] or run.run_id, taskId=task_id, status=word)


async def _signer(request: Request, database: Database) -> AccessKey:
    """Return the key that a request is signed with; every refusal reads the same, so that nobody learns which keys exist."""
    names = ("x-request-id", "x-access-key", "x-request-sign", "x-request-timestamp")
    given = {name: request.headers.get(name, "") for name in names}
    if missing := [name for name, value in given.items() if not value]:
        raise _Refused(f"The header {missing[0]} is missing.", status=401)
    if not is_fresh(given["x-request-timestamp"]):
        raise _Refused(
            "X-Request-Timestamp is more than five minutes from the time here, or no milliseconds.", status=401
        )
    keys = MemberKeys(database, request.app.state.cipher)
    name = given["x-access-key"]
    found = await run_in_threadpool(keys.secret_of, name) if name.isascii() and name.isalnum() else None
    is_right = is_signed(
        found[1] if found else "no such key",
        given["x-request-sign"],
        uri=_uri(request),
        access_key=name,
        timestamp=given["x-request-timestamp"],
        body=await _body(request),
    )
    if found is None or not is_right:
        raise _Refused("The access key or the signature is wrong.", status=401)
    return found[0]


def _uri(request: Request) -> str:
    """Return the path with its query, as the client sent it."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    return (path.split(b"?")[0] + (b"?" + query if query else b"")).decode("latin-1")


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST:
            raise _Refused("The body is too long; this call has none.", status=413)
    return body


def _trace(request: Request) -> str:
    given = request.headers.get("x-request-id", "")
    return given if 0 < len(given) <= 100 and given.isascii() and given.isprintable() else str(uuid.uuid4())


async def _error(request: Request, error: Exception) -> JSONResponse:
    status, code, message = 400, _INVALID, "taskId is missing or too long."
    match error:
        case _Refused():
            status, message = error.status, error.message
        case HTTPException():
            status, message = error.status_code, str(error.detail)
        case MediaAIError() if error.kind.is_retryable:
            status, message = 503, "Try again later."
        case MediaAIError():
            status, message = 404, error.message
    if status >= 500:
        code = _INTERNAL
    body = Answer(success=False, errorCode=code, errorMsg=message, traceId=_trace(request))
    return JSONResponse(body.model_dump(), status_code=status)
