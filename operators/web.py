"""Mounts the web API in Airflow's API server, behind Airflow's own sign-in and permissions."""

from collections.abc import Sequence
from functools import cache
from typing import Any


def web_apps(arguments: Sequence[str]) -> list[dict[str, Any]]:
    """Return what to mount; nothing in processes that serve no web, which would only pay for the import."""
    if not any(argument in ("api-server", "standalone") for argument in arguments):
        return []
    from media_ai.members.post import DOORS
    from media_ai_web.app import create_app
    from media_ai_web.doors.app import create_doors
    from media_ai_web.status_call import PREFIX, create_status_app
    from operators.connections import AirflowConnections
    from operators.credentials import credentials_of
    from operators.deployment import cipher
    from operators.inner_airflow import caller_api
    from operators.members.house import make_house
    from operators.vitals import the_watch
    from operators.web_gate import AirflowGate, may_read_tasks

    keys, house = cipher(), make_house()
    app = create_app(
        gate=AirflowGate(),
        airflow=caller_api,
        cipher=keys,
        credentials_of=credentials_of,
        house=house,
        connections=AirflowConnections(),
        watch=the_watch,
    )
    status = create_status_app(cipher=keys, may_read=may_read_tasks)
    return [
        # Before what it is below.
        {"app": create_doors(house=house, cipher=keys), "url_prefix": DOORS, "name": "Media AI doors"},
        {"app": app, "url_prefix": "/media-ai", "name": "Media AI"},
        {"app": status, "url_prefix": PREFIX, "name": "Media AI status call"},
    ]


def web_middlewares(arguments: Sequence[str]) -> list[dict[str, Any]]:
    """Return what stands before the whole application of Airflow: its own doors are limited with ours."""
    if not any(argument in ("api-server", "standalone") for argument in arguments):
        return []
    from airflow.api_fastapi.app import get_cookie_path

    from media_ai.catalog.attempts import Attempts
    from media_ai.catalog.database import Database
    from media_ai.settings import load_settings
    from media_ai_web.doors.limiting import DoorLimits

    @cache
    def attempts() -> Attempts:
        return Attempts(Database(load_settings().catalog_url))

    given = {"attempts": attempts, "root": get_cookie_path()}
    return [{"middleware": DoorLimits, "kwargs": given, "name": "Limits of the doors"}]
