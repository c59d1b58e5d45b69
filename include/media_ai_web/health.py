"""Whether the system works: a word for everybody, the reasons for administrators."""

from collections.abc import Callable
from typing import Annotated, Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel, Field

from media_ai.errors import ConfigurationError
from media_ai.system.health import Finding, Vitals, Watch
from media_ai_web.permissions import Permission
from media_ai_web.routing import in_thread

router = APIRouter(tags=["Health"])
_limiter: list[CapacityLimiter] = []


class FindingView(BaseModel):
    """What a check found."""

    is_well: bool
    detail: str


class HealthView(BaseModel):
    """How the system is."""

    status: Literal["healthy", "degraded", "unhealthy"] = Field(
        description="Degraded: it works, and something should be looked at. Unhealthy comes with 503."
    )
    checks: dict[str, FindingView] | None = Field(default=None, description="For administrators.")


async def _watch(request: Request) -> Watch:
    found: Callable[[], Watch] | None = request.app.state.watch
    if found is None:
        raise ConfigurationError("This application watches no system.")
    return await in_thread(found)


@router.get("/health", summary="See whether the system works", response_model_exclude_none=True)
async def read_health(request: Request, response: Response, watch: Annotated[Watch, Depends(_watch)]) -> HealthView:
    """Return within some 2 seconds whether the system works; it can be asked often."""
    # Those who wait for the same look take no thread each.
    if not _limiter:
        _limiter.append(CapacityLimiter(2))
    vitals = await to_thread.run_sync(watch.look, limiter=_limiter[0])
    response.headers["Cache-Control"] = "no-store"
    response.status_code = 503 if vitals.status == "unhealthy" else 200
    return HealthView.model_validate(
        {"status": vitals.status, "checks": _checks(vitals) if await _may_know(request) else None}
    )


async def _may_know(request: Request) -> bool:
    try:
        await request.app.state.gate.admit(request, Permission.CHANGE_SETTINGS, None)
    except HTTPException:
        return False
    return True


def _checks(vitals: Vitals) -> dict[str, FindingView]:
    return {name: _view(finding) for name, finding in {**vitals.vital, **vitals.others}.items()}


def _view(finding: Finding) -> FindingView:
    return FindingView(is_well=finding.is_well, detail=finding.detail)
