"""Answers of FAB's applications to input that breaks a rule of ours: a sentence and 400, whatever FAB would make of it."""

from fastapi import Request
from fastapi.responses import JSONResponse


async def as_json(_request: Request, error: Exception) -> JSONResponse:
    """Return the answer of the REST API, in Airflow's form."""
    return JSONResponse({"detail": str(error)}, status_code=400)


def as_page(error: Exception) -> tuple[str, int, dict[str, str]]:
    """Return the answer of a page."""
    return str(error), 400, {"Content-Type": "text/plain; charset=utf-8"}
