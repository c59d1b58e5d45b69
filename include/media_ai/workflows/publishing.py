"""Publish so that it is runnable when the call returns: check in a process of its own, insert, wait for the scheduler."""

import subprocess
import sys
import time

from media_ai.catalog.publications import Publication
from media_ai.clients.airflow_api import AirflowApi
from media_ai.errors import GraphError, SystemStateError

_CHECK_TIMEOUT_S = 120.0
_POLL_S = 0.1


def check_dag(publication: Publication) -> None:
    """
    Build and serialise the DAG in a process of its own, as the DAG processor will.

    Raises:
        GraphError: It cannot be built; says why.
    """
    command = [sys.executable, "-m", "operators.check_dag"]
    done = subprocess.run(
        command,
        input=publication.model_dump_json(),
        capture_output=True,
        text=True,
        check=False,
        timeout=_CHECK_TIMEOUT_S,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise GraphError(f"The workflow '{publication.slug}' cannot become a DAG: {reason}")


def wait_until_runnable(api: AirflowApi, publication: Publication, *, timeout_s: float = 60.0) -> float:
    """
    Wait until Airflow has serialised this publication.

    Returns:
        Seconds waited.

    Raises:
        SystemStateError: It has not after `timeout_s`.
    """
    start = time.monotonic()
    while time.monotonic() - start < timeout_s:
        if _is_runnable(api, publication):
            return time.monotonic() - start
        time.sleep(_POLL_S)
    raise SystemStateError(
        f"Airflow has not picked up '{publication.slug}' after {timeout_s:.0f} s. See 'media-ai doctor'."
    )


def _is_runnable(api: AirflowApi, publication: Publication) -> bool:
    dag = api.dag(publication.slug)
    if dag is None or dag["is_stale"] or f"v{publication.number}" not in {tag["name"] for tag in dag["tags"]}:
        return False
    version = api.newest_dag_version(publication.slug)
    return version is not None and int(version["bundle_version"] or 0) >= publication.seq
