"""Tasks on the real scheduler and PostgreSQL."""

import httpx
import psutil
import pytest

from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.clients.access import Access
from media_ai.execution import Services
from media_ai.graph.plan import make_plan
from media_ai.model.run import RunInput
from media_ai.nodes import node_types
from media_ai.runner import run_plan
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.file_store import FileStore
from media_ai.store.lending import Lending
from media_ai.store.media_files import MediaFiles
from media_ai.testing import RecordingPublisher, no_credentials
from tests.system.helpers import ended, graph, log_text, publish, start, states, until

pytestmark = pytest.mark.system


def test_rest_trigger_needs_no_extra_step(system, samples):
    """A published workflow runs when Airflow's own REST API triggers it, and its result can be read."""
    publish(system, graph("by-rest"))
    conf = {"input": {"video": str(samples / "honeybees.mp4"), "video_id": "bees"}}
    system.api.trigger("by-rest", run_id="rest-1", conf=conf)

    assert ended(system, "by-rest", "rest-1") == "success"
    result = system.api.get("/media-ai/api/v1/tasks/by-rest/rest-1/result")
    assert result["state"] == "success"
    assert result["video"]["video_id"] == "bees"
    assert [node["node_id"] for node in result["nodes"]] == ["input", "frames", "distinct"]
    assert result["frames"][-1]["coverage"]["kept"] == len(result["frames"][-1]["frames"])


@pytest.mark.parametrize(
    ("conf", "part"),
    [
        ({}, "input"),
        ({"input": {}}, "video"),
        ({"input": {"video": 7}}, "7"),
        ({"input": {"video": "/a.mp4", "colour": "red"}}, "colour"),
        ({"input": {"video": "/a.mp4"}, "overrides": {"frame": {}}}, "frame"),
        ({"input": {"video": "/a.mp4"}, "overrides": {"frames": 3}}, "3"),
    ],
)
def test_bad_configuration_is_refused_at_the_door(system, conf, part):
    """Airflow answers 400 to a configuration that no run could use, naming the place."""
    publish(system, graph("door"))
    url, _, _ = system.settings.server
    system.api.dag("door")
    reply = httpx.post(
        f"{url}/api/v2/dags/door/dagRuns", json={"logical_date": None, "conf": conf}, headers=_signed_in(system)
    )

    assert reply.status_code == 400
    assert part in reply.json()["detail"]


def test_result_needs_a_signed_in_caller(system):
    """The result is not shown to anonymous callers, nor to a forged token."""
    url, _, _ = system.settings.server
    path = f"{url}/media-ai/api/v1/tasks/any/run/result"

    assert httpx.get(path).status_code == 401
    assert httpx.get(path, headers={"Authorization": "Bearer forged"}).status_code in (401, 403)


@pytest.mark.parametrize("path", ["/media-ai/docs", "/media-ai/openapi.json", "/media-ai/redoc", "/media-ai/api/v1/"])
def test_nothing_of_ours_is_public(system, path):
    """No page of the mounted application answers without a sign-in."""
    url, _, _ = system.settings.server

    assert httpx.get(url + path).status_code in (401, 403, 404)


def test_unknown_task_is_a_404_with_a_sentence(system):
    """A task that nobody started is not found, and the answer says so."""
    url, _, _ = system.settings.server
    reply = httpx.get(f"{url}/media-ai/api/v1/tasks/none/such/result", headers=_signed_in(system))

    assert (reply.status_code, reply.headers["content-type"]) == (404, "application/problem+json")
    assert "'such'" in reply.json()["detail"]


def test_second_run_reuses_every_media_node(system, samples):
    """The same video in the same workflow a second time: nothing is worked again, in the log and in the result."""
    publish(system, graph("twice", interval=3.0))
    first = start(system, "twice", samples / "honeybees.mp4")
    assert ended(system, "twice", first) == "success"
    second = start(system, "twice", samples / "honeybees.mp4")
    assert ended(system, "twice", second) == "success"

    nodes = ResultRepository(system.database).nodes(RunKey(dag_id="twice", run_id=second))
    assert {node["node_id"]: node["reused"] for node in nodes} == {"input": True, "frames": True, "distinct": True}
    assert "done before, result reused" in log_text(system, "twice", second, "frames")


