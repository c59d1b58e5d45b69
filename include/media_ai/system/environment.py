"""The environment of Airflow's processes: every setting that differs from Airflow's own, each with its reason."""

import json
import os
import sys
from pathlib import Path

from media_ai.settings import PROJECT, Settings
from media_ai.system.secrets import Secrets

TUNING = {
    # A published workflow must be visible within seconds; its files change only with a new version, so unchanged files
    # are hardly ever parsed again. Airflow notices a changed file by its time.
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "2",
    "AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": "1",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "86400",
    # With the default of 30 s a run started soon after a publish executes new code on the old graph.
    "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
    # The two waits that make up most of a short run.
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.15",
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    # A task whose worker was killed is tried again after a minute, not after five.
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
    # Tasks outlive an API server or a database that is away for most of a minute: with the defaults all that start or end then
    # fail, and so do their retries. The heartbeat timeout above is what bounds it.
    "AIRFLOW__WORKERS__EXECUTION_API_RETRIES": "30",
    "AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MIN": "0.5",
    "AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MAX": "3",
    "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "15",
    # What a killed scheduler had queued goes on after half a minute, not after five.
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "30",
    # A finished task can hold its slot for a heartbeat: with few slots that becomes visible.
    "AIRFLOW__CORE__PARALLELISM": "8",
    # Airflow's API server looks up each caller's token in its event loop. When all connections are taken it waits there for one,
    # for 30 s, and meanwhile nothing gives one back: with the default of 15, sixty callers at once stop the server (3.3.2).
    "AIRFLOW__DATABASE__SQL_ALCHEMY_MAX_OVERFLOW": "80",
}


# Settings of another Airflow do not leak in. Without compiled modules a start takes twice as long.
_NOT_INHERITED = ("AIRFLOW__", "PYTHONDONTWRITEBYTECODE")
# Where metrics go is for the operator to say.
_INHERITED = ("AIRFLOW__METRICS__",)


def airflow_environment(
    settings: Settings, secrets: Secrets, *, metadata_url: str, catalog_url: str, port: int
) -> dict[str, str]:
    """
    Return the whole environment of Airflow's processes.

    Args:
        settings: The deployment.
        secrets: Keys that all processes share.
        metadata_url: Airflow's own database.
        catalog_url: The product's database.
        port: Port of the web server on the loopback address.
    """
    home = settings.home
    return {
        **{name: value for name, value in os.environ.items() if _is_inherited(name)},
        **TUNING,
        "AIRFLOW_HOME": str(home / "airflow"),
        "MEDIA_AI_HOME": str(home),
        "MEDIA_AI_DATABASE_URL": catalog_url,
        "MEDIA_AI_STORE_URL": settings.store_address,
        "MEDIA_AI_MEDIA_ROOTS": ":".join(str(root) for root in settings.media_roots),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
        **_without_proxy(),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": _with_driver(metadata_url),
        "AIRFLOW__DATABASE__EXTERNAL_DB_MANAGERS": "airflow.providers.fab.auth_manager.models.db.FABDBManager",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__AUTH_MANAGER": "operators.members.auth_manager.MediaAuthManager",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
        "AIRFLOW__CORE__FERNET_KEY": secrets.fernet_key,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": secrets.api_secret_key,
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.jwt_secret,
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs" / "tasks"),
        "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(home / "logs" / "dag_processor"),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(home / "bundles"),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(_BUNDLES),
        # Scheduler and DAG processor share one folder here; two cleaners would race for it.
        "AIRFLOW__DAG_PROCESSOR__STALE_BUNDLE_CLEANUP_INTERVAL": "0",
        # Permissions are brought up to date by `airflow sync-perm` when the databases are prepared, not at every start.
        "AIRFLOW__FAB__UPDATE_FAB_PERMS": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


_BUNDLES = [
    {"name": "workflows", "classpath": "operators.bundle.PublishedWorkflowBundle", "kwargs": {}},
    {"name": "sources", "classpath": "operators.source_bundle.SourceBundle", "kwargs": {}},
    {
        "name": "upkeep",
        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
        "kwargs": {"path": str(PROJECT / "dags"), "refresh_interval": 30},
    },
]


def _is_inherited(name: str) -> bool:
    return name.startswith(_INHERITED) or not name.startswith(_NOT_INHERITED)


def _without_proxy() -> dict[str, str]:
    """Keep calls between the components off a proxy, in both spellings that libraries read."""
    given = [os.environ.get(name, "") for name in ("NO_PROXY", "no_proxy")]
    value = ",".join(filter(None, ["127.0.0.1", "localhost", *given]))
    return {"NO_PROXY": value, "no_proxy": value}


def _with_driver(url: str) -> str:
    # Airflow expands $NAME in settings from the environment; in a URL the sign can be written as %24.
    return url.replace("postgresql://", "postgresql+psycopg2://", 1).replace("$", "%24")


def with_database(url: str, name: str) -> str:
    """Return the URL of another database on the same server; `{}` in `name` stands for the database that `url` names."""
    from sqlalchemy.engine import make_url

    parsed = make_url(url)
    return parsed.set(database=name.format(parsed.database)).render_as_string(hide_password=False)
