"""The application of the doors, which is mounted at /media-ai/doors. Nobody is signed in here."""

import logging

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from media_ai.catalog.member_keys import Cipher
from media_ai.errors import ConflictError, MediaAIError, NotFoundError
from media_ai_web.auditing import Audit
from media_ai_web.doors import letting_in, provider, recovering
from media_ai_web.doors.forms import from_our_page
from media_ai_web.doors.pages import HERE, language_of, page
from media_ai_web.doors.words import WORDS
from media_ai_web.house import House
from media_ai_web.problems import problem_of

log = logging.getLogger(__name__)


def create_doors(*, house: House, cipher: Cipher) -> FastAPI:
    """Return the application."""
    app = FastAPI(title="Media AI doors", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house, app.state.cipher = house, cipher
    for module in (letting_in, recovering):
        app.include_router(module.router)
        app.include_router(module.forms, dependencies=[Depends(from_our_page)])
    app.include_router(provider.router)
    app.add_middleware(Audit, door="doors")
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    for kind in (MediaAIError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, _note)
    return app


async def _note(request: Request, error: Exception) -> HTMLResponse:
    language = language_of(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
    words = WORDS[language]
    status, title, text = 500, words["refused_title"], ""
    if isinstance(error, NotFoundError):
        status, title, text = 410, words["gone_title"], words["gone"]
    elif isinstance(error, MediaAIError):
        status, text = problem_of(error).status, error.message
    elif isinstance(error, RequestValidationError):
        status = 422
    elif isinstance(error, HTTPException):
        status = error.status_code
    else:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    if isinstance(error, ConflictError):
        status = 409
    return page("note", status=status, language=language, root=request.app.state.house.root, title=title, text=text)
