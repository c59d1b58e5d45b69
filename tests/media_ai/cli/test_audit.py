"""Commands that change something leave an entry: their name and what they name, never their options."""

import getpass
import socket

import pytest

from media_ai.catalog.audit import AuditLog, Filter
from media_ai.cli import context
from media_ai.cli.audit import note_command
from media_ai.cli.entry import app

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize(
    ("arguments", "action", "object"),
    [
        (["failures", "release", "w", "r"], "failures release", {"arguments": "w r"}),
        (["-v", "notifications", "replay", "--given-up"], "notifications replay", {}),
        (["task", "create", "w", "--video", "sentinel", "视频"], "task create", {"arguments": "w"}),
        (["migrate"], "migrate", {}),
    ],
)
def test_a_change_is_noted(database, monkeypatch, arguments, action, object):
    """With its exit status, the user and the machine."""
    monkeypatch.setattr(context, "database", lambda: database)
    note_command(app, arguments, 2)
    (entry,) = AuditLog(database).page(Filter())
    assert (entry.door, entry.action, entry.object, entry.outcome) == ("shell", action, object, 2)
    assert (entry.member, entry.address) == (getpass.getuser(), socket.gethostname())


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--version"],
        ["failures"],
        ["failures", "show", "x"],
        ["nonsense", "a"],
        ["workflow", "list"],
        ["search", "a"],
    ],
)
def test_reading_is_not_noted(database, monkeypatch, arguments):
    """Nor is what is no command."""
    monkeypatch.setattr(context, "database", lambda: database)
    note_command(app, arguments, 0)
    assert AuditLog(database).page(Filter()) == []
