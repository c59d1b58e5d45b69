"""Costs, causes and sources in the browser."""

import os
import shutil
import time

import pytest
from playwright.sync_api import expect

from media_ai.catalog.budgets import Payer
from media_ai.catalog.failures import Failures
from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.catalog.spending import CatalogSpending
from media_ai.clients.spending import paying
from media_ai.store.artifacts import Usage
from tests.running import RunningSystem
from tests.system.callers import client_of
from tests.system.cloud import connected_cloud
from tests.system.helpers import ended, graph, publish, until
from tests.system.test_causes import trigger
from tests.system.test_costs import costly
from tests.ui.conftest import Open, picture

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def cloud(system: RunningSystem, tmp_path_factory):
    """The emulated model, and a workflow that asks it."""
    with connected_cloud(system, tmp_path_factory.mktemp("money"), task_takes_s=0.2) as emulator:
        publish(system, costly("ui-costly"))
        yield emulator


def test_a_task_is_quoted_limited_and_compared_with_its_quote(open_page: Open, system: RunningSystem, samples, cloud):
    """Tokens, money and time before the start; a change asks for another quote; afterwards the cost per node beside the quote."""
    page = open_page("?page=create&workflow=ui-costly")
    page.get_by_text("Existing file").click()
    page.get_by_label("Address of the video").fill((samples / "honeybees.mp4").as_uri())
    page.get_by_label("Task name").fill("Bees, quoted")
    page.get_by_label("Description").fill("A lesson")
    page.get_by_role("button", name="Quote", exact=True).click()
    quote = page.get_by_role("region", name="What it will take")
    expect(quote).to_contain_text("CN¥")
    expect(quote).to_contain_text("modelstudio/qwen3-vl-plus")
    picture(page, "quote")
    page.get_by_role("button", name="Extract frames").click()
    page.get_by_role("textbox", name="Interval").fill("10")
    expect(page.get_by_text("The task was changed since")).to_be_visible()
    page.get_by_role("button", name="Quote again").click()
    expect(page.get_by_text("The task was changed since")).to_have_count(0)
    page.get_by_label("It may cost at most (CNY)").fill("25")
    page.get_by_role("main").get_by_role("button", name="Create task").click()

    expect(page.get_by_role("heading", name="Bees, quoted")).to_be_visible()
    expect(page.get_by_role("tab", name="Usage")).to_be_visible(timeout=120_000)
    expect(page.get_by_text("Completed").first).to_be_visible(timeout=120_000)
    page.get_by_role("tab", name="Usage").click()
    row = page.get_by_role("row", name="analyses modelstudio/qwen3-vl-plus")
    expect(row.get_by_text("CN¥")).to_have_count(2)
    picture(page, "cost-of-nodes")

    page.get_by_role("tab", name="Tasks").click()
    expect(page.get_by_role("row", name="Bees, quoted").get_by_text("CN¥")).to_be_visible()
    page.get_by_role("tab", name="Costs").click()
    compared = page.get_by_role("region", name="Actual against quoted")
    expect(compared.get_by_role("row", name="Bees, quoted").get_by_text("CN¥")).to_have_count(2)
    with client_of(system) as api:
        (budget,) = [
            item for item in api.get("/budgets").json() if item["scope"] == "task" and item["workflow"] == "ui-costly"
        ]
    assert budget["amount"] == 25


@pytest.fixture
def spent(system: RunningSystem):
    """A call to a model that was paid for; afterwards no budget and no price is left."""
    run = RunKey(dag_id="ui-spent", run_id="ui-spent")
    ResultRepository(system.database).record_state(run, "success")
    used = Usage(model="modelstudio/qwen3-vl-plus", input_tokens=500_000, output_tokens=100_000)
    with paying(CatalogSpending(system.database, Payer(**run.columns(), node_id="analyses")), used) as bill:
        bill.add(used)
    yield
    with client_of(system) as api:
        api.put("/budgets", json={"scope": "month", "amount": None})
        api.put("/prices", json={"currency": "CNY", "prices": {}}, headers={"If-Match": "*"})


def test_costs_are_read_budgets_and_prices_are_set(open_page: Open, spent):
    """What was spent by what it was for; a budget with how much of it is used; a price of one's own. What is wrong is said."""
    page = open_page("?page=costs")
    page.get_by_label("By", exact=True).select_option("model")
    expect(
        page.get_by_role("region", name="Spent").get_by_role("row", name="modelstudio/qwen3-vl-plus")
    ).to_be_visible()
    page.get_by_role("button", name="Set a budget").click()
    page.get_by_label("Amount (CNY)").fill("80")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    budgets = page.get_by_role("region", name="Budgets")
    expect(budgets.get_by_text("of CN¥80.00")).to_be_visible()
    page.get_by_role("button", name="Change the budget: Everything in a month").click()
    page.get_by_label("Amount (CNY)").fill("90")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(budgets.get_by_text("of CN¥90.00")).to_be_visible()
    page.get_by_role("button", name="Remove the budget").first.click()
    expect(budgets.get_by_text("of CN¥90.00")).to_have_count(0)

    page.get_by_role("button", name="Add a price").click()
    page.get_by_label("Model").fill("nonsense")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    page.get_by_label("Model").fill("local/own-*")
    page.get_by_label("Per million tokens in").fill("0.25")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="local/own-*")).to_contain_text("0.25")


