"""Small steps that system tests share."""

import time
from collections.abc import Callable
from typing import Any

from media_ai.catalog.publications import PublicationLog
from media_ai.graph.schema import Workflow
from media_ai.tasks.create import create_task
from media_ai.workflows.publishing import check_dag, wait_until_runnable


def graph(
    slug: str, *, interval: float = 5.0, more: tuple[dict[str, Any], ...] = (), wires: tuple[tuple[str, str], ...] = ()
) -> Workflow:
    """Return a small workflow: a video's frames, without the similar ones."""
    nodes = [
        {"id": "input", "type": "input_video"},
        {"id": "frames", "type": "extract_frames", "params": {"interval": interval}},
        {"id": "distinct", "type": "deduplicate_frames"},
        *more,
    ]
    edges = [("input.video", "frames.video"), ("frames.frames", "distinct.frames"), *wires]
    return Workflow.model_validate(
        {"slug": slug, "name": slug, "nodes": nodes, "edges": [{"source": a, "target": b} for a, b in edges]}
    )


def publish(system: Any, workflow: Workflow) -> float:
    """Publish and wait until runnable; return the seconds that both took."""
    start = time.monotonic()
    publication = system.library.publish(workflow, check=check_dag)
    wait_until_runnable(system.api, publication)
    return time.monotonic() - start


def start(system: Any, slug: str, video: Any, **given: Any) -> str:
    """Start a task; return its run id."""
    overrides = given.pop("overrides", {})
    started = create_task(
        slug=slug,
        given={"video": str(video), **given},
        overrides=overrides,
        settings=system.settings,
        log=PublicationLog(system.database),
        api=system.api,
    )
    return started.run_id


def ended(system: Any, slug: str, run_id: str, *, within_s: float = 180) -> str:
    """Wait until a run has ended; return its state."""
    return str(
        until(
            lambda: (run := system.api.run(slug, run_id))["state"] in ("success", "failed") and run["state"], within_s
        )
    )


def states(system: Any, slug: str, run_id: str) -> dict[str, str]:
    """Return the state of each task of a run."""
    return {item["task_id"]: item["state"] for item in system.api.task_instances(slug, run_id)}


def log_text(system: Any, slug: str, run_id: str, task_id: str, try_number: int = 1) -> str:
    """Return what a task wrote."""
    return "\n".join(system.api.task_log(slug, run_id, task_id, try_number))


def until(condition: Callable[[], Any], within_s: float) -> Any:
    """Poll until `condition` gives something true; return it."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {within_s} s")
