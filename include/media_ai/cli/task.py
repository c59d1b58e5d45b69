"""`media-ai task`: start tasks on the running system, follow them, read their results."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from media_ai.catalog.preferences import PreferenceRecords
from media_ai.catalog.receivers import Receivers
from media_ai.catalog.results import RunKey
from media_ai.cli import context
from media_ai.cli.moments import moment, zoned
from media_ai.cli.printing import console, say, show_result, table
from media_ai.clients.airflow_api import AirflowApi
from media_ai.errors import InputError, SystemStateError
from media_ai.tasks.control import TaskControl
from media_ai.tasks.create import create_task
from media_ai.tasks.exports import TaskExports
from media_ai.tasks.renewal import Renewal
from media_ai.tasks.result import read_result
from media_ai.tasks.words import status_of

app = typer.Typer(no_args_is_help=True, help="Run published workflows over videos.")

WORDS = {"queued": "In Progress", "running": "In Progress", "success": "Completed", "failed": "Failed"}
"""Airflow's states in the product's words."""

Workflow = Annotated[str, typer.Argument(help="Slug of the workflow.", show_default=False)]
RunId = Annotated[str, typer.Argument(help="Id of the task, as `task list` shows it.", show_default=False)]


@app.command()
def create(
    workflow: Workflow,
    video: Annotated[str, typer.Option(help="Path or file:// address.")],
    subtitles: Annotated[str | None, typer.Option(help="A .srt or .vtt file.")] = None,
    video_id: Annotated[str | None, typer.Option(help="Unique name; made from the file if absent.")] = None,
    title: Annotated[str, typer.Option()] = "",
    description: Annotated[str, typer.Option()] = "",
    set_: Annotated[list[str] | None, typer.Option("--set", help="node.parameter=value, for this task only.")] = None,
    notify: Annotated[
        list[str] | None, typer.Option(help="Endpoint of notifications that is told how it ends.")
    ] = None,
    wait: Annotated[bool, typer.Option(help="Return when the task has ended.")] = False,
) -> None:
    """Start a task."""
    receivers = Receivers(context.database())
    told = receivers.choose(notify or [])
    given = {
        "video": absolute(video),
        "subtitles": absolute(subtitles) if subtitles else None,
        "video_id": video_id,
        "title": title,
        "description": description,
    }
    started = create_task(
        slug=workflow,
        given=given,
        overrides=parse_overrides(set_ or []),
        settings=context.settings(),
        log=context.publication_log(),
        api=context.airflow(),
        language=PreferenceRecords(context.database()).of_server().language,
        prepare=lambda run: receivers.follow(told, **run.columns(), by=context.user()),
    )
    say(f"Started {started.run_id}")
    if wait:
        state = follow(context.airflow(), started.dag_id, started.run_id)
        say(f"{WORDS.get(state, state)}: {started.run_id}")
        if state != "success":
            explain_failure(context.airflow(), started.dag_id, started.run_id)
            raise typer.Exit(1)


@app.command("list")
def list_tasks(limit: Annotated[int, typer.Option(min=1, max=500)] = 20) -> None:
    """List the newest tasks."""
    rows = [
        (
            status_of(row["state"], row["cause"]),
            row["dag_id"],
            row["run_id"],
            row["video_id"] or "",
            moment(row["created_at"]),
        )
        for row in context.results().runs(limit=limit)
    ]
    table(["status", "workflow", "task", "video", zoned("started")], rows)


@app.command()
def show(workflow: Workflow, run_id: RunId) -> None:
    """Show how a task stands, node by node."""
    api = context.airflow()
    run = api.run(workflow, run_id)
    say(f"{WORDS.get(run['state'], run['state'])}: {run_id}")
    rows = [
        (item["task_id"], item["state"] or "waiting", item["try_number"], f"{item['duration'] or 0:.1f} s")
        for item in api.task_instances(workflow, run_id)
    ]
    table(["node", "state", "try", "time"], rows)
    explain_failure(api, workflow, run_id)


@app.command()
def result(
    workflow: Workflow,
    run_id: RunId,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Print what a task produced."""
    found = read_result(context.results(), context.store(), RunKey(dag_id=workflow, run_id=run_id))
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        show_result(found)


