"""The Compose file's commands on this machine: Celery workers that share no folder but the artifacts, one of which dies."""

from collections.abc import Iterator

import pytest

from media_ai.graph.schema import Workflow
from tests.drills.backfill import damaged
from tests.stack.native import RunningStack, running_stack
from tests.system.callers import client_of
from tests.system.cloud import connected_cloud
from tests.system.helpers import ended, publish, states, until

pytestmark = pytest.mark.system

# So that the test does not wait a minute until a dead worker's tasks are tried again.
SOON = {"AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15"}


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[RunningStack]:
    folder = tmp_path_factory.mktemp("stack")
    with running_stack(folder, SOON) as running:
        for name in ("worker-media-1", "worker-media-2"):
            running.stack.start("worker-media", name)
        running.stack.start("worker-remote")
        with connected_cloud(running, folder / "cloud"):
            yield running


def workflow() -> Workflow:
    nodes = [
        {"id": "input", "type": "input_video"},
        {"id": "frames", "type": "extract_frames", "params": {"interval": 0.2}},
        {"id": "few", "type": "extract_frames", "params": {"interval": 30}},
        {"id": "seen", "type": "analyze_frames", "params": {"model": "modelstudio/qwen3-vl-plus"}},
        {"id": "publish", "type": "publish_results"},
    ]
    edges = [
        ("input.video", "frames.video"), ("input.video", "few.video"), ("few.frames", "seen.frames"),
        ("input.video", "publish.results"), ("frames.frames", "publish.results"), ("seen.analyses", "publish.results"),
    ]  # fmt: skip
    wires = [{"source": source, "target": target} for source, target in edges]
    return Workflow.model_validate({"slug": "stacked", "name": "Stacked", "nodes": nodes, "edges": wires})


def test_tasks_go_on_when_a_worker_dies(running, samples):
    """Both queues work; of two workers one is killed with what it does: nothing is lost, doubled or half-written."""
    publish(running, workflow())
    video = running.stack.shared / "media" / "honeybees.mp4"
    video.parent.mkdir(parents=True, exist_ok=True)
    video.write_bytes((samples / "honeybees.mp4").read_bytes())

    with client_of(running) as api:
        runs = []
        for number in range(4):
            # No two alike: what is known already would be reused.
            body = {
                "input": {"video": video.as_uri(), "video_id": f"stacked-{number}"},
                "overrides": {"frames": {"interval": 0.2 + number / 100}},
            }
            runs.append(api.post("/workflows/stacked/tasks", json=body).raise_for_status().json()["run_id"])
        until(lambda: sum(states(running, "stacked", run_id)["frames"] == "running" for run_id in runs) >= 2, 120)
        running.stack.kill("worker-media-1")
        assert [ended(running, "stacked", run_id, within_s=240) for run_id in runs] == ["success"] * 4

        queues = {item["task_id"]: item["queue"] for item in running.api.task_instances("stacked", runs[0])}
        assert (queues["frames"], queues["seen"]) == ("default", "remote")
        counts = [_frames(api.get(f"/tasks/stacked/{run_id}/result").json()) for run_id in runs]
    # Frames further apart are fewer, and none is missing or there twice.
    assert counts == sorted(set(counts), reverse=True)
    assert len(running.api.runs(limit=50, dag_id="stacked")) == 4
    assert damaged(running.stack.shared / "artifacts") == 0
    # Each worker has fetched the workflow itself.
    for name in ("worker-media-2", "worker-remote"):
        assert list((running.stack.folder / name / "bundles" / "workflows" / "versions").glob("*/stacked.py"))


def _frames(result):
    """Return how many frames the node has taken, as its page says it."""
    outputs = next(node["outputs"] for node in result["nodes"] if node["node_id"] == "frames")
    return outputs["frames"]["counts"]["frames"]