def test_override_changes_one_task_only(system, samples):
    """An override works for its task, merged into the node's own params; the workflow keeps its own."""
    publish(system, graph("override", interval=4.0))
    changed = start(system, "override", samples / "honeybees.mp4", overrides={"frames": {"interval": 20}})
    assert ended(system, "override", changed) == "success"
    result = system.api.get(f"/media-ai/api/v1/tasks/override/{changed}/result")

    assert result["frames"][0]["coverage"]["sampled"] == 5


def test_xcom_carries_only_references(system, samples):
    """What moves between tasks is a reference of a few hundred bytes, however many frames there are."""
    publish(system, graph("xcom", interval=0.5))
    run_id = start(system, "xcom", samples / "honeybees.mp4")
    assert ended(system, "xcom", run_id) == "success"
    entry = system.api.get(f"/api/v2/dags/xcom/dagRuns/{run_id}/taskInstances/frames/xcomEntries/frames")

    assert set(entry["value"]) == {"kind", "digest", "body", "counts"}
    assert entry["value"]["counts"]["frames"] > 100


def test_bad_video_fails_once_with_one_sentence(system, tmp_path):
    """A text file named .mp4 fails without retries, and the log names the node and what to do."""
    publish(system, graph("bad-video"))
    system.settings.uploads.mkdir(exist_ok=True)
    text = system.settings.uploads / "text.mp4"
    text.write_text("this is not a video " * 100)
    run_id = start(system, "bad-video", text)
    assert ended(system, "bad-video", run_id) == "failed"

    task = next(item for item in system.api.task_instances("bad-video", run_id) if item["task_id"] == "input")
    assert task["try_number"] == 1
    assert "Node 'input': 'text.mp4' is not a readable video" in log_text(system, "bad-video", run_id, "input")
    assert states(system, "bad-video", run_id)["distinct"] == "upstream_failed"


def test_video_outside_the_allowed_folders_is_refused(system):
    """A client of the REST API cannot make a task read any file of the machine."""
    publish(system, graph("outside"))
    system.api.trigger("outside", run_id="passwd", conf={"input": {"video": "/etc/passwd"}})
    assert ended(system, "outside", "passwd") == "failed"

    assert "outside the folders that tasks may read" in log_text(system, "outside", "passwd", "input")


def test_killed_worker_ends_with_the_same_artifacts(system, samples, tmp_path):
    """kill -9 in the middle of a node: the retry finishes, with artifacts equal to those of an undisturbed run elsewhere."""
    workflow = graph("killed", interval=0.1)
    publish(system, workflow)
    run_id = start(system, "killed", samples / "honeybees.mp4")
    process = psutil.Process(until(lambda: _process_of(system, "killed", run_id, "frames"), 60))
    until(lambda: process.nice() > psutil.Process().nice(), 60)  # it gives way to who would end it
    process.kill()
    assert ended(system, "killed", run_id) == "success"
    calm = run_plan(
        make_plan(workflow, node_types()),
        run_input=RunInput(video=str(samples / "honeybees.mp4")),
        services=Services(
            store=ArtifactStore(FileStore(tmp_path)),
            files=MediaFiles([samples]),
            access=Access(credentials_of=no_credentials),
            lending=Lending("", no_credentials),
            publisher=RecordingPublisher(),
        ),
    )

    nodes = ResultRepository(system.database).nodes(RunKey(dag_id="killed", run_id=run_id))
    disturbed = {node["node_id"]: node["outputs"]["frames"]["digest"] for node in nodes if "frames" in node["outputs"]}
    tries = {item["task_id"]: item["try_number"] for item in system.api.task_instances("killed", run_id)}
    assert tries["frames"] == 2
    assert disturbed == {step.node_id: step.outputs["frames"].digest for step in calm.steps if "frames" in step.outputs}


def _process_of(system, dag_id: str, run_id: str, task_id: str) -> int | None:
    """Return the pid of the process in which a task runs now."""
    for item in system.api.task_instances(dag_id, run_id):
        if item["task_id"] == task_id and item["state"] == "running":
            return item["pid"]
    return None


def _signed_in(system) -> dict[str, str]:
    system.api.dag("~")
    return {"Authorization": system.api._http.headers["authorization"]}
