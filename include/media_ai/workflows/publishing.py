"""Publish so that it is runnable when the call returns: check in a process of its own, insert, wait for the scheduler."""

import os
import subprocess
import sys
import tempfile
import time

from media_ai.catalog.publications import Publication
from media_ai.clients.airflow_api import AirflowApi
from media_ai.errors import GraphError, SystemStateError
from media_ai.workflows.library import WorkflowLibrary

_CHECK_TIMEOUT_S = 120.0
_POLL_S = 0.1


def check_dag(publication: Publication) -> None:
    """
    Build and serialise the DAG in a process of its own, as the DAG processor will.

    Raises:
        GraphError: It cannot be built; says why.
    """
    # -P: the folder that the command is run in may hold modules of the same names; they are not ours.
    command = [sys.executable, "-P", "-m", "operators.check_dag"]
    try:
        done = _run(command, publication)
    except subprocess.TimeoutExpired as exc:
        raise SystemStateError(
            f"Checking '{publication.slug}' took more than {_CHECK_TIMEOUT_S:.0f} s. Is the machine overloaded? Try again."
        ) from exc
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise GraphError(f"The workflow '{publication.slug}' cannot become a DAG: {reason}")


def _run(command: list[str], publication: Publication) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as home:
        # A home of its own: the check reads nothing of the user's Airflow and writes nothing into it.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW__")}
        return subprocess.run(
            command, input=publication.model_dump_json(), env=environment | {"AIRFLOW_HOME": home},
            capture_output=True, text=True, check=False, timeout=_CHECK_TIMEOUT_S,
        )  # fmt: skip


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


def unpublish(library: WorkflowLibrary, api: AirflowApi, slug: str, *, by: str) -> bool:
    """
    Let a workflow take no new tasks; take it off the scheduler if none is in flight.

    Returns:
        Whether it is off the scheduler; if not, the upkeep sees to it when its last task has ended.

    Raises:
        NotFoundError: It is not published.
        SystemStateError: Airflow has not picked it up in time; it is unpublished all the same.
    """
    # Counted only when Airflow refuses new tasks: one that began in between would be left without its DAG.
    wait_until_runnable(api, library.unpublish(slug, by=by))
    if api.runs(dag_id=slug, limit=1, states=("queued", "running")):
        return False
    library.remove(slug, by=by)
    return True


def _is_runnable(api: AirflowApi, publication: Publication) -> bool:
    dag = api.dag(publication.slug)
    if dag is None or dag["is_stale"] or f"v{publication.number}" not in {tag["name"] for tag in dag["tags"]}:
        return False
    version = api.newest_dag_version(publication.slug)
    return version is not None and seq_of(version["bundle_version"]) >= publication.seq


def seq_of(bundle_version: str | None) -> int:
    """Return the publication's number in a bundle version such as 12-3fa9c2d1; 0 if there is none."""
    number = (bundle_version or "0").partition("-")[0]
    return int(number) if number.isdigit() else 0
