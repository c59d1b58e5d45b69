"""What the pages of the doors share: their language, and that forms come from our own pages."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Form, Query, Request

from media_ai.errors import ErrorKind, MediaAIError
from media_ai_web.doors.pages import language_of
from media_ai_web.doors.words import WORDS

Token = Annotated[str, Query(max_length=200)]
Text = Annotated[str, Form(max_length=1000)]


def _language(request: Request) -> str:
    return language_of(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))


Language = Annotated[str, Depends(_language)]


def from_our_page(request: Request, language: Language) -> None:
    """
    Refuse forms that another site sends.

    Browsers say where a request comes from (Sec-Fetch-Site; Origin in old ones), and pages cannot change it.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    is_ours = site in ("same-origin", "none") if site else _host_of(origin) == request.headers.get("host")
    if (site or origin) and not is_ours:
        raise MediaAIError(WORDS[language]["cross"], kind=ErrorKind.PERMISSION)


def _host_of(origin: str | None) -> str | None:
    return urlsplit(origin).netloc if origin else None
