"""From a video to a found meaning, over services of which a fifth of the calls is throttled."""

import pytest

from media_ai.catalog.results import ResultRepository, RunKey, RunPublisher
from media_ai.catalog.search import search_everything
from media_ai.errors import MediaAIError
from media_ai.execution import Services
from media_ai.graph.plan import make_plan
from media_ai.graph.schema import Workflow
from media_ai.model.run import RunInput
from media_ai.nodes import node_types
from media_ai.runner import RunResult, run_plan
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.file_store import FileStore
from media_ai.store.lending import Lending
from media_ai.store.media_files import MediaFiles
from tests.emulated import cloud_access

pytestmark = pytest.mark.postgres

WORKFLOW = {
    "slug": "meaning",
    "name": "Search by meaning",
    "nodes": [
        {"id": "input", "type": "input_video"},
        {"id": "subtitles", "type": "read_subtitles"},
        {"id": "frames", "type": "extract_frames", "params": {"interval": 10.0}},
        {"id": "text", "type": "extract_text", "params": {"model": "modelstudio/qwen-vl-ocr"}},
        {"id": "summary", "type": "summarize_video"},
        {"id": "embed", "type": "embed_content", "params": {"model": "modelstudio/tongyi-embedding-vision-plus"}},
        {"id": "publish", "type": "publish_results"},
    ],
    "edges": [
        {"source": source, "target": target}
        for source, target in (
            ("input.video", "subtitles.video"),
            ("input.subtitles", "subtitles.subtitles"),
            ("input.video", "frames.video"),
            ("frames.frames", "text.frames"),
            ("subtitles.transcript", "text.transcript"),
            ("text.text", "summary.text"),
            ("frames.frames", "embed.frames"),
            ("subtitles.transcript", "embed.transcript"),
            ("text.text", "embed.text"),
            ("summary.summary", "embed.summary"),
            ("subtitles.transcript", "publish.results"),
            ("text.text", "publish.results"),
            ("summary.summary", "publish.results"),
            ("embed.embeddings", "publish.results"),
        )
    ],
}


def attempt(tmp_path, samples, database, emulator) -> RunResult:
    """Run the workflow as Airflow does: again, after what may pass; finished nodes are reused."""
    access = cloud_access(emulator)
    publisher = RunPublisher(ResultRepository(database), RunKey(dag_id="meaning", run_id="r"))
    services = Services(
        store=ArtifactStore(FileStore(tmp_path / "store")),
        files=MediaFiles([samples]),
        access=access,
        lending=Lending("", access.credentials_of),
        publisher=publisher,
    )
    given = RunInput(
        video=str(samples / "honeybees.mp4"), subtitles=str(samples / "honeybees.srt"), video_id="honeybees"
    )
    plan = make_plan(Workflow.model_validate(WORKFLOW), node_types())
    for _ in range(10):
        try:
            return run_plan(plan, run_input=given, services=services)
        except MediaAIError as exc:
            if not exc.kind.is_retryable:
                raise
    raise AssertionError("ten tries were not enough")


def test_a_meaning_is_found_through_services_that_fail_now_and_then(tmp_path, samples, vector_database, emulator):
    """A fifth of the calls throttled, a twentieth 5xx, a fiftieth cut: the run ends right, and no token is counted twice."""
    for fault, rate in (("throttle", 0.2), ("server_error", 0.05), ("cut", 0.02)):
        emulator.faults().add("dashscope", fault, times=None, rate=rate)
    done = attempt(tmp_path, samples, vector_database, emulator)
    emulator.faults().clear()
    usage = [used for step in done.steps for used in step.stored.usage]
    answered = [call for call in emulator.calls("dashscope") if not call.fault]

    assert len({used.request_id for used in usage}) == len(usage) == len(answered)
    found = search_everything(vector_database, "waggle dance", access=cloud_access(emulator), limit=50)
    kinds = {hit.kind for hit in found.hits}
    assert {"speech", "screen", "frame", "chapter"} <= kinds
    assert {hit.found_by for hit in found.hits} >= {"both", "meaning"}
    assert found.notices == ()

    rows = done.steps[-1].stored.outputs["publication"].counts
    again = attempt(tmp_path, samples, vector_database, emulator)
    assert again.steps[-1].stored.outputs["publication"].counts == rows
    assert [step.node_id for step in again.steps if not step.is_reused] == ["publish"]
