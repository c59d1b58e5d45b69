"""A workflow that asks models, run over videos of several lengths with the emulated services and a real catalog."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from media_ai.catalog.budgets import Payer
from media_ai.catalog.database import Database
from media_ai.catalog.publications import PublicationLog
from media_ai.catalog.results import ResultRepository, RunKey, RunPublisher
from media_ai.catalog.spending import CatalogSpending
from media_ai.execution import Services
from media_ai.graph.plan import ExecutionPlan
from media_ai.graph.schema import Workflow
from media_ai.model.run import RunInput
from media_ai.runner import run_plan
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.file_store import FileStore
from media_ai.store.lending import Lending
from media_ai.store.media_files import MediaFiles
from media_ai.tasks.create import published_plan
from media_ai.testing import no_credentials
from media_ai.workflows.library import WorkflowLibrary
from media_ai_emulators.testing import Emulator
from tests.emulated import cloud_access
from tests.system.helpers import graph


def talk_about(slug: str, *, interval: float = 5.0, model: str = "modelstudio/qwen3-vl-plus") -> Workflow:
    """Return a workflow: frames, what a model says of them, a summary by another, and the results published."""
    more: tuple[dict[str, Any], ...] = (
        {"id": "analyses", "type": "analyze_frames", "params": {"model": model, "batch_size": 4}},
        {"id": "summary", "type": "summarize_video", "params": {"model": "modelstudio/qwen-plus"}},
        {"id": "publish", "type": "publish_results"},
    )
    wires = (
        ("frames.frames", "analyses.frames"),
        ("analyses.analyses", "summary.analyses"),
        ("input.video", "publish.results"),
        ("summary.summary", "publish.results"),
    )
    return graph(slug, interval=interval, more=more, wires=wires)


def publish(database: Database, workflow: Workflow) -> ExecutionPlan:
    """Publish a workflow; return its plan."""
    WorkflowLibrary(database).publish(workflow, check=lambda publication: None)
    return published_plan(workflow.slug, PublicationLog(database))


def clip(source: Path, target: Path, seconds: int) -> Path:
    """Write the first seconds of a video."""
    with av.open(str(source)) as given, av.open(str(target), "w") as made:
        streams = {
            stream.index: made.add_stream_from_template(stream)
            for stream in given.streams
            if stream.type in ("video", "audio")
        }
        for packet in given.demux([given.streams[index] for index in streams]):
            if packet.dts is None or Fraction(packet.pts or 0) * packet.time_base >= seconds:
                continue
            packet.stream = streams[packet.stream.index]
            made.mux(packet)
    return target


def work(database: Database, emulator: Emulator, plan: ExecutionPlan, video: Path, home: Path, **access: Any) -> RunKey:
    """Run a task as a worker does, and record it."""
    run, given = RunKey(dag_id=plan.slug, run_id=video.stem), RunInput(video=str(video))
    results = ResultRepository(database)
    results.record_run(run, given, version=plan.version, overrides={})
    spending = CatalogSpending(database, Payer(**run.columns(), node_id="n"))
    done = run_plan(
        plan,
        run_input=given,
        services=Services(
            store=ArtifactStore(FileStore(home)),
            files=MediaFiles([Path("/")]),
            access=cloud_access(emulator, spending=spending, **access),
            lending=Lending("", no_credentials),
            publisher=RunPublisher(results, run),
        ),
    )
    for step in done.steps:
        results.record_node(run, step.node_id, step.stored, is_reused=step.is_reused)
    results.record_state(run, "success")
    return run
