"""Work that services do for a node: no process waits, a stop cancels it, and no secret is left anywhere."""

import json
from collections.abc import Iterator

import httpx
import pytest

from media_ai.catalog.service_events import ServiceEvents
from media_ai.graph.schema import Workflow
from media_ai.system.environment import with_database
from media_ai_emulators.testing import Emulator
from tests.signing import callback_headers
from tests.system.cloud import CALLBACK_KEY, connected_cloud
from tests.system.helpers import ended, log_text, publish, start, states, until
from tests.system.secrets_search import places_with

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def cloud(system, tmp_path_factory) -> Iterator[Emulator]:
    """The cloud services, and Airflow connections to them; tasks take an hour of the services' time, a quarter of it waiting."""
    with connected_cloud(system, tmp_path_factory.mktemp("cloud"), task_takes_s=3600) as emulator:
        yield emulator


def speech(slug: str, **params: object) -> Workflow:
    nodes = [
        {"id": "input", "type": "input_video"},
        {"id": "speech", "type": "transcribe_speech", "params": {"model": "modelstudio/fun-asr", **params}},
        {"id": "publish", "type": "publish_results"},
    ]
    edges = [
        {"source": "input.video", "target": "speech.video"},
        {"source": "input.video", "target": "publish.results"},
        {"source": "speech.transcript", "target": "publish.results"},
    ]
    return Workflow.model_validate({"slug": slug, "name": slug, "nodes": nodes, "edges": edges})


def test_a_task_waits_in_the_triggerer_and_collects_once(system, samples, cloud):
    """While the service works the node is deferred; then it collects, with one submission and no secret left behind."""
    publish(system, speech("by-service"))
    before = len(cloud.calls("dashscope", "transcription"))
    run_id = start(system, "by-service", samples / "honeybees.mp4")
    until(lambda: states(system, "by-service", run_id)["speech"] == "deferred", 180)
    assert len(cloud.calls("dashscope", "transcription")) == before + 1
    cloud.advance(4000)

    assert ended(system, "by-service", run_id) == "success"
    result = system.api.get(f"/media-ai/api/v1/tasks/by-service/{run_id}/result")
    assert len(result["transcript"]) == 4
    assert len(cloud.calls("dashscope", "transcription")) == before + 1
    assert next(node for node in result["nodes"] if node["node_id"] == "speech")["usage"][0]["audio_seconds"] == 12

    secrets = [cloud.keys.access_key_secret, cloud.keys.api_key]
    metadata_url = with_database(system.settings.catalog_url, "airflow")
    assert places_with(system, secrets, metadata_url) == []


def test_a_stop_cancels_what_the_service_has_not_begun(system, samples, cloud):
    """Marked failed while deferred: the service's task is cancelled; a restart submits anew and finishes."""
    publish(system, speech("stopped-service", speakers=True, language="en"))
    before = len(cloud.calls("dashscope", "transcription"))
    asked = len(cloud.calls("dashscope", "task"))
    run_id = start(system, "stopped-service", samples / "honeybees.mp4")
    # Once by the node itself; then by the triggerer, which from then on is there to cancel.
    until(lambda: len(cloud.calls("dashscope", "task")) >= asked + 2, 180)
    system.api._call("PATCH", f"/api/v2/dags/stopped-service/dagRuns/{run_id}", json={"state": "failed"})
    until(lambda: cloud.calls("dashscope", "task.cancel"), 180)

    system.api.clear("stopped-service", run_id, on_latest_version=False)
    until(lambda: len(cloud.calls("dashscope", "transcription")) == before + 2, 180)
    cloud.advance(4000)
    assert ended(system, "stopped-service", run_id) == "success"
    assert "Speaker 2" in json.dumps(system.api.get(f"/media-ai/api/v1/tasks/stopped-service/{run_id}/result"))


def test_a_signed_callback_is_taken_by_the_real_server(system, cloud):
    """The API server finds the key in the connection; who does not know it is refused, signed in or not."""
    url, _, _ = system.settings.server
    door = f"{url}/media-ai/events/v1/vod"
    body = json.dumps({"EventType": "TranscodeComplete", "EventTime": "t", "VideoId": "video-7"}).encode()
    public = "https://media.example/media-ai/events/v1/vod"

    assert httpx.post(door, content=body).status_code == 403
    wrong = callback_headers("x-vod", public, "another key")
    assert httpx.post(door, content=body, headers=wrong).status_code == 403
    answer = httpx.post(door, content=body, headers=callback_headers("x-vod", public, CALLBACK_KEY))
    assert answer.json() == {"received": 1, "new": 1}
    assert ("vod:video-7", {"VideoId": "video-7", "status": ""}) in [
        (subject, details) for _, subject, details in ServiceEvents(system.database).after(0)
    ]


def test_a_wrong_key_fails_once_and_is_not_told(system, samples, cloud):
    """A refused key ends the node at once, with a sentence that names the connection and does not hold the key."""
    system.api._call(
        "PATCH",
        "/api/v2/connections/model_studio_default",
        json={
            "connection_id": "model_studio_default",
            "conn_type": "model_studio",
            "host": cloud.dashscope_url,
            "password": "sk-sentinel-wrong",
        },
    )
    try:
        publish(system, speech("wrong-key", language="de"))
        run_id = start(system, "wrong-key", samples / "honeybees.mp4")
        assert ended(system, "wrong-key", run_id) == "failed"
        written = log_text(system, "wrong-key", run_id, "speech")
        assert "InvalidApiKey" in written
        assert "It is the connection 'model_studio_default'." in written
        assert "sk-sentinel-wrong" not in written
    finally:
        system.api._call(
            "PATCH",
            "/api/v2/connections/model_studio_default",
            json={
                "connection_id": "model_studio_default",
                "conn_type": "model_studio",
                "host": cloud.dashscope_url,
                "password": cloud.keys.api_key,
            },
        )
