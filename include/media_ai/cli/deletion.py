"""`media-ai task delete`, `media-ai retention`: what goes, when, and the proof."""

from typing import Annotated

import typer

from media_ai.catalog.deletions import Deletion
from media_ai.catalog.results import RunKey
from media_ai.catalog.retention import EVERY, Retention, Rule
from media_ai.cli import context
from media_ai.cli.moments import moment, zoned
from media_ai.cli.printing import say, table
from media_ai.errors import InputError
from media_ai.tasks.deleting_hands import open_deletion

app = typer.Typer(invoke_without_command=True, help="How long results, artifacts and uploads are kept.")

Workflow = Annotated[str, typer.Argument(help="The workflow; 'all' for those without a rule.", show_default=False)]
Days = Annotated[int | None, typer.Option(min=1, show_default=False)]


def delete(
    workflow: Annotated[str, typer.Argument(show_default=False)],
    task: Annotated[str, typer.Argument(show_default=False)],
    services: Annotated[bool, typer.Option("--services", help="Its assets in IMS and VOD too, for good.")] = False,
    reason: Annotated[str, typer.Option(help="Kept in the record.", show_default=False)] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a task that has ended, with all its results and files; prints the record that proves it."""
    if not yes:
        typer.confirm(f"Delete task {task} with all its results for good?", abort=True)
    settings, airflow = context.settings(), context.airflow()
    deletion = open_deletion(context.database(), settings, settings.credentials_of, context.store(), airflow)
    run = RunKey(dag_id=workflow, run_id=task)
    _tell(deletion.delete(run, by=context.user(), reason=reason[:500], with_services=services))


@app.callback()
def rules(command: typer.Context) -> None:
    """List the rules; without one everything is kept."""
    if command.invoked_subcommand is not None:
        return
    found = Retention(context.database()).rules()
    if not found:
        say("Everything is kept for ever. To change that: media-ai retention set WORKFLOW --results-days N")
        return
    rows = [
        (rule.dag_id or "all others", *map(_days, (rule.results_days, rule.artifacts_days, rule.uploads_days)),
         rule.saved_by, moment(rule.saved_at))
        for rule in found
    ]  # fmt: skip
    table(["workflow", "results", "artifacts", "uploads", "saved by", zoned("saved")], rows)


@app.command("set")
def set_rule(
    workflow: Workflow, results_days: Days = None, artifacts_days: Days = None, uploads_days: Days = None
) -> None:
    """Set how many days after their end tasks of a workflow keep what; what is not named is kept for ever."""
    if not (results_days or artifacts_days or uploads_days):
        raise InputError("Give --results-days, --artifacts-days or --uploads-days.")
    rule = Rule(
        dag_id=_dag_id(workflow), results_days=results_days, artifacts_days=artifacts_days, uploads_days=uploads_days
    )
    Retention(context.database()).save(rule, by=context.user())
    say("Saved. The hourly upkeep enforces it.")


@app.command()
def remove(workflow: Workflow) -> None:
    """Remove the rule of a workflow."""
    Retention(context.database()).remove(_dag_id(workflow))
    say("Removed.")


def _dag_id(workflow: str) -> str:
    return EVERY if workflow == "all" else workflow


def _days(days: int | None) -> str:
    return f"{days} days" if days else "for ever"


def _tell(deletion: Deletion) -> None:
    rows = deletion.proof.get("rows", {})
    blobs = deletion.proof.get("blobs", {})
    say(f"Deletion {deletion.id}: {deletion.state}")
    say(f"  rows removed: {sum(rows.get('removed', {}).values())}, left: {rows.get('left', '?')}")
    say(
        f"  files removed: {blobs.get('removed', 0)} of {blobs.get('bytes', 0):,} bytes; {blobs.get('kept', 0)} are others' too"
    )
    for item in deletion.proof.get("services", []):
        say(f"  {item['service']} {item['id']}: {item['outcome']}")
    if deletion.state != "done":
        say("  What is left (the files) is removed by the hourly upkeep, when no task can be reusing it.")
