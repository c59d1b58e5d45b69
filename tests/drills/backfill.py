"""
Backfill of an archive, undisturbed and while processes are killed, or workers cut off, at random times.

It ends with what must hold: no video lost, none done twice, no half-written artifact, no remote job submitted twice, and
a second backfill that runs nothing.
"""

import hashlib
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import httpx

from media_ai.catalog.source_items import SourceItems
from media_ai.graph.schema import Workflow
from media_ai_emulators.testing import Emulator
from tests.drills.archive import put_archive
from tests.drills.chaos import Chaos
from tests.drills.outages import Outages, start_workers
from tests.running import RunningSystem, running_system
from tests.stack.native import RunningStack, running_stack
from tests.system.callers import client_of
from tests.system.cloud import connected_cloud
from tests.system.helpers import publish, until

SAMPLE = Path(__file__).parents[2] / "include" / "samples" / "honeybees.mp4"
SLUG = "archive"


class Trouble(Protocol):
    """Disturbs a system from `start` to `end`."""

    killed: Counter[str]

    def start(self) -> None:
        """Begin."""

    def end(self) -> None:
        """End; everything runs when this returns."""


Place = AbstractContextManager[tuple[RunningSystem | RunningStack, Trouble]]


@contextmanager
def on_one_machine(home: Path, *, seed: int, every_s: tuple[float, float]) -> Iterator[tuple[RunningSystem, Trouble]]:
    """LocalExecutor; every process is killed now and then."""
    with running_system(home) as system:
        yield system, Chaos(system, seed=seed, every_s=every_s)


@contextmanager
def on_celery(home: Path, *, seed: int, every_s: tuple[float, float]) -> Iterator[tuple[RunningStack, Trouble]]:
    """CeleryExecutor with two workers; one is killed and one cut off from the network now and then."""
    home.mkdir()
    changed = {"MEDIA_AI_MEDIA_PREFIXES": "oss://media-ai/in/", "MEDIA_AI_REMOTE_QUEUE": ""}
    with running_stack(home, changed, slots=4) as running:
        start_workers(running.stack)
        yield running, Outages(running.stack, seed=seed, every_s=every_s)


PLACES: dict[str, Callable[..., Place]] = {"local": on_one_machine, "celery": on_celery}