def test_a_cause_is_read_and_its_tasks_are_restarted(open_page: Open, system: RunningSystem, samples):
    """Two tasks are one cause with what to do; restarted together once it is mended; one in quarantine stays until it is released."""
    publish(system, graph("ui-caused"))
    folder = system.settings.uploads / "ui-caused"
    folder.mkdir(parents=True)
    videos = [folder / f"ui-missing{number}.mp4" for number in range(3)]
    runs = [trigger(system, "ui-caused", video) for video in videos]
    assert {ended(system, "ui-caused", run_id) for run_id in runs} == {"failed"}
    kept = RunKey(dag_id="ui-caused", run_id="ui-missing2")
    until(lambda: Failures(system.database).last(kept), 30)
    for _ in range(3):
        Failures(system.database).run_failed(kept, most=3)

    page = open_page("?page=causes")
    cause = page.get_by_role("article").filter(has_text="ui-caused")
    expect(cause).to_contain_text("3 tasks", timeout=30_000)
    expect(cause).to_contain_text("1 in quarantine")
    expect(cause).to_contain_text("docs/operations.md")
    cause.get_by_role("button", name="Show the tasks").click()
    expect(cause.get_by_role("row", name="ui-missing0")).to_contain_text("does not exist")
    picture(page, "causes")
    for video in videos:
        shutil.copyfile(samples / "honeybees.mp4", video)
    cause.get_by_role("button", name="Restart the group").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("Restart 2 tasks?")
    page.get_by_role("alertdialog").get_by_role("button", name="Restart").click()
    expect(cause.get_by_role("link", name="Watch it in Airflow")).to_be_visible()
    until(lambda: all(system.api.run("ui-caused", run_id)["state"] == "success" for run_id in runs[:2]), 240)
    quarantine = page.get_by_role("region", name="Quarantine")
    quarantine.get_by_role("button", name="Release: ui-missing2").click()
    expect(page.get_by_text("The task is released.")).to_be_visible()
    expect(quarantine.get_by_role("button", name="Release: ui-missing2")).to_have_count(0)


def test_a_source_is_made_looked_at_and_changed(open_page: Open, system: RunningSystem, samples):
    """A form of the server's fields with the workflow's parameters; what a look would find and cost; a look; a backfill; deleted."""
    publish(system, graph("ui-sourced", interval=20.0))
    folder = system.settings.uploads / "ui-source"
    folder.mkdir(parents=True)
    (folder / "notes.mp4").write_text("x")
    shutil.copyfile(samples / "honeybees.mp4", folder / "bees.mp4")
    os.utime(folder / "bees.mp4", (time.time() - 3 * 86400,) * 2)
    page = open_page("?page=sources")
    page.get_by_role("button", name="New source").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name", exact=True).fill("The Hall")
    expect(dialog.get_by_label("Address name")).to_have_value("the-hall")
    dialog.get_by_label("Workflow").select_option("ui-sourced")
    dialog.locator("[id='field-location'] input").fill("relative")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.locator("[id='field-location'] input").fill(f"{folder}/")
    dialog.get_by_role("button", name="Extract frames").click()
    dialog.get_by_role("textbox", name="Interval").fill("25")
    picture(page, "source-form")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="The Hall")).to_be_visible()

    page.get_by_role("button", name="Backfill", exact=True).click()
    dialog.get_by_label("From (UTC)").fill("2020-01-01")
    dialog.get_by_role("button", name="Show what it finds").click()
    expect(dialog.get_by_text("bees.mp4")).to_be_visible()
    dialog.get_by_role("button", name="Quote").click()
    expect(dialog.get_by_role("region", name="What it will take")).to_be_visible()
    picture(page, "backfill")
    dialog.get_by_role("button", name="Cancel").click()
    until(lambda: system.api.dag("source.the-hall"), 60)
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_text("The source looks now.")).to_be_visible()

    page.get_by_role("button", name="Edit: The Hall").click()
    dialog.get_by_label("Description").fill("What is recorded there")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What is recorded there")).to_be_visible()
    with client_of(system) as api:
        assert api.get("/sources/the-hall").json()["source"]["overrides"] == {"frames": {"interval": 25}}
    page.get_by_role("button", name="Delete: The Hall").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The source is deleted.")).to_be_visible()
    expect(page.get_by_role("row", name="The Hall")).to_have_count(0)
