"""Mounts the web API in Airflow's API server, behind Airflow's own sign-in and permissions."""

from collections.abc import Sequence
from typing import Annotated, Any


def web_apps(arguments: Sequence[str]) -> list[dict[str, Any]]:
    """Return what to mount; nothing in processes that serve no web, which would only pay for the import."""
    if not any(argument in ("api-server", "standalone") for argument in arguments):
        return []
    from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
    from airflow.api_fastapi.core_api.security import get_user, requires_access_dag
    from fastapi import Depends

    from media_ai_web.app import create_app
    from operators.credentials import credentials_of

    def user_name(user: Annotated[BaseUser, Depends(get_user)]) -> str:
        return user.get_name()

    app = create_app(
        may_read_run=requires_access_dag(method="GET", access_entity=DagAccessEntity.RUN),
        may_edit_run=requires_access_dag(method="PUT", access_entity=DagAccessEntity.RUN),
        user_name=user_name,
        credentials=credentials_of,
    )
    return [{"app": app, "url_prefix": "/media-ai", "name": "Media AI"}]
