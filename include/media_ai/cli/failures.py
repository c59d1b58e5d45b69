"""`media-ai failures`: why tasks fail, as a few causes; restart those of one cause; quarantine."""

from typing import Annotated

import typer

from media_ai.catalog.failures import Failures
from media_ai.catalog.results import RunKey
from media_ai.cli import context
from media_ai.cli.moments import moment, zoned
from media_ai.cli.printing import say, table
from media_ai.failures import advice
from media_ai.tasks.ramp import DAG_ID, restart_cause

app = typer.Typer(invoke_without_command=True, help="Why tasks fail, as a few causes; restart those of one.")

CauseId = Annotated[str, typer.Argument(help="The cause's id, as the list shows it.", show_default=False)]


@app.callback()
def list_causes(command: typer.Context) -> None:
    """List the causes of tasks that have failed and were not restarted since."""
    if command.invoked_subcommand is not None:
        return
    groups = Failures(context.database()).groups()
    if not groups:
        say("No task has failed.")
        return
    for group in groups:
        kept = f", {group.quarantined} in quarantine" if group.quarantined else ""
        say(f"{group.cause_id}  {group.tasks} tasks{kept}: {group.title}")
        say(f"              {advice(group.kind, group.service)}")


@app.command()
def show(cause_id: CauseId, limit: int = 20) -> None:
    """List the tasks of a cause, the newest first, with the whole message of the newest."""
    failures = Failures(context.database())
    group = failures.group(cause_id)
    say(group.message)
    say(advice(group.kind, group.service))
    rows = [
        (
            row["dag_id"],
            row["run_id"],
            row["node_id"],
            str(row["tries"]),
            moment(row["failed_at"]),
            "in quarantine" if row["quarantined_at"] else "",
        )
        for row in failures.tasks(cause_id, limit=limit)
    ]
    table(["workflow", "task", "node", "tries", zoned("failed"), ""], rows)


@app.command()
def restart(
    cause_id: CauseId, first: Annotated[int, typer.Option(min=1, max=64, help="Tasks of the first step.")] = 2
) -> None:
    """Restart the tasks of a cause: a few first, twice as many each time, as long as they get past what they failed at."""
    group = Failures(context.database()).group(cause_id)
    run_id = restart_cause(context.airflow(), group, first=first, by=context.user())
    say(f"Restarting {group.tasks - group.quarantined} tasks step by step: run {run_id} of {DAG_ID}.")


@app.command()
def release(
    workflow: Annotated[str, typer.Argument(show_default=False)],
    task: Annotated[str, typer.Argument(show_default=False)],
) -> None:
    """Take a task out of quarantine, so that it can be restarted."""
    Failures(context.database()).release(RunKey(dag_id=workflow, run_id=task), by=context.user())
    say(f"Released {task}. Restart it with: media-ai failures restart, or on its page.")
