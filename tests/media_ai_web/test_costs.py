"""Prices, budgets, costs and quotes over the API, behind the gate."""

import pytest
from sqlalchemy import insert, update

from media_ai.catalog import tables
from media_ai.catalog.budgets import Payer
from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.catalog.spending import CatalogSpending
from media_ai.clients.spending import paying
from media_ai.store.artifacts import Usage
from media_ai_web.permissions import Permission
from tests.media_ai.tasks.quoted import publish, talk_about
from tests.web import API, SetGate, make_client

pytestmark = pytest.mark.postgres

USED = Usage(model="modelstudio/qwen3-vl-plus", input_tokens=500_000, output_tokens=100_000)


@pytest.fixture
def spend(database):
    """Have a task make a call that costs 1.5."""

    def make(run_id, dag_id="w", **more):
        run = RunKey(dag_id=dag_id, run_id=run_id)
        ResultRepository(database).record_state(run, "success")
        payer = Payer(dag_id=dag_id, run_id=run_id, node_id="analyses")
        with paying(CatalogSpending(database, payer), USED) as bill:
            bill.add(USED.model_copy(update=more))

    return make


def test_costs_are_told_by_what_they_are_of(database, tmp_path, spend):
    """Those of workflows that the caller may not read are not, nor what is of no workflow; a strange kind is refused."""
    spend("r1")
    spend("r2", model="openai/own")
    spend("r3", dag_id="hidden")
    client = make_client(database, tmp_path)
    some = make_client(database, tmp_path, gate=SetGate(hidden={"hidden"}))
    (task, unpriced) = some.get(f"{API}/costs", params={"by": "task"}).json()
    assert (task["workflow"], task["key"], task["cost"], task["currency"]) == ("w", "r1", 1.5, "CNY")
    assert (unpriced["key"], unpriced["cost"], unpriced["unpriced_calls"]) == ("r2", None, 1)
    assert [row["cost"] for row in client.get(f"{API}/costs", params={"by": "month"}).json()] == [3.0]
    assert [row["cost"] for row in some.get(f"{API}/costs", params={"by": "month"}).json()] == [1.5]
    assert client.get(f"{API}/costs", params={"until": "2020-01-01"}).json() == []
    assert client.get(f"{API}/costs", params={"by": "weather"}).status_code == 422


def test_tasks_have_their_cost_in_lists(database, tmp_path, spend):
    """Nothing where they asked no model."""
    spend("r1")
    ResultRepository(database).record_state(RunKey(dag_id="w", run_id="r0"), "success")
    rows = {row["run_id"]: row for row in make_client(database, tmp_path).get(f"{API}/tasks").json()["tasks"]}
    assert (rows["r1"]["cost"], rows["r1"]["currency"]) == (1.5, "CNY")
    assert (rows["r0"]["cost"], rows["r0"]["currency"]) == (None, None)


def test_costs_are_compared_with_quotes(database, tmp_path, spend):
    """Of tasks that were quoted, the newest first; in the currency of the quote; not of workflows that the caller may not read."""
    spend("r1")
    spend("r2", dag_id="hidden")
    with database.transaction() as connection:
        for dag_id, run_id, currency in (("w", "r1", "CNY"), ("hidden", "r2", "CNY")):
            quote = {"cost": "1.25", "currency": currency}
            connection.execute(insert(tables.quotes).values(dag_id=dag_id, run_id=run_id, quote=quote))
    client = make_client(database, tmp_path, gate=SetGate(hidden={"hidden"}))
    (found,) = client.get(f"{API}/costs/quoted").json()
    told = ("run_id", "name", "quoted", "cost", "currency", "status")
    assert [found[name] for name in told] == ["r1", "r1", 1.25, 1.5, "CNY", "Completed"]
    with database.transaction() as connection:
        connection.execute(update(tables.quotes).values(quote={"cost": None, "currency": "USD"}))
    (found,) = client.get(f"{API}/costs/quoted").json()
    assert (found["quoted"], found["cost"]) == (None, None)


