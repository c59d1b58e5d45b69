"""What operators do besides tasks: have others told, answer what a task asks, look at doubtful results, delete with proof."""

import json

import pytest
from playwright.sync_api import Page, expect

from media_ai.catalog.results import RunKey
from media_ai.catalog.review_marks import ReviewMarks
from tests.receiver import Receiver
from tests.running import RunningSystem
from tests.system.callers import client_of
from tests.system.helpers import ended, publish, start, until
from tests.system.test_reviews import reviewed
from tests.ui.conftest import Open, picture

pytestmark = pytest.mark.system
WORKFLOW, VIDEO, TITLE = "ui-operations", "ui-doomed", "Doomed bees 蜜蜂"


@pytest.fixture(scope="module")
def run_id(system: RunningSystem, samples) -> str:
    """A task whose summary a person has to approve."""
    publish(system, reviewed(WORKFLOW))
    subtitles = str(samples / "honeybees.srt")
    return start(system, WORKFLOW, samples / "honeybees.mp4", subtitles=subtitles, video_id=VIDEO, title=TITLE)


def test_an_operators_day(open_page: Open, system: RunningSystem, run_id: str):
    """A receiver is told and told again; a question is answered with a correction; a mark is cleared; a video is deleted."""
    page = open_page("?page=notifications")
    with Receiver() as receiver:
        secret = is_told(page, receiver)
        is_answered(page, system, run_id)
        told = page.get_by_role("region", name="Deliveries").get_by_role("row", name=f"Task completed: {TITLE}")
        page.get_by_role("tab", name="Settings").click()
        page.get_by_role("tab", name="Notifications").click()
        expect(told).to_contain_text("Delivered")
        picture(page, "operations-notifications")
        told.get_by_role("button", name="Send again").click()
        receiver.wait(3, 120)
        assert [receiver.verified(secret, at)["type"] for at in (1, 2)] == ["task.completed"] * 2
        assert receiver.got[1][1]["webhook-id"] == receiver.got[2][1]["webhook-id"]
        page.get_by_role("button", name="Remove: Operators", exact=True).click()
        page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
        expect(page.get_by_role("button", name="Remove: Operators", exact=True)).to_have_count(0)
    is_looked_at(page, system, run_id)
    is_deleted(page, system, run_id)


def is_told(page: Page, receiver: Receiver) -> str:
    """Add a receiver and a rule, send a test; return the secret, which is shown once."""
    page.get_by_role("button", name="Add a receiver").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill("Operators")
    dialog.get_by_role("textbox", name="Web address").fill("http://10.0.0.1/private")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("private network")
    dialog.get_by_role("textbox", name="Web address").fill(receiver.url)
    dialog.get_by_role("button", name="Save").click()
    shown = page.get_by_role("textbox", name="Keep this secret")
    secret = shown.input_value()
    picture(page, "operations-secret")
    page.get_by_role("button", name="Done").click()
    expect(shown).to_have_count(0)
    page.get_by_role("button", name="Add a rule").click()
    page.get_by_label("Of", exact=True).select_option(WORKFLOW)
    for event in ("Task failed", "Task in quarantine", "Budget spent", "Task completed"):
        dialog.get_by_text(event, exact=True).click()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="Rules").get_by_role("row", name=WORKFLOW)).to_contain_text("Task completed")
    page.get_by_role("button", name="Send a test: Operators").click()
    receiver.wait(1, 120)
    assert receiver.verified(secret)["type"] == "notification.test"
    expect(
        page.get_by_role("region", name="Deliveries").get_by_role("row", name="Test").filter(has_text="Operators")
    ).to_contain_text("Delivered")
    page.reload()
    assert secret not in page.content()
    return secret


