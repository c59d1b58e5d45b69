"""A task that waits for a person, on the real scheduler: answered by Airflow's own API, as its Required Actions page does."""

import json
import time

import pytest

from media_ai.catalog.deletions import Deletions
from media_ai.catalog.failures import Failures
from media_ai.catalog.results import RunKey
from media_ai.graph.schema import Workflow
from tests.receiver import Receiver
from tests.system.callers import client_of
from tests.system.helpers import ended, publish, start, states, until

pytestmark = pytest.mark.system


def reviewed(slug):
    """A summary that a person has to approve before it is published."""
    nodes = [
        {"id": "input", "type": "input_video"},
        {"id": "lines", "type": "read_subtitles"},
        {"id": "summary", "type": "summarize_video", "params": {"model": "local/extractive"}},
        {"id": "review", "type": "review_by_human", "params": {"instructions": "Are the bees right?"}},
        {"id": "publish", "type": "publish_results"},
    ]
    edges = [
        ("input.video", "lines.video"),
        ("input.subtitles", "lines.subtitles"),
        ("lines.transcript", "summary.transcript"),
        ("summary.summary", "review.summary"),
        ("review.summary", "publish.results"),
        ("review.decision", "publish.results"),
    ]
    return Workflow.model_validate(
        {"slug": slug, "name": slug, "nodes": nodes, "edges": [{"source": a, "target": b} for a, b in edges]}
    )


def question(system, slug, run_id):
    """Wait until the task waits for a person; return the question as Airflow shows it."""
    until(lambda: states(system, slug, run_id)["review"] == "awaiting_input", 90)
    found = system.api.get(f"/api/v2/dags/{slug}/dagRuns/{run_id}/hitlDetails")["hitl_details"]
    return next(item for item in found if not item["response_received"])


def answer(system, slug, run_id, option, **said):
    """Answer as a person would: not within the seconds in which Airflow takes the end of the paused process for a crash."""
    time.sleep(7)
    path = f"/api/v2/dags/{slug}/dagRuns/{run_id}/taskInstances/review/-1/hitlDetails"
    return system.api.patch(path, {"chosen_options": [option], "params_input": said})


@pytest.fixture
def told(system):
    """A web address that is told when a task waits for somebody."""
    with Receiver() as receiver, client_of(system) as api:
        given = {"name": "reviewers", "kind": "webhook", "target": receiver.url}
        made = api.post("/notifications/endpoints", json=given).raise_for_status().json()
        rule = {"endpoint_id": made["id"], "workflow": "with-review", "events": ["task.waiting"]}
        api.put("/notifications/rules", json=rule).raise_for_status()
        yield receiver
        api.delete(f"/notifications/endpoints/{made['id']}").raise_for_status()


def test_a_person_rejects_and_then_corrects(system, samples, told):
    """
    The task waits without a process, and restarts of the triggerer and the scheduler change nothing.

    A rejection fails it with the words; restarted it asks again, and the corrected summary is the result, with who and when.
    Whoever wants to know is told of both questions, once each.
    """
    publish(system, reviewed("with-review"))
    run_id = start(system, "with-review", samples / "honeybees.mp4", subtitles=str(samples / "honeybees.srt"))
    asked = question(system, "with-review", run_id)
    assert "Are the bees right" in asked["body"] and asked["options"] == ["Approve", "Reject"]
    told.wait(1)
    for name in ("triggerer", "scheduler"):
        system.embedded.processes.kill([name])
    system.up()
    answer(system, "with-review", run_id, "Reject", comment="No dance in it.", summary="")

    assert ended(system, "with-review", run_id) == "failed"
    assert any(group.kind == "rejected" for group in Failures(system.database).groups())

    system.api.clear("with-review", run_id, on_latest_version=False)
    asked = question(system, "with-review", run_id)
    told.wait(2)
    answer(system, "with-review", run_id, "Approve", comment="Now it is right.", summary="Bees waggle.")

    assert ended(system, "with-review", run_id) == "success"
    result = system.api.get(f"/media-ai/api/v1/tasks/with-review/{run_id}/result")
    assert [summary["text"] for summary in result["summaries"]] == ["Bees waggle."]
    review = result["reviews"][0]
    assert (review["by"], review["comment"], review["is_corrected"]) == ("admin", "Now it is right.", True)

    messages = [json.loads(body) for _, _, body in told.got]
    assert [(each["type"], each["data"]["task"]) for each in messages] == [("task.waiting", run_id)] * 2
    page = f"/dags/with-review/runs/{run_id}/tasks/review/required_actions"
    assert messages[0]["data"]["link"] == f"https://media.example{page}"

    done = system.cli("task", "delete", "with-review", run_id, "--yes")
    assert done.returncode == 0, done.stderr
    (record,) = Deletions(system.database).recent(workflows=["with-review"])
    assert record.proof["airflow"] == {"was_there": True, "is_gone": True}
    assert record.proof["rows"]["left"] == 0 and record.run == RunKey(dag_id="with-review", run_id=run_id)
