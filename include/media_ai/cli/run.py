"""`media-ai run`: a workflow file over a video in this process, without Airflow."""

import sys
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from media_ai.cli import context
from media_ai.cli.printing import say, show_result
from media_ai.cli.task import absolute, parse_overrides
from media_ai.cli.telling import telling
from media_ai.clients.access import Access
from media_ai.execution import Services
from media_ai.graph.plan import make_plan
from media_ai.model.artifacts import Artifact, BlobRef
from media_ai.model.media import MediaAsset
from media_ai.nodes import node_types
from media_ai.runner import RunResult, run_plan
from media_ai.store.lending import Lending
from media_ai.tasks.create import parse_input
from media_ai.tasks.result import NodeView, TaskResult, assemble
from media_ai.workflows.files import read_template, read_workflow, template_names


def run(
    file: Annotated[str, typer.Argument(help="A workflow file, or the name of a preset.", show_default=False)],
    video: Annotated[str, typer.Option(help="Path, or oss://bucket/key.")],
    subtitles: Annotated[str | None, typer.Option(help="A .srt or .vtt file.")] = None,
    title: Annotated[str, typer.Option()] = "",
    set_: Annotated[list[str] | None, typer.Option("--set", help="node.parameter=value.")] = None,
    notify: Annotated[
        list[str] | None, typer.Option(help="Endpoint of notifications that the running system tells how it ends.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Run a workflow over a video here, without Airflow; finished work is reused the next time."""
    workflow = read_template(file) if file in template_names() else read_workflow(Path(file))
    plan = make_plan(workflow, node_types())
    given = {
        "video": absolute(video),
        "subtitles": absolute(subtitles) if subtitles else None,
        "title": title,
    }
    run_input, overrides = parse_input(given), parse_overrides(set_ or [])
    with telling(notify or [], plan.slug, run_input.asset()):
        done = run_plan(plan, run_input=run_input, overrides=overrides, services=_services(as_json=as_json))
    result = _result(done)
    if as_json:
        typer.echo(result.model_dump_json(indent=2))
    else:
        show_result(result)


class _NoCatalog:
    """Publishing without a system: the results stay in the artifact store."""

    def __init__(self, *, is_silent: bool) -> None:
        self._is_silent = is_silent

    def publish(
        self, asset: MediaAsset, results: Sequence[Artifact], read: Callable[[BlobRef], bytes]
    ) -> dict[str, int]:
        """Write nothing, and say so."""
        if not self._is_silent:
            say("Not published to a catalog: this run was made without the system.")
        return {}


def _services(*, as_json: bool) -> Services:
    settings = context.settings()
    return Services(
        store=context.store(),
        # The files are this user's own, read with this user's rights.
        files=settings.media_files(settings.credentials_of, roots=[Path("/")]),
        access=Access(credentials_of=settings.credentials_of),
        lending=Lending(settings.store_address, settings.credentials_of),
        run=uuid.uuid4().hex,
        publisher=_NoCatalog(is_silent=as_json or not sys.stdout.isatty()),
    )


def _result(done: RunResult) -> TaskResult:
    nodes = [
        NodeView(
            node_id=step.node_id,
            reused=step.is_reused,
            outputs=step.outputs,
            notices=list(step.stored.notices),
            usage=list(step.stored.usage),
            **step.stored.model_dump(include={"node_type", "type_version", "seconds"}),
        )
        for step in done.steps
    ]
    now = datetime.now(UTC)
    return assemble(
        {
            "dag_id": done.plan.slug,
            "run_id": "here",
            "state": "success",
            "workflow_version": None,
            "created_at": now,
            "ended_at": now,
        },
        video=None,
        nodes=nodes,
        store=context.store(),
    )