def is_answered(page: Page, system: RunningSystem, run_id: str) -> None:
    """Come from the list of tasks, correct the summary, approve; the task goes on with it."""
    page.get_by_role("tab", name="Tasks").click()
    row = page.get_by_role("row", name=TITLE)
    row.get_by_role("link", name="Waiting for a person").click(timeout=120_000)
    asked = page.get_by_role("article", name=f"Review: {TITLE}")
    expect(asked).to_contain_text("Are the bees right?")
    # Airflow takes an answer within the seconds in which the paused process ends for a crash.
    page.wait_for_timeout(6000)
    picture(page, "operations-reviews")
    path = f"/tasks/{WORKFLOW}/{run_id}/reviews/review"
    with client_of(system) as api:
        (question,) = api.get(f"/tasks/{WORKFLOW}/{run_id}/reviews").json()
        earlier = {"decision": "reject", "asked_at": "2026-01-01T00:00:00Z"}
        assert api.post(path, json=earlier).status_code == 409
    asked.get_by_role("button", name="Answer").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Summary").fill("Bees *waggle*.")
    dialog.get_by_role("textbox", name="Your words").fill("Shorter.")
    picture(page, "operations-answer")
    dialog.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved. The task goes on.")).to_be_visible()
    expect(asked).to_have_count(0)
    with client_of(system) as api:
        again = api.post(path, json={"decision": "reject", "asked_at": question["asked_at"]})
        assert again.status_code == 409
        assert ended(system, WORKFLOW, run_id) == "success"
        result = api.get(f"/tasks/{WORKFLOW}/{run_id}/result").json()
    assert [summary["text"] for summary in result["summaries"]] == ["Bees *waggle*."]
    assert (result["reviews"][0]["by"], result["reviews"][0]["comment"]) == ("admin", "Shorter.")


def is_looked_at(page: Page, system: RunningSystem, run_id: str) -> None:
    """A mark is told in the list, at the result and among the reviews; cleared there it is gone everywhere."""
    run = RunKey(dag_id=WORKFLOW, run_id=run_id)
    ReviewMarks(system.database).judge(run, "check", ["frames, coverage: a stretch of <b>80 s</b> has no picture"])
    page.get_by_role("tab", name="Tasks").click()
    page.get_by_role("row", name=TITLE).get_by_role("link", name="Needs review").wait_for()
    page.get_by_role("row", name=TITLE).get_by_role("link", name=TITLE, exact=True).click()
    expect(page.get_by_role("main").get_by_text("a stretch of <b>80 s</b>")).to_be_visible()
    picture(page, "operations-result")
    page.get_by_role("link", name="Needs review").click()
    mark = page.get_by_role("region", name="Needs review").get_by_role("row", name=TITLE)
    expect(mark).to_contain_text("a stretch of <b>80 s</b>")
    mark.get_by_role("button", name="Reviewed").click()
    expect(mark).to_have_count(0)
    assert not ReviewMarks(system.database).needs_review(run)


def is_deleted(page: Page, system: RunningSystem, run_id: str) -> None:
    """From the library, after saying what goes; the proof is shown, kept, and true."""
    page.get_by_role("tab", name="Library").click()
    page.get_by_role("searchbox").fill("waggle")
    page.get_by_role("button", name=f"Delete the video: {TITLE}").click()
    asked = page.get_by_role("alertdialog")
    expect(asked).to_contain_text("1 task is over this video")
    asked.get_by_label("Reason").fill("No longer needed")
    picture(page, "operations-delete")
    asked.get_by_role("button", name="Delete").click()
    proof = page.get_by_role("region", name=f"Proof: {run_id}")
    expect(proof).to_contain_text("removed")
    picture(page, "operations-proof")
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    expect(page.get_by_role("article", name=TITLE)).to_have_count(0)
    page.get_by_role("tab", name="Settings").click()
    page.get_by_role("tab", name="Retention & deletion").click()
    expect(page.get_by_role("row", name=VIDEO)).to_contain_text("No longer needed")
    page.get_by_role("button", name=f"Proof: {run_id}").click()
    expect(proof).to_contain_text("No longer needed")
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    assert system.api.dag(WORKFLOW) and until(lambda: not runs_of(system), 10)

    page.get_by_role("button", name="Add a rule").click()
    page.get_by_label("Workflow").select_option(WORKFLOW)
    page.get_by_label("Uploads").fill("30")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    kept = page.get_by_role("region", name="How long things are kept")
    expect(kept.get_by_role("row", name=WORKFLOW)).to_contain_text("Uploads: 30 days")
    picture(page, "operations-retention")
    with client_of(system) as api:
        (rule,) = [item for item in api.get("/retention").json() if item["workflow"] == WORKFLOW]
        assert (rule["uploads_days"], rule["results_days"]) == (30, None), json.dumps(rule)
    page.get_by_role("button", name=f"Remove the rule: {WORKFLOW}").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    expect(kept.get_by_role("row", name=WORKFLOW)).to_have_count(0)


def runs_of(system: RunningSystem) -> list[str]:
    return [run["dag_run_id"] for run in system.api.runs(limit=5, dag_id=WORKFLOW)]
