"""Retention rules over the API, behind the gate."""

import pytest

from media_ai_web.permissions import Permission
from tests.web import API, SetGate, make_client

pytestmark = pytest.mark.postgres


def test_rules_are_set_listed_and_removed(database, tmp_path):
    """By those who may change everybody's settings; "~" is for workflows without a rule."""
    client = make_client(database, tmp_path)
    assert client.put(f"{API}/retention/w", json={"results_days": 30}).status_code == 204
    assert client.put(f"{API}/retention/~", json={"uploads_days": 7}).status_code == 204
    found = {rule["workflow"]: rule for rule in client.get(f"{API}/retention").json()}
    assert (found["w"]["results_days"], found["~"]["uploads_days"], found["w"]["saved_by"]) == (30, 7, "eve")

    assert [client.delete(f"{API}/retention/w").status_code for _ in range(2)] == [204, 404]
    may_not = make_client(database, tmp_path, gate=SetGate(allowed=set(Permission) - {Permission.CHANGE_SETTINGS}))
    assert may_not.put(f"{API}/retention/~", json={"results_days": 1}).status_code == 403
    assert may_not.delete(f"{API}/retention/~").status_code == 403


@pytest.mark.parametrize("given", [{}, {"results_days": 0}, {"results_days": -1}, {"days": 3}, {"results_days": 10**9}])
def test_rules_that_say_nothing_are_refused(database, tmp_path, given):
    """Nothing is saved."""
    client = make_client(database, tmp_path)
    assert client.put(f"{API}/retention/w", json=given).status_code == 422
    assert client.get(f"{API}/retention").json() == []
