"""Mounts the web API in Airflow's API server, behind Airflow's own sign-in and permissions."""

from collections.abc import Sequence
from typing import Any


def web_apps(arguments: Sequence[str]) -> list[dict[str, Any]]:
    """Return what to mount; nothing in processes that serve no web, which would only pay for the import."""
    if not any(argument in ("api-server", "standalone") for argument in arguments):
        return []
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
    from airflow.api_fastapi.core_api.security import requires_access_dag

    from media_ai_web.app import create_app

    app = create_app(may_read_run=requires_access_dag(method="GET", access_entity=DagAccessEntity.RUN))
    return [{"app": app, "url_prefix": "/media-ai", "name": "Media AI"}]
