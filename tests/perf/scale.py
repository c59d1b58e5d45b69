"""A thousand published workflows of eight nodes: how soon a new one runs, and what the DAG processor costs at rest."""

import tempfile
import time
from pathlib import Path

import psutil

from media_ai.catalog.database import Database
from media_ai.catalog.publications import Publication, PublicationLog
from media_ai.clients.airflow_api import AirflowApi
from media_ai.settings import Settings
from media_ai.system.embedded import EmbeddedSystem
from media_ai.system.postgres import free_port
from media_ai.workflows.publishing import wait_until_runnable
from tests.operators.test_dag import plan_of
from tests.perf.report import line

COUNT = 1000
_REST_S = 60.0


def main() -> None:
    """Publish a thousand, wait until they are parsed, then publish one more and one again."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), port=free_port())
        system = EmbeddedSystem(settings)
        try:
            system.up()
            _measure(settings, system)
        finally:
            system.down()


def _measure(settings: Settings, system: EmbeddedSystem) -> None:
    database, api = Database(settings.catalog_url), AirflowApi(*settings.server)
    log = PublicationLog(database)
    start = time.monotonic()
    last = [_append(database, log, f"w{n:04d}", 1) for n in range(COUNT)][-1]
    wait_until_runnable(api, last, timeout_s=1200)
    _wait_until_all(api)
    line(f"{COUNT} workflows from published to parsed", time.monotonic() - start, "s")
    process = psutil.Process(system.processes.pid("dag-processor"))
    before = _cpu(process)
    time.sleep(_REST_S)
    line("DAG processor at rest, share of a core", 100 * (_cpu(process) - before) / _REST_S, "%", bar="<= 5 %")
    line(
        "a new workflow, published to runnable",
        wait_until_runnable(api, _append(database, log, "newcomer", 1)),
        "s",
        bar="<= 5 s",
    )
    line("a republished one", wait_until_runnable(api, _append(database, log, "w0500", 2)), "s", bar="<= 5 s")
    api.close()


def _append(database: Database, log: PublicationLog, slug: str, number: int) -> Publication:
    plan = plan_of(8).model_copy(update={"slug": slug, "name": slug, "version": number})
    entry = Publication(slug=slug, number=number, plan=plan.model_dump(mode="json"))
    with database.transaction() as connection:
        return entry.model_copy(update={"seq": log.append(connection, entry)})


def _wait_until_all(api: AirflowApi) -> None:
    deadline = time.monotonic() + 1200
    while time.monotonic() < deadline:
        if api.get("/api/v2/dags?limit=1&tags=media-ai")["total_entries"] >= COUNT:
            return
        time.sleep(1)
    raise SystemExit("not all workflows were parsed in 20 minutes")


def _cpu(process: psutil.Process) -> float:
    """Return the seconds of processor time of a process and of all children that it had or has."""
    times = process.cpu_times()
    alive = sum(sum(child.cpu_times()[:2]) for child in process.children(recursive=True))
    return sum(times[:4]) + alive
