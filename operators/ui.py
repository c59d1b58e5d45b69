"""The product's pages inside Airflow: their built files, and where Airflow shows them."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

PREFIX = "/media-ai-ui"
DIST = Path(__file__).resolve().parents[1] / "plugins" / "media_ai_ui" / "dist"

_A_YEAR = "private, max-age=31536000, immutable"
"""File names carry a digest of what is in them."""


def react_apps() -> list[dict[str, Any]]:
    """Return the pages: one in the navigation, one beside each DAG run. Nothing where they are not built."""
    entry = _entry()
    if entry is None:
        return []
    # Relative to the page's base, so that Airflow may be served below a path.
    bundle = f"{PREFIX[1:]}/{entry}"
    # The module registers both names: Airflow loads an address once.
    return [
        {
            "name": "Media AI",
            "bundle_url": bundle,
            "destination": "nav",
            "url_route": "media-ai",
            "icon": f"{PREFIX}/icon.svg",
            "icon_dark_mode": f"{PREFIX}/icon-dark.svg",
        },
        {"name": "Media AI result", "bundle_url": bundle, "destination": "dag_run", "url_route": "media-ai-result"},
    ]


def ui_apps(arguments: Sequence[str]) -> list[dict[str, Any]]:
    """Return what to mount; nothing in processes that serve no web."""
    if _entry() is None or not any(argument in ("api-server", "standalone") for argument in arguments):
        return []
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi import Depends, FastAPI, HTTPException
    from fastapi.responses import FileResponse

    files = {path.name: path for path in DIST.iterdir() if path.suffix in (".js", ".svg")}
    app = FastAPI(title="Media AI pages", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/{name}", dependencies=[Depends(get_user)])
    def page_file(name: str) -> FileResponse:
        """Return a built file, to people who are signed in."""
        if name not in files:
            raise HTTPException(404, "There is no such file; reload the page.")
        return FileResponse(files[name], headers={"Cache-Control": _A_YEAR, "X-Content-Type-Options": "nosniff"})

    return [{"app": app, "url_prefix": PREFIX, "name": "Media AI pages"}]


@cache
def _entry() -> str | None:
    """Return the name of the file that the pages begin with, None if they are not built."""
    try:
        built = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    except OSError:
        return None
    return next(str(part["file"]) for part in built.values() if part.get("isEntry"))
