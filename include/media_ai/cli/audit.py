"""`media-ai audit`, and the entries that commands leave in the audit log."""

import logging
import socket
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from media_ai.catalog.audit import AuditLog, Filter
from media_ai.cli import context
from media_ai.cli.moments import moment, zoned
from media_ai.cli.printing import table
from media_ai.errors import MediaAIError
from media_ai.tasks.audit import merged_page

log = logging.getLogger(__name__)

_READING = frozenset({"list", "show", "validate", "export", "result", "files"})
_ALONE = frozenset({"migrate"})
"""Commands of no group that change the system."""


def audit(
    member: Annotated[str | None, typer.Option(help="What this person did.")] = None,
    action: Annotated[str | None, typer.Option(help="An operation, a command or an event of Airflow.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 30,
) -> None:
    """List who changed what, the newest first: by our API, by commands, and by Airflow's own API and pages."""
    found, _ = merged_page(
        AuditLog(context.database()), context.airflow(), Filter(member=member, action=action), before=None, limit=limit
    )
    rows = [
        (
            moment(entry.at),
            entry.member,
            entry.door,
            entry.address,
            entry.action,
            " ".join(f"{name}={value}" for name, value in entry.object.items()),
            "" if entry.outcome is None else str(entry.outcome),
        )
        for entry in found
    ]
    table([zoned("when"), "who", "door", "from", "action", "of", "outcome"], rows)


def note_command(app: typer.Typer, arguments: Sequence[str], outcome: int) -> None:
    """Add a command that changes something to the audit log: its name and what it names, never its options."""
    action, named = _read(typer.main.get_command(app), list(arguments))
    words = action.split()
    if not words or words[-1] in _READING or not (len(words) > 1 or words[0] in _ALONE):
        return
    try:
        AuditLog(context.database()).add(
            door="shell",
            action=action,
            outcome=outcome,
            member=context.user(),
            address=socket.gethostname(),
            object={"arguments": " ".join(named)} if named else {},
        )
    except MediaAIError as exc:
        log.warning("The command is not in the audit log: %s", exc.message)


def _read(command: Any, arguments: list[str]) -> tuple[str, list[str]]:
    """Return the name of the command that is asked for, and its arguments before the first option."""
    words: list[str] = []
    while arguments and hasattr(command, "commands"):
        word = arguments.pop(0)
        if word.startswith("-"):
            continue
        if word not in command.commands:
            break
        words.append(word)
        command = command.commands[word]
    named = []
    for argument in arguments:
        if argument.startswith("-"):
            break
        named.append(argument)
    return ("" if hasattr(command, "commands") else " ".join(words)), named
