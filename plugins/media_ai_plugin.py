"""What Airflow loads: the web API, the pages, the listener, and heavy packages ahead of time where workers are forked."""

import sys
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

from operators import listener
from operators.preload import preload_if_forking
from operators.ui import react_apps, ui_apps
from operators.web import web_apps, web_middlewares

preload_if_forking(sys.argv)


class MediaAIPlugin(AirflowPlugin):
    """Media AI on Airflow."""

    name = "media_ai"
    listeners: ClassVar[list[Any]] = [listener]
    fastapi_apps: ClassVar[list[dict[str, Any]]] = [*web_apps(sys.argv), *ui_apps(sys.argv)]
    fastapi_root_middlewares: ClassVar[list[dict[str, Any]]] = web_middlewares(sys.argv)
    react_apps: ClassVar[list[dict[str, Any]]] = react_apps()
