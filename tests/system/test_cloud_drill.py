"""The preset with every cloud node, VOD beside it, on the real scheduler, while the services fail."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from media_ai.graph.schema import Workflow
from media_ai.system.environment import with_database
from media_ai.workflows.files import TEMPLATES, read_workflow
from media_ai_emulators.faults import Fault
from media_ai_emulators.testing import Emulator
from tests.emulated import oss_client
from tests.media_ai.nodes.ims import registered
from tests.system.cloud import CALLBACK_KEY, connected_cloud
from tests.system.helpers import ended, log_text, publish, start, states
from tests.system.secrets_search import places_with

pytestmark = pytest.mark.system

VIDEO = "oss://media-ai/in/honeybees.mp4"
TROUBLES = (("throttle", 0.20), ("server_error", 0.05), ("cut", 0.02))


@pytest.fixture(scope="module")
def cloud(system, tmp_path_factory) -> Iterator[Emulator]:
    """The cloud services, quick, with the sample video in OSS."""
    folder = tmp_path_factory.mktemp("drill")
    with connected_cloud(system, folder, visible_after_s=0.5, job_takes_s=1, task_takes_s=1) as emulator:
        yield emulator


def drilled(slug: str) -> Workflow:
    """Return the preset with fewer frames, and with an upload to VOD, a cover and a review beside it."""
    graph = read_workflow(TEMPLATES / "alibaba-cloud.json").model_dump(mode="json", exclude_none=True)
    graph |= {"slug": slug, "name": slug}
    for node in graph["nodes"]:
        if node["id"] == "frames":
            node["params"] = {"interval": 8}
        if node["id"] == "analyses":
            node["params"]["batch_size"] = 2
    graph["nodes"] += [
        {"id": "vod", "type": "upload_vod_media", "params": {"source": "file"}},
        {"id": "cover", "type": "generate_vod_cover", "params": {"ai_template": "AI-TEMPLATE"}},
        {"id": "review", "type": "review_vod_media"},
    ]
    graph["edges"] += [
        {"source": "input.video", "target": "vod.video"},
        {"source": "vod.asset", "target": "cover.asset"},
        {"source": "vod.asset", "target": "review.asset"},
    ]
    return Workflow.model_validate(graph)


def test_the_run_ends_right_and_nothing_is_done_or_counted_twice(system, samples, cloud):
    """20 % throttled, 5 % server errors, 2 % cut connections: one asset, one job of each kind, and no secret anywhere."""
    oss_client(cloud).put_file("in/honeybees.mp4", samples / "honeybees.mp4")
    publish(system, drilled("drill"))
    cloud.faults().replace(
        [Fault(service="*", kind=kind, times=None, rate=rate) for kind, rate in TROUBLES], seed=20261121
    )
    run_id = start(system, "drill", VIDEO)
    state = ended(system, "drill", run_id, within_s=480)
    cloud.faults().clear()
    problems = {
        task: log_text(system, "drill", run_id, task)[-2000:]
        for task, how in states(system, "drill", run_id).items()
        if how != "success"
    }
    assert state == "success", json.dumps(problems, indent=1)

    hit = Counter(call.fault for call in cloud.calls() if call.fault)
    # About a quarter of some fifty calls; fewer than three would be one run in thousands.
    assert hit.total() >= 3
    taken = Counter(
        f"{call.service} {call.operation}"
        for call in cloud.calls()
        if call.fault in {"", "cut"} and call.status in {0, 200}
    )
    assert taken["dashscope transcription"] == 1
    assert taken["vod CreateUploadVideo"] == 1
    assert taken["vod SubmitAIImageJob"] == 1
    assert taken["vod SubmitAIMediaAuditJob"] == 1
    _one_asset_is_registered(cloud)

    result = system.api.get(f"/media-ai/api/v1/tasks/drill/{run_id}/result")
    assert len(result["transcript"]) == 4
    assert result["analyses"]
    assert result["summaries"][0]["text"]
    _no_token_is_counted_twice(result)
    secrets = [cloud.keys.access_key_secret, cloud.keys.api_key, CALLBACK_KEY]
    assert places_with(system, secrets, with_database(system.settings.catalog_url, "airflow")) == []


def _no_token_is_counted_twice(result: dict) -> None:
    counted = [usage["request_id"] for node in result["nodes"] for usage in node["usage"] if usage["request_id"]]
    assert counted
    assert [name for name, times in Counter(counted).items() if times > 1] == []


def _one_asset_is_registered(cloud: Emulator) -> None:
    """The service answers with one MediaId as long as the ClientToken is the same, and all later calls are about that one."""
    calls = cloud.calls("ice")
    tokens = {call.params["ClientToken"] for call in calls if call.operation == "RegisterMediaInfo"}
    assert len(tokens) == 1
    (record,) = registered(cloud, VIDEO)
    assert {call.params["MediaId"] for call in calls if "MediaId" in call.params} == {record.id}
