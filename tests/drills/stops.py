"""Stop of tasks at work, by our API and by Airflow's button in turn: each process ends soon, each task is Terminated, and goes on."""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.drills.backfill import SAMPLE
from tests.running import RunningSystem, running_system
from tests.system.callers import client_of
from tests.system.helpers import ended, graph, publish, start, states, until

SLUG = "stopped"
_WAVE = 6
"""Tasks at work at a time; the embedded system has eight slots."""


def drill(*, tasks: int) -> dict[str, Any]:
    """Stop `tasks` tasks, resume one of each wave; return what was seen."""
    with tempfile.TemporaryDirectory(prefix="media-ai-drill-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        # Signed in once: a person who stops tasks is.
        with running_system(home / "home") as system, client_of(system) as api:
            publish(system, graph(SLUG))
            took: list[float] = []
            words: list[str] = []
            resumed: list[str] = []
            while len(took) < tasks:
                count = min(_WAVE, tasks - len(took))
                runs = _at_work(system, count, first=len(took))
                with ThreadPoolExecutor(count) as pool:
                    took += pool.map(lambda pair: _stopped(system, api, *pair), enumerate(runs))
                words += [_word(api, run_id) for run_id in runs]
                resumed.append(_resumed(system, api, runs[0]))
                print(f"{len(took)} stopped, slowest {max(took):.1f} s", flush=True)
            return {
                "stopped": len(took),
                "within 7 s": sum(seconds <= 7 for seconds in took),
                "slowest, s": round(max(took), 1),
                "median, s": round(sorted(took)[len(took) // 2], 1),
                "Terminated": words.count("Terminated"),
                "resumed": len(resumed),
                "finished after": resumed.count("finished"),
            }


def _at_work(system: RunningSystem, count: int, *, first: int) -> list[str]:
    """Start tasks that take long, no two alike, and wait until each has a process that works."""
    runs = [
        start(
            system, SLUG, SAMPLE, video_id=f"v{first + n}", overrides={"frames": {"interval": 0.1 + (first + n) / 1e4}}
        )
        for n in range(count)
    ]
    until(lambda: all(states(system, SLUG, run_id)["frames"] == "running" for run_id in runs), 300)
    return runs


def _stopped(system: RunningSystem, api: httpx.Client, number: int, run_id: str) -> float:
    """Stop a task; return the seconds until its processes are gone."""
    node = next(item for item in system.api.task_instances(SLUG, run_id) if item["task_id"] == "frames")
    process = psutil.Process(node["pid"])
    family = [process, *process.children(recursive=True)]
    begun = time.monotonic()
    if number % 2:
        api.post(f"/tasks/{SLUG}/{run_id}/stop", json={}).raise_for_status()
    else:
        url = f"{system.settings.server[0]}/api/v2/dags/{SLUG}/dagRuns/{run_id}"
        httpx.patch(url, json={"state": "failed"}, headers=api.headers, timeout=60).raise_for_status()
    psutil.wait_procs(family, timeout=60)
    return time.monotonic() - begun


def _word(api: httpx.Client, run_id: str) -> str:
    return str(api.get(f"/tasks/{SLUG}/{run_id}").raise_for_status().json()["status"])


def _resumed(system: RunningSystem, api: httpx.Client, run_id: str) -> str:
    """Restart what was stopped; return "finished", or what is wrong with the end."""
    api.post(f"/tasks/{SLUG}/{run_id}/restart", json={"scope": "failed"}).raise_for_status()
    state = ended(system, SLUG, run_id, within_s=600)
    nodes = states(system, SLUG, run_id)
    return "finished" if state == "success" and set(nodes.values()) == {"success"} else f"{state}: {nodes}"