@app.command()
def export(
    workflow: Workflow,
    run_id: RunId,
    names: Annotated[list[str] | None, typer.Argument(help="Files to write; all if none is named.")] = None,
    to: Annotated[Path, typer.Option(help="Folder to write to; made if need be.")] = Path(),
) -> None:
    """Write a task's results as files: transcript.srt, frames.csv, contact-sheet.jpg and others."""
    exports = TaskExports(context.results(), context.store(), RunKey(dag_id=workflow, run_id=run_id))
    files = [exports.file(name) for name in names or exports.names()]
    to.mkdir(parents=True, exist_ok=True)
    for file in files:
        (to / file.name).write_bytes(file.data)
        say(f"{to / file.name}  {len(file.data):,} bytes")


@app.command()
def renew(
    workflow: Workflow,
    since: Annotated[datetime | None, typer.Option("--from", help="Started then or later (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option("--to", help="Started before (UTC).")] = None,
    first: Annotated[int, typer.Option(min=1, max=20, help="Tasks that must succeed before the others follow.")] = 2,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many there are.")] = False,
) -> None:
    """Bring tasks up to the published version: only new and changed nodes run, and what comes after them."""
    api = context.airflow()
    renewal = Renewal(context.database(), workflow, since=_utc(since), until=_utc(until))
    _, count = renewal.outdated(limit=1)
    say(f"{count} tasks have succeeded on an older version, with nodes that are different now.")
    if dry_run or not count:
        return
    control = TaskControl(context.database(), api, by=context.user())
    begun = _renewed(renewal, control, first)
    failed = [run for run in begun if follow(api, run.dag_id, run.run_id) != "success"]
    if failed:
        raise InputError(
            f"{len(failed)} of the first {len(begun)} failed, such as '{failed[0].run_id}'. The others are left."
        )
    while _renewed(renewal, control, 100):
        pass
    say(f"{renewal.outdated(limit=1)[1]} are left.")


def _renewed(renewal: Renewal, control: TaskControl, limit: int) -> list[RunKey]:
    """Renew some; return those that run again."""
    outcomes = list(renewal.renew(control, limit=limit))
    for run, problem in outcomes:
        say(f"{run.run_id}: {problem.message if problem else 'runs'}")
    return [run for run, problem in outcomes if problem is None]


def _utc(moment_given: datetime | None) -> datetime | None:
    return moment_given.replace(tzinfo=UTC) if moment_given else None


def parse_overrides(settings: list[str]) -> dict[str, dict[str, Any]]:
    """
    Turn "node.parameter=value" into overrides; a value is JSON, or text when it is not.

    Raises:
        InputError: A setting has another form.
    """
    overrides: dict[str, dict[str, Any]] = {}
    for setting in settings:
        address, equals, text = setting.partition("=")
        node, dot, field = address.partition(".")
        if not (equals and dot and node and field):
            raise InputError(f"'{setting}' cannot be read; write node.parameter=value, such as frames.interval=1.")
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        overrides.setdefault(node, {})[field] = value
    return overrides


def follow(api: AirflowApi, dag_id: str, run_id: str, *, timeout_s: float = 24 * 3600, poll_s: float = 0.5) -> str:
    """Wait until a task has ended, naming each node as it ends; return Airflow's state of the run."""
    deadline = time.monotonic() + timeout_s
    told: set[str] = set()
    with console.status("Waiting ..."):
        while time.monotonic() < deadline:
            state = str(api.run(dag_id, run_id)["state"])
            for item in api.task_instances(dag_id, run_id):
                if item["state"] in ("success", "failed") and item["task_id"] not in told:
                    told.add(item["task_id"])
                    say(f"  {item['task_display_name']}: {item['state']} after {item['duration'] or 0:.1f} s")
            if state in ("success", "failed"):
                return state
            time.sleep(poll_s)
    raise SystemStateError(f"The task {run_id} has not ended after {timeout_s:.0f} s.")


def explain_failure(api: AirflowApi, dag_id: str, run_id: str) -> None:
    """Print why nodes of a task failed: the last error in each one's log."""
    for item in api.task_instances(dag_id, run_id):
        if item["state"] != "failed":
            continue
        lines = api.task_log(dag_id, run_id, item["task_id"], item["try_number"])
        errors = [line for line in lines if line.startswith("Node '") or "error" in line.lower()]
        say(errors[0] if errors else f"Node '{item['task_id']}' failed; its log is on Airflow's page of the task.")


def absolute(address: str) -> str:
    """Return a path with its folder, so that it means the same elsewhere; addresses stay as they are."""
    return address if "://" in address else str(Path(address).expanduser().absolute())
