"""The FastAPI application that Airflow's API server mounts at /media-ai."""

from collections.abc import Callable

from fastapi import APIRouter, FastAPI, Request

from media_ai import __version__
from media_ai.catalog.member_keys import Cipher
from media_ai.clients.airflow_api import AirflowApi
from media_ai.clients.credential_keeping import Connections
from media_ai.clients.credentials import CredentialsOf
from media_ai.system.health import Watch
from media_ai_web import (
    access_keys,
    audit,
    costs,
    credentials,
    deletions,
    direct_uploads,
    events,
    failures,
    health,
    me,
    media,
    members,
    node_types,
    notifications,
    openapi,
    people,
    presets,
    quality,
    results,
    retention,
    reviews,
    search,
    settings,
    sources,
    task_actions,
    task_progress,
    tasks,
    uploads,
    videos,
    workflow_versions,
    workflows,
)
from media_ai_web.auditing import Audit
from media_ai_web.edge import Edge
from media_ai_web.house import House
from media_ai_web.permissions import Gate
from media_ai_web.problems import handle_errors
from media_ai_web.services import configure

AirflowOf = Callable[[Request], AirflowApi]
"""A caller's own way to Airflow, whose permissions Airflow checks."""

# Fixed addresses go before those with a name in them: /tasks/stop is no task.
_GUARDED = (
    openapi, node_types, presets, workflows, workflow_versions, task_actions, tasks, task_progress, results, people,
    videos, sources, failures, direct_uploads, uploads, media, search, access_keys, me, members,
    credentials, settings, costs, notifications, audit, quality, reviews, deletions, retention,
)  # fmt: skip


def create_app(
    *,
    gate: Gate,
    airflow: AirflowOf,
    cipher: Cipher,
    credentials_of: CredentialsOf | None = None,
    house: House | None = None,
    connections: Connections | None = None,
    watch: Callable[[], Watch] | None = None,
) -> FastAPI:
    """
    Return the application; every route names a permission, but for those of events, which check signatures, and health.

    Args:
        gate: Knows the callers and what they may do.
        airflow: Gives a caller's way to Airflow.
        cipher: Encrypts the secrets of access keys.
        credentials_of: Finds the credentials of services; those of the environment if absent.
        house: Keeps the accounts of members.
        connections: Keeps the credentials that people enter.
        watch: Gives what looks whether the system works.
    """
    if credentials_of is not None:
        configure(credentials_of)
    # Airflow leaves mounted applications open: the interactive docs would be public, so that they are not served.
    app = FastAPI(title="Media AI on Airflow", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.gate, app.state.airflow, app.state.cipher = gate, airflow, cipher
    app.state.house, app.state.connections, app.state.watch = house, connections, watch
    guarded = APIRouter(prefix="/api/v1")
    for module in _GUARDED:
        guarded.include_router(module.router)
    app.include_router(guarded)
    app.include_router(events.router)
    app.include_router(health.router)
    app.add_middleware(Audit)
    app.add_middleware(Edge)
    handle_errors(app)
    _document(app)
    return app


def _document(app: FastAPI) -> None:
    made: dict[str, object] = {}

    def once() -> dict[str, object]:
        made.update(made or openapi.document(app))
        return made

    app.openapi = once  # type: ignore[method-assign]
