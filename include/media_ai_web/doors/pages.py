"""Pages that the server writes: templates, and the headers that keep them to themselves."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from media_ai_web.doors.words import WORDS

HERE = Path(__file__).parent
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    # The address of a page can hold a one-time token.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, *, language: str, root: str, **values: Any) -> str:
    """
    Return a page.

    Args:
        template: Its name.
        language: "en" or "zh".
        root: The path that Airflow is served below, or its whole address.
        values: What the template shows; all of it is escaped.
    """
    page = _templates().get_template(f"{template}.html")
    return page.render(language=language, root=root.rstrip("/"), words=WORDS[language], **values)


def page(template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any) -> HTMLResponse:
    """Return a page as an answer."""
    return HTMLResponse(render(template, **values), status_code=status, headers={**HEADERS, **(headers or {})})


def language_of(wanted: str, accepted: str) -> str:
    """Return the language of a page: the one that is asked for, else the first of a browser's that we speak."""
    for part in [wanted, *accepted.split(",")]:
        name = part.partition(";")[0].strip().lower()[:2]
        if name in WORDS:
            return name
    return "en"
