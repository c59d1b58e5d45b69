"""Overheads of the scheduler: our settings beside Airflow's own in the same run."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from media_ai.clients.airflow_api import AirflowApi
from media_ai.settings import Settings
from media_ai.system import environment
from media_ai.system.embedded import EmbeddedSystem
from media_ai.system.postgres import free_port
from tests.perf.report import line, median

# Four nodes in a row. "trivial" do nothing; "heavy" use what media nodes use.
_DAGS = """
from airflow.sdk import dag, task

def work():
    pass

def heavy():
    import cv2, skimage.metrics, dashscope

def make(name, body):
    @dag(dag_id=f"bench_{name}", schedule=None)
    def bench():
        last = None
        for n in range(4):
            step = task(task_id=f"n{n}")(body)()
            if last is not None:
                last >> step
            last = step
    bench()

make("trivial", work)
make("heavy", heavy)
"""


def main() -> None:
    """Measure both settings one after the other, each in a system of its own."""
    measured = {}
    for name, tuning in (("ours", dict(environment.TUNING)), ("stock", {})):
        with _system(tuning) as (api, started):
            measured[name] = {"cold start to healthy": started, **_measure(api)}
    bars = {
        "cold start to healthy": "<= 20 s",
        "four trivial nodes, trigger to success, median of 5": "<= 1.5 s",
        "twenty such runs at once": "<= 9 s",
        "four nodes with cv2, skimage, dashscope, more than trivial": "<= 2 s",
    }
    for what, bar in bars.items():
        line(what, measured["ours"][what], "s", baseline=measured["stock"][what], bar=bar)


@contextmanager
def _system(tuning: dict[str, str]) -> Iterator[tuple[AirflowApi, float]]:
    with tempfile.TemporaryDirectory() as folder:
        dags = Path(folder) / "dags"
        dags.mkdir()
        (dags / "bench.py").write_text(_DAGS)
        system = EmbeddedSystem(Settings(home=Path(folder) / "home", port=free_port()))
        with _tuned(tuning, dags):
            try:
                system.up()
                system.down()
                start = time.monotonic()
                system.up()
                started = time.monotonic() - start
                api = AirflowApi(*Settings(home=Path(folder) / "home").server)
                _wait_for(api, "bench_heavy")
                yield api, started
                api.close()
            finally:
                system.down()


@contextmanager
def _tuned(tuning: dict[str, str], dags: Path) -> Iterator[None]:
    """Start systems with these settings, and the benchmark's folder of DAGs in place of ours."""
    before, bundles = dict(environment.TUNING), environment._BUNDLES[1]["kwargs"]
    environment.TUNING.clear()
    environment.TUNING.update(tuning)
    environment._BUNDLES[1]["kwargs"] = {"path": str(dags), "refresh_interval": 5}
    try:
        yield
    finally:
        environment.TUNING.clear()
        environment.TUNING.update(before)
        environment._BUNDLES[1]["kwargs"] = bundles


def _measure(api: AirflowApi) -> dict[str, float]:
    _run(api, "bench_trivial", 1)
    trivial = median([_run(api, "bench_trivial", 1) for _ in range(5)])
    _run(api, "bench_heavy", 1)
    heavy = median([_run(api, "bench_heavy", 1) for _ in range(5)])
    return {
        "four trivial nodes, trigger to success, median of 5": trivial,
        "twenty such runs at once": _run(api, "bench_trivial", 20),
        "four nodes with cv2, skimage, dashscope, more than trivial": max(heavy - trivial, 0.01),
    }


def _run(api: AirflowApi, dag_id: str, count: int) -> float:
    """Return the seconds from the first trigger to the last success, by Airflow's own record of the ends."""
    names = [f"{time.time_ns()}-{n}" for n in range(count)]
    start = time.time()
    for name in names:
        api.trigger(dag_id, run_id=name, conf={})
    ends: dict[str, float] = {}
    while len(ends) < count:
        # Seldom, and one question for all of them: asking must not be what keeps the server busy.
        time.sleep(0.2 if count == 1 else 0.5)
        newest = [api.run(dag_id, names[0])] if count == 1 else api.runs(limit=count, dag_id=dag_id)
        if failed := [run["dag_run_id"] for run in newest if run["state"] == "failed"]:
            raise SystemExit(f"{dag_id} {failed} failed")
        done = [run for run in newest if run["state"] == "success" and run["dag_run_id"] in names]
        ends |= {run["dag_run_id"]: datetime.fromisoformat(run["end_date"]).timestamp() for run in done}
    return max(ends.values()) - start


def _wait_for(api: AirflowApi, dag_id: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if api.dag(dag_id):
            return
        time.sleep(0.2)
    raise SystemExit(f"{dag_id} did not appear; see {os.getcwd()}")
