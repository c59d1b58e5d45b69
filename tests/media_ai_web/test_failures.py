"""Causes over the API, behind the gate."""

import pytest

from media_ai.catalog.failures import Failures
from media_ai.failures import cause_of
from media_ai_web.permissions import Permission
from tests.media_ai.catalog.test_failures import BROKEN, fail  # noqa: F401
from tests.web import API, SetGate, make_client

pytestmark = pytest.mark.postgres


def test_causes_and_their_tasks_are_listed(database, tmp_path, fail):  # noqa: F811
    """Those of workflows that the caller may not read are not told."""
    for number in range(3):
        fail(f"r{number}")
    fail("secret", dag_id="hidden")
    client = make_client(database, tmp_path, gate=SetGate(hidden={"hidden"}))
    (cause,) = client.get(f"{API}/failures").json()
    page = client.get(f"{API}/failures/{cause['cause_id']}/tasks", params={"limit": 2}).json()
    rest = client.get(f"{API}/failures/{cause['cause_id']}/tasks", params={"cursor": page["next_cursor"]}).json()

    assert (cause["tasks"], cause["workflows"], cause["kind"]) == (3, ["w"], "invalid")
    assert cause["advice"]
    assert [item["run_id"] for item in (*page["tasks"], *rest["tasks"])] == ["r2", "r1", "r0"]


def test_a_task_is_released_by_those_who_may_change_tasks(database, tmp_path, fail):  # noqa: F811
    """Others get 403, a task that is not in quarantine 404."""
    run = fail("r")
    Failures(database).run_failed(run, most=1)
    url = f"{API}/tasks/w/r/release"
    may_not = make_client(database, tmp_path, gate=SetGate(allowed=set(Permission) - {Permission.CHANGE_TASKS}))
    client = make_client(database, tmp_path)

    hidden = make_client(database, tmp_path, gate=SetGate(hidden={"w"}))
    assert [task["run_id"] for task in client.get(f"{API}/quarantine").json()["tasks"]] == ["r"]
    assert hidden.get(f"{API}/quarantine").json()["tasks"] == []
    assert may_not.post(url).status_code == 403
    assert (client.post(url).status_code, client.post(url).status_code) == (204, 404)
    assert client.get(f"{API}/quarantine").json()["tasks"] == []


def test_a_cause_that_is_none_is_refused(database, tmp_path):
    """By its form 422, by its absence 404; a group with a workflow that the caller may not change 403."""
    client = make_client(database, tmp_path)
    assert client.post(f"{API}/failures/x/restart", json={}).status_code == 422
    assert client.post(f"{API}/failures/{'0' * 12}/restart", json={}).status_code == 404


def test_a_group_is_restarted_only_by_who_may_change_all_of_it(database, tmp_path, fail):  # noqa: F811
    """Before Airflow is asked at all."""
    fail("r", dag_id="hidden")
    client = make_client(database, tmp_path, gate=SetGate(hidden={"hidden"}))
    assert client.post(f"{API}/failures/{cause_of(BROKEN).id}/restart", json={}).status_code == 403
