"""
The entry: errors become one clear sentence and an exit code.

0 done; 1 a task or a check failed; 2 what was given cannot be used; 3 something that is needed does not answer.
"""

import logging
import sys
from typing import NoReturn

import typer

from media_ai import __version__
from media_ai.cli import (
    audit,
    deletion,
    doctor,
    emulator,
    failures,
    ims,
    members,
    money,
    notifications,
    people,
    quality,
    run,
    search,
    source,
    sweep,
    system,
    task,
    workflow,
)
from media_ai.errors import ErrorKind, MediaAIError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(workflow.app, name="workflow")
app.add_typer(task.app, name="task")
app.add_typer(people.app, name="people")
app.add_typer(members.app, name="members")
app.add_typer(ims.app, name="ims")
app.add_typer(source.app, name="source")
app.add_typer(failures.app, name="failures")
app.add_typer(notifications.app, name="notifications")
app.add_typer(quality.app, name="quality")
app.add_typer(deletion.app, name="retention")
task.app.command("delete")(deletion.delete)
app.command("audit")(audit.audit)
app.add_typer(money.budget, name="budget")
app.add_typer(money.prices, name="prices")
app.command("quote")(money.quote)
app.command("costs")(money.costs)
app.command("run")(run.run)
app.command("search")(search.search)
app.command("sweep")(sweep.sweep)
app.command("doctor")(doctor.doctor)
app.command("emulator")(emulator.emulator)
app.command("up")(system.up)
app.command("down")(system.down)
app.command("demo")(system.demo)
app.command("migrate")(system.migrate)
app.command("prepare")(system.prepare)

_UNAVAILABLE = frozenset({ErrorKind.TRANSIENT, ErrorKind.THROTTLED, ErrorKind.NOT_FOUND_YET})


@app.callback(invoke_without_command=True)
def options(
    version: bool = typer.Option(False, "--version", help="Print the version and end."),
    verbose: bool = typer.Option(False, "--verbose", "-v", help="Show what nodes say while they work."),
) -> None:
    """Videos into summaries, transcripts, on-screen text and searchable records, on Apache Airflow."""
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR, format="%(message)s", stream=sys.stderr)
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command line; never shows a traceback for an error of ours."""
    try:
        app()
    except SystemExit as exc:
        _end(exc.code if isinstance(exc.code, int) else int(exc.code is not None))
    except MediaAIError as exc:
        typer.secho(exc.message, fg=typer.colors.RED, err=True)
        _end(3 if exc.kind in _UNAVAILABLE else 2)
    except KeyboardInterrupt:
        _end(130)


def _end(status: int) -> NoReturn:
    audit.note_command(app, sys.argv[1:], status)
    sys.exit(status)
