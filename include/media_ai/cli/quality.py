"""`media-ai quality`: which tasks need review, and what the last audit found."""

from typing import Annotated

import typer

from media_ai.catalog.quality_audits import QualityAudits
from media_ai.catalog.results import RunKey
from media_ai.catalog.review_marks import ReviewMarks
from media_ai.catalog.task_records import TaskRecords
from media_ai.cli import context
from media_ai.cli.moments import moment
from media_ai.cli.printing import say

app = typer.Typer(invoke_without_command=True, help="How good the results are: what needs review.")


@app.callback()
def quality(command: typer.Context) -> None:
    """Show the tasks that need review and the last audit."""
    if command.invoked_subcommand is not None:
        return
    database = context.database()
    marks = ReviewMarks(database).open(workflows=TaskRecords(database).workflow_ids())
    say(f"{len(marks)} tasks need review." if marks else "No task needs review.")
    for mark in marks:
        say(f"{mark.dag_id}  {mark.run_id}  {moment(mark.marked_at)}, {mark.node_id or 'audit'}")
        for reason in mark.reasons:
            say(f"    {reason}")
    for audit in QualityAudits(database).newest():
        say(f"Audit of {moment(audit.at)}: {audit.tasks} tasks, {'fit' if audit.is_ok else 'not fit'}.")
        for item in audit.expectations:
            if not item["ok"]:
                say(f"    {item['table']}, {item['rule']}: {item['unexpected']} of {item['checked']}")


@app.command()
def reviewed(
    workflow: Annotated[str, typer.Argument(show_default=False)],
    task: Annotated[str, typer.Argument(show_default=False)],
) -> None:
    """Say that somebody has looked at a task that needs review."""
    ReviewMarks(context.database()).clear(RunKey(dag_id=workflow, run_id=task), by=context.user())
    say(f"Task {task} was reviewed.")
