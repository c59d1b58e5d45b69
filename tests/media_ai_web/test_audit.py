"""The audit log: every change that the API is asked for, without what it holds; nobody changes it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from media_ai.catalog.audit import AuditLog, Filter
from media_ai_web.auditing import UNCHANGING
from media_ai_web.openapi import guarded_routes
from tests.web import API, SetGate, make_client

pytestmark = pytest.mark.postgres


def entries(database, **wanted):
    return AuditLog(database).page(Filter(**wanted))


def test_a_change_is_noted_with_its_outcome(database, tmp_path):
    """Who, what, of what, from where; reading is not noted, a body never."""
    client = make_client(database, tmp_path)
    made = client.post(f"{API}/access-keys", json={"label": "sentinel-label"}).json()
    client.delete(f"{API}/access-keys/{made['access_key']}")
    client.delete(f"{API}/access-keys/none?token=sentinel-query")
    client.get(f"{API}/access-keys")
    found = entries(database)
    assert [(each.action, each.outcome) for each in found] == [
        ("revoke_access_key", 404), ("revoke_access_key", 200), ("issue_access_key", 201),
    ]  # fmt: skip
    assert (found[1].member, found[1].member_id, found[1].door, found[1].address) == (
        "eve",
        "id-eve",
        "api",
        "testclient",
    )
    assert found[1].object == {"access_key": made["access_key"]}
    assert "sentinel" not in str(found) and made["secret"] not in str(found)


def test_odd_names_are_noted_and_strangers_are_not(database, tmp_path):
    """Nobody fills a log that is never emptied."""
    make_client(database, tmp_path, user="").post(f"{API}/access-keys", json={})
    assert entries(database) == []
    client = make_client(database, tmp_path, user="eve")
    client.delete(f"{API}/access-keys/{'视频' * 40}")
    client.put(f"{API}/settings", json={"page_language": 5})
    assert [(each.action, each.outcome) for each in entries(database)] == [
        ("change_settings", 422),
        ("revoke_access_key", 404),
    ]


def test_every_operation_that_changes_something_is_noted(database, tmp_path):
    """A new one too; those that are not are listed, and exist."""
    app = make_client(database, tmp_path).app
    names = {route.name for route, _ in guarded_routes(app) if route.methods - {"GET", "HEAD", "OPTIONS"}}
    assert names >= UNCHANGING
    assert {
        "create_task",
        "stop_task",
        "publish_workflow",
        "save_credentials",
        "invite",
        "add_endpoint",
    } <= names - UNCHANGING


@pytest.mark.parametrize("statement", ["UPDATE media_ai.audit_log SET member = 'x'", "DELETE FROM media_ai.audit_log"])
def test_the_log_is_only_added_to(database, statement):
    """The database refuses, whoever asks."""
    AuditLog(database).add(door="api", action="x", outcome=200)
    with pytest.raises(ProgrammingError, match="only added to"), database.transaction() as connection:
        connection.execute(text(statement))
    assert len(entries(database)) == 1


def test_the_log_is_read_by_person_action_and_time(database):
    """Each filter by itself."""
    for member, action in (("eve", "a"), ("bob", "a"), ("eve", "b")):
        AuditLog(database).add(door="api", action=action, member=member, outcome=200)
    assert len(entries(database, member="eve")) == 2
    assert len(entries(database, action="a")) == 2
    middle = entries(database)[1].at
    assert [len(entries(database, since=middle)), len(entries(database, until=middle))] == [2, 1]


def test_a_catalog_that_is_away_does_not_undo_what_was_done(tmp_path, caplog):
    """The log of the server says what is missing."""
    from media_ai.catalog.database import Database

    client = make_client(Database("postgresql://a:b@127.0.0.1:9/none"), tmp_path, gate=SetGate())
    assert client.delete(f"{API}/access-keys/x").status_code == 503
    assert "is not in the audit log" in caplog.text
