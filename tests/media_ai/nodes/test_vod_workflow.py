"""All nodes of VOD in one workflow over a real video, under troubles: run, run again, and nothing secret is left behind."""

import io
import logging

import pytest

from media_ai.execution import Services
from media_ai.graph.plan import make_plan
from media_ai.graph.schema import Workflow
from media_ai.model.run import RunInput
from media_ai.nodes import node_types
from media_ai.runner import run_plan
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.file_store import FileStore
from media_ai.store.lending import Lending
from media_ai.store.media_files import MediaFiles
from media_ai.testing import RecordingPublisher
from tests.vod import count, vod_access, wait_briefly

WORKERS = {
    "transcode": ("transcode_vod_media", {"template_group": "g"}),
    "snapshots": ("snapshot_vod_media", {"count": 2}),
    "cover": ("generate_vod_cover", {"ai_template": "t", "user_data": {"Extend": {"a": 1}}}),
    "review": ("review_vod_media", {}),
    "call": ("call_vod_api", {"action": "GetPlayInfo", "parameters": {"VideoId": "$.asset.id"}}),
}
SUBMISSIONS = (
    "CreateUploadVideo",
    "CreateUploadAttachedMedia",
    "SubmitTranscodeJobs",
    "SubmitSnapshotJob",
    "SubmitAIImageJob",
    "SubmitAIMediaAuditJob",
)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr("media_ai.clients.vod_calls.SETTLE_S", 0.05)


def workflow() -> Workflow:
    nodes = [{"id": "input", "type": "input_video"}, {"id": "upload", "type": "upload_vod_media"}]
    edges = [{"source": f"input.{port}", "target": f"upload.{port}"} for port in ("video", "subtitles")]
    for node, (kind, params) in WORKERS.items():
        nodes.append({"id": node, "type": kind, "params": params})
        edges.append({"source": "upload.asset", "target": f"{node}.asset"})
    return Workflow.model_validate({"slug": "vod", "name": "vod", "nodes": nodes, "edges": edges})


def test_all_nodes_work_together_once(tmp_path, emulator, samples):
    """The second run takes all results; secrets and signed addresses are neither in the store nor in the log."""
    subtitles = tmp_path / "a.srt"
    subtitles.write_text("1\n00:00:01,000 --> 00:00:02,000\nBees\n")
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    access = vod_access(emulator)
    services = Services(
        store=ArtifactStore(FileStore(tmp_path / "store")),
        files=MediaFiles([tmp_path, samples]),
        access=access,
        lending=Lending("", access.credentials_of),
        publisher=RecordingPublisher(),
        wait=wait_briefly,
    )
    for operation in SUBMISSIONS[2:]:
        emulator.faults().add("vod", "cut", operation=operation)
    try:
        runs = [
            run_plan(
                make_plan(workflow(), node_types()),
                run_input=RunInput(video=str(samples / "honeybees.mp4"), subtitles=str(subtitles)),
                services=services,
            )
            for _ in range(2)
        ]
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(level)

    assert {step.node_id: step.is_reused for step in runs[1].steps} == {
        "input": True,
        "upload": True,
        **dict.fromkeys(WORKERS, True),
        "call": False,
    }
    assert {operation: count(emulator, operation) for operation in SUBMISSIONS} == dict.fromkeys(SUBMISSIONS, 1)
    kept = [path.read_text(errors="replace") for path in (tmp_path / "store").rglob("*") if path.is_file()]
    shown = "\n".join([*kept, written.getvalue()])
    assert len(shown) > 10_000
    for secret in (emulator.keys.access_key_secret, "Signature=", "x-oss-signature=", "auth_key=", "SecurityToken"):
        assert secret not in shown