def test_prices_are_saved_against_what_was_read(database, tmp_path):
    """Without an ETag 428, with an old one 412; what is wrong is named; only who may change settings does."""
    client = make_client(database, tmp_path)
    may_not = make_client(database, tmp_path, gate=SetGate(allowed=set(Permission) - {Permission.CHANGE_SETTINGS}))
    etag = client.get(f"{API}/prices").headers["ETag"]
    body = {"currency": "CNY", "prices": {"openai/*": {"input": "2.5"}}}
    assert client.put(f"{API}/prices", json=body).status_code == 428
    assert may_not.put(f"{API}/prices", json=body, headers={"If-Match": etag}).status_code == 403
    saved = client.put(f"{API}/prices", json=body, headers={"If-Match": etag}).json()
    assert (saved["prices"]["openai/*"]["input"], saved["saved_by"]) == ("2.5", "eve")
    assert "modelstudio/qwen-plus*" in saved["listed"]
    assert client.put(f"{API}/prices", json=body, headers={"If-Match": etag}).status_code == 412
    for wrong in ({"currency": "yuan"}, {"prices": {"x": {}}}, {"prices": {"a/b": {"input": -1}}}, {"more": 1}):
        assert client.put(f"{API}/prices", json=wrong, headers={"If-Match": "*"}).status_code == 422


def test_budgets_are_set_and_taken_away(database, tmp_path, spend):
    """With what is spent of them; only by who may change settings."""
    spend("r1")
    client = make_client(database, tmp_path)
    may_not = make_client(database, tmp_path, gate=SetGate(allowed=set(Permission) - {Permission.CHANGE_SETTINGS}))
    month = {"scope": "month", "amount": 20}
    assert may_not.put(f"{API}/budgets", json=month).status_code == 403
    (budget,) = client.put(f"{API}/budgets", json=month).json()
    assert (budget["amount"], budget["spent"], budget["currency"], budget["saved_by"]) == (20, 1.5, "CNY", "eve")
    client.put(f"{API}/budgets", json={"scope": "task", "workflow": "w", "name": "r1", "amount": 2})
    assert {row["scope"]: row["spent"] for row in client.get(f"{API}/budgets").json()} == {"month": 1.5, "task": 1.5}
    hidden = make_client(database, tmp_path, gate=SetGate(hidden={"w"}))
    assert [row["scope"] for row in hidden.get(f"{API}/budgets").json()] == ["month"]
    assert client.put(f"{API}/budgets", json={"scope": "month", "amount": None}).status_code == 200
    assert client.put(f"{API}/budgets", json={"scope": "month", "amount": None}).status_code == 404
    for wrong in ({"scope": "task"}, {"scope": "month", "name": "x"}, {"scope": "month", "amount": -1}):
        assert client.put(f"{API}/budgets", json={"amount": 1, **wrong}).status_code == 422


def test_a_task_is_quoted(database, tmp_path, samples):
    """Only for who may start tasks; files that workers may not read are refused as when it is started."""
    publish(database, talk_about("quoted"))
    client = make_client(database, tmp_path, media_roots=str(samples))
    body = {"input": {"video": str(samples / "honeybees.mp4")}}
    quote = client.post(f"{API}/workflows/quoted/quote", json=body).json()
    assert quote["basis"] == "estimate"
    assert float(quote["cost"]) > 0
    assert client.post(f"{API}/workflows/quoted/quote", json={"input": {"video": "/etc/passwd"}}).status_code == 403
    assert client.post(f"{API}/workflows/nothing/quote", json=body).status_code == 404
    may_not = make_client(database, tmp_path, gate=SetGate(allowed=set(Permission) - {Permission.CREATE_TASKS}))
    assert may_not.post(f"{API}/workflows/quoted/quote", json=body).status_code == 403