def drill(
    *, executor: str, videos: int, days: int, disturbed: bool, seed: int, every_s: tuple[float, float]
) -> dict[str, Any]:
    """Backfill once, and a second time; return what was seen."""
    with tempfile.TemporaryDirectory(prefix="media-ai-drill-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        put_archive(home / "cloud", SAMPLE, videos=videos, days=days)
        # The services are quick: the bar is on our throughput.
        with (
            PLACES[executor](home / "home", seed=seed, every_s=every_s) as (system, trouble),
            connected_cloud(system, home / "cloud", visible_after_s=0.5, job_takes_s=1.0) as cloud,
        ):
            publish(system, _workflow())
            _make_source(system)
            if disturbed:
                trouble.start()
            took = _backfill(system, videos, days)
            if disturbed:
                trouble.end()
            return _seen(system, cloud, videos) | {
                "seconds": round(took, 1),
                "killed": dict(trouble.killed),
                "second backfill, seconds": round(_again(system, videos, days), 1),
            }


def _workflow() -> Workflow:
    nodes = [
        {"id": "input", "type": "input_video"},
        {"id": "frames", "type": "extract_frames", "params": {"interval": 4}},
        {"id": "asset", "type": "register_ims_media"},
        {"id": "labels", "type": "tag_ims_media", "params": {"takes_existing": False}},
        {"id": "publish", "type": "publish_results"},
    ]
    edges = [
        ("input.video", "frames.video"), ("input.video", "asset.video"), ("asset.asset", "labels.asset"),
        ("input.video", "publish.results"), ("frames.frames", "publish.results"), ("labels.labels", "publish.results"),
    ]  # fmt: skip
    wires = [{"source": source, "target": target} for source, target in edges]
    return Workflow.model_validate({"slug": SLUG, "name": "Archive", "nodes": nodes, "edges": wires})


def _make_source(system: RunningSystem | RunningStack) -> None:
    source = {
        "slug": SLUG,
        "name": "Archive",
        "location": "oss://media-ai/in/archive/",
        "workflow": SLUG,
        "schedule": "@daily",
        "limits": {"max_active": 32},
    }
    with client_of(system) as api:
        api.put(f"/sources/{SLUG}", json=source).raise_for_status()
    until(lambda: (system.api.dag(f"source.{SLUG}") or {}).get("is_stale") is False, 120)


def _backfill(system: RunningSystem | RunningStack, videos: int, days: int) -> float:
    """Backfill until nothing is left to do; return the seconds."""
    begun = time.monotonic()
    number = _begin(system, days)
    items = SourceItems(system.database, SLUG)
    said = 0.0

    def is_done() -> bool:
        nonlocal said
        counts = _patient(items.counts)
        if time.monotonic() - said > 30:
            said = time.monotonic()
            print(f"{time.monotonic() - begun:7.0f} s  {counts}", flush=True)
        if counts.get("success", 0) + counts.get("failed", 0) + counts.get("refused", 0) < videos:
            return False
        return bool(_patient(lambda: _is_over(system, number)))

    until(is_done, 300 + 10 * videos)
    return time.monotonic() - begun


def _begin(system: RunningSystem | RunningStack, days: int) -> int:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    window = {"start": (today - timedelta(days=days)).isoformat(), "end": today.isoformat()}

    def ask() -> int:
        with client_of(system) as api:
            made = api.post(f"/sources/{SLUG}/backfills", json=window)
            made.raise_for_status()
            return int(made.json()["id"])

    return int(_patient(ask))


def _is_over(system: RunningSystem | RunningStack, number: int) -> bool:
    with client_of(system) as api:
        found = api.get(f"/sources/{SLUG}/backfills").raise_for_status().json()
    return bool(next(item for item in found if item["id"] == number)["completed_at"])


def _again(system: RunningSystem | RunningStack, videos: int, days: int) -> float:
    """Backfill a second time; return the seconds, with the number of runs unchanged."""
    before = _runs(system)
    took = _backfill(system, videos, days)
    if _runs(system) != before:
        raise AssertionError("The second backfill ran something.")
    return took


def _runs(system: RunningSystem | RunningStack) -> list[tuple[str, str | None]]:
    """Return each run's id and when it last began: a run that is started again begins anew."""
    from sqlalchemy import create_engine, text

    from media_ai.system.environment import with_database

    engine = create_engine(
        with_database(system.settings.catalog_url, "airflow").replace("postgresql://", "postgresql+psycopg2://")
    )
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT run_id, start_date::text FROM dag_run WHERE dag_id = :dag ORDER BY run_id"), {"dag": SLUG}
        ).all()
    engine.dispose()
    return [(run_id, begun) for run_id, begun in rows]


def _seen(system: RunningSystem | RunningStack, cloud: Emulator, videos: int) -> dict[str, Any]:
    """Return what must hold, as numbers that should be nought where they count something wrong."""
    counts = SourceItems(system.database, SLUG).counts()
    jobs = Counter(json.loads(call.params["Input"])["Media"] for call in _taken(cloud, "SubmitSmarttagJob"))
    tokens: dict[str, set[str]] = {}
    for call in _taken(cloud, "RegisterMediaInfo"):
        tokens.setdefault(call.params["InputURL"], set()).add(call.params["ClientToken"])
    return {
        "videos": videos,
        "counts": counts,
        "lost": videos - counts.get("success", 0),
        "doubled": len(_runs(system)) - videos,
        "half-written": damaged(Path(system.settings.store_address.removeprefix("file://"))),
        "remote jobs submitted twice": sum(times - 1 for times in jobs.values()),
        "registered twice": sum(len(given) - 1 for given in tokens.values()),
        "remote jobs": len(jobs),
    }


def _taken(cloud: Emulator, operation: str) -> list[Any]:
    return [call for call in cloud.calls("ice", operation) if call.status in {0, 200}]


def damaged(store: Path) -> int:
    """Return how many blobs are not what their names say, which is the digest of their content."""
    blobs = [path for path in (store / "blobs").rglob("*") if path.is_file() and not path.name.startswith(".")]
    if not blobs:
        raise AssertionError(f"No artifacts were found in {store}.")
    return sum(hashlib.sha256(path.read_bytes()).hexdigest() != path.name for path in blobs)


def _patient(ask: Any) -> Any:
    """Ask again while the system is down: whoever watches a drill outlives it."""
    from media_ai.errors import MediaAIError

    for _ in range(120):
        try:
            return ask()
        except (httpx.HTTPError, MediaAIError):
            time.sleep(1)
    raise TimeoutError(f"{os.getpid()}: no answer for two minutes")
