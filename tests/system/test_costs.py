"""Budgets and quotes on the real scheduler, with the emulated services."""

from decimal import Decimal

import pytest

from media_ai.catalog.budgets import BudgetKey, Budgets
from tests.system.callers import client_of
from tests.system.cloud import connected_cloud
from tests.system.helpers import ended, graph, publish, until

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def cloud(system, tmp_path_factory):
    """The cloud services, quick."""
    with connected_cloud(system, tmp_path_factory.mktemp("costs"), task_takes_s=0.2) as emulator:
        yield emulator


def costly(slug):
    """Return a workflow that asks a model about frames, a few at a time."""
    analyses = {
        "id": "analyses", "type": "analyze_frames", "params": {"model": "modelstudio/qwen3-vl-plus", "batch_size": 2},
    }  # fmt: skip
    publishing = {"id": "publish", "type": "publish_results"}
    wires = (
        ("frames.frames", "analyses.frames"),
        ("input.video", "publish.results"),
        ("analyses.analyses", "publish.results"),
    )
    return graph(slug, interval=5.0, more=(analyses, publishing), wires=wires)


def test_a_task_stops_at_its_budget_and_goes_on_where_it_was(system, samples, cloud):
    """It is refused before a call that could cross it, is a cause, and pays for nothing twice when the budget was raised."""
    publish(system, costly("costly"))
    Budgets(system.database).set(BudgetKey(scope="workflow", dag_id="costly"), Decimal("0.052"))
    with client_of(system) as api:
        body = {"input": {"video": str(samples / "honeybees.mp4")}, "is_quoted": True}
        refused = api.post("/workflows/costly/tasks", json=body | {"budget": 1})
        assert (refused.status_code, "may cost 0.052" in refused.json()["detail"]) == (403, True)
        run_id = api.post("/workflows/costly/tasks", json=body).json()["run_id"]
        assert ended(system, "costly", run_id) == "failed"
        (cause,) = until(lambda: [it for it in api.get("/failures").json() if it["workflows"] == ["costly"]], 30)
        assert (cause["kind"], cause["nodes"]) == ("quota", ["analyses"])
        assert "the budget of a task of 'costly' is 0.0520 CNY" in cause["message"]
        (tried,) = [item for item in system.api.task_instances("costly", run_id) if item["task_id"] == "analyses"]
        assert tried["try_number"] == 1
        stopped = api.get(f"/tasks/costly/{run_id}").json()
        asked = len(cloud.calls("dashscope"))
        assert 0 < asked == stopped["node_costs"][0]["calls"]
        assert 0 < stopped["cost"] <= 0.052

        budget = {"scope": "task", "workflow": "costly", "name": run_id, "amount": 50}
        assert api.put("/budgets", json=budget).status_code == 200
        assert api.post(f"/tasks/costly/{run_id}/restart", json={"scope": "failed"}).status_code == 200
        until(lambda: system.api.run("costly", run_id)["state"] == "success", 120)
        done = api.get(f"/tasks/costly/{run_id}").json()
        used = api.get(f"/tasks/costly/{run_id}/result").json()
        counted = [usage for node in used["nodes"] for usage in node["usage"]]
        assert done["node_costs"][0]["calls"] == len(cloud.calls("dashscope")) == len(counted) > asked
        assert done["node_costs"][0]["input_tokens"] == sum(usage["input_tokens"] for usage in counted)
        assert done["cost"] > stopped["cost"]
        assert float(done["quote"]["cost"]) > 0

        # The same work again is reused: it costs nothing. And now there is a history to quote from.
        again = api.post("/workflows/costly/tasks", json=body).json()["run_id"]
        assert ended(system, "costly", again) == "success"
        assert api.get(f"/tasks/costly/{again}").json()["cost"] is None
        quote = api.post("/workflows/costly/quote", json={"input": body["input"]}).json()
        assert quote["basis"] == "history"
        assert abs(float(quote["cost"]) / done["cost"] - 1) < 0.2
    shown = system.cli("quote", "costly", "--video", str(samples / "honeybees.mp4"))
    assert "history of 1" in shown.stdout, shown.stderr
    assert "costly" in system.cli("costs").stdout
    assert run_id in system.cli("budget", "list").stdout
    assert "modelstudio/fun-asr*" in system.cli("prices", "show").stdout
