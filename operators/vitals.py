"""The checks of a deployment's health: ours and those of Airflow's processes, by their heartbeats."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from media_ai.errors import SystemStateError
from media_ai.settings import load_settings
from media_ai.system.health import Watch, checks_of
from operators.credentials import credentials_of

_PROCESSES = ("scheduler", "triggerer", "dag_processor")


@cache
def the_watch() -> Watch:
    """Return what watches this deployment, made when somebody first asks."""
    vital, others = checks_of(load_settings(), credentials_of)
    return Watch({**vital, "airflow": check_airflow}, others)


def check_airflow() -> str:
    """Name the processes of Airflow that live; raise SystemStateError if one does not."""
    from airflow.api.common.airflow_health import get_airflow_health

    found: Mapping[str, Mapping[str, Any]] = get_airflow_health()
    dead = [name for name in ("metadatabase", *_PROCESSES) if found[name]["status"] != "healthy"]
    if dead:
        beats = ", ".join(f"{name} ({found[name].get(f'latest_{name}_heartbeat') or 'never'})" for name in dead)
        raise SystemStateError(f"No heartbeat of {beats} (last seen). Look into its log, then start it again.")
    return f"{', '.join(_PROCESSES)} alive"
