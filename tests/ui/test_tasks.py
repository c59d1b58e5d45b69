"""Tasks: stopped, restarted, repeated, many at once; made from a folder and from an earlier upload."""

import base64
import re

import pytest
from playwright.sync_api import Page, expect

from tests.running import RunningSystem
from tests.system.callers import client_of
from tests.system.helpers import graph, publish, states, until
from tests.ui.conftest import Open, picture

pytestmark = pytest.mark.system


def act(page: Page, task: str, action: str) -> None:
    page.get_by_role("button", name=f"Actions: {task}").click()
    page.get_by_role("menuitem", name=action, exact=True).click()


def test_tasks_are_stopped_restarted_and_repeated(open_page: Open, system: RunningSystem, samples):
    """Stop and restart go on where they were; changed parameters make a new task, and a change can be dropped; many at once."""
    publish(system, graph("ui-tasks", interval=0.1))
    with client_of(system) as api:
        body = {"name": "Long one", "input": {"video": str(samples / "honeybees.mp4"), "video_id": "ui-long"}}
        body["overrides"] = {"distinct": {"threshold": 0.5}}
        run_id = api.post("/workflows/ui-tasks/tasks", json=body).raise_for_status().json()["run_id"]
        page = open_page("?page=tasks&workflow=ui-tasks")
        until(lambda: states(system, "ui-tasks", run_id).get("frames") == "running", 60)
        row = page.get_by_role("row", name="Long one")
        expect(row.get_by_text("of 3 nodes")).to_be_visible()
        act(page, "Long one", "Stop")
        page.get_by_role("alertdialog").get_by_role("button", name="Stop").click()
        expect(row.get_by_text("Terminated")).to_be_visible()

        act(page, "Long one", "Restart what failed")
        expect(row.get_by_text("In Progress")).to_be_visible()
        expect(row.get_by_text("Completed")).to_be_visible(timeout=120_000)
        act(page, "Long one", "Restart with changed parameters")
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Remove similar frames 1 changed").click()
        dialog.get_by_role("button", name="Use the default: Similarity threshold").click()
        dialog.get_by_role("button", name="Extract frames").click()
        dialog.get_by_role("textbox", name="Interval").fill("5")
        picture(page, "repeat")
        dialog.get_by_role("button", name="Restart", exact=True).click()
        expect(page.get_by_role("heading", name="Long one")).to_be_visible()
        tasks = api.get("/tasks", params={"workflow": "ui-tasks"}).json()["tasks"]
        new = next(task for task in tasks if task["parent_run_id"] == run_id)
        detail = api.get(f"/tasks/ui-tasks/{new['run_id']}").json()
        assert detail["overrides"] == {"frames": {"interval": 5}}

        page.get_by_role("tab", name="Tasks").click()
        page.get_by_label("Workflow").select_option("ui-tasks")
        expect(page.get_by_role("cell", name="Completed")).to_have_count(2, timeout=60_000)
        page.get_by_label("All", exact=True).check(force=True)
        expect(page.get_by_text("2 selected")).to_be_visible()
        page.get_by_role("button", name="Restart everything").click()
        expect(page.get_by_text("2 tasks changed")).to_be_visible()
        expect(page.get_by_role("cell", name="Completed")).to_have_count(2, timeout=60_000)


def test_tasks_are_made_from_a_folder_and_from_an_earlier_upload(open_page: Open, system: RunningSystem, samples):
    """A folder that may be listed gives a table of its videos with their subtitles; what one uploaded is there to choose."""
    publish(system, graph("ui-many", interval=9.0))
    with client_of(system) as api:
        headers = {
            "Upload-Metadata": f"filename {base64.b64encode('Зал 3.mp4'.encode()).decode()}",
            "Tus-Resumable": "1.0.0",
        }
        data = (samples / "honeybees.mp4").read_bytes()
        headers |= {"Upload-Length": str(len(data)), "content-type": "application/offset+octet-stream"}
        api.post("/uploads", content=data, headers=headers).raise_for_status()
    page = open_page("?page=create&workflow=ui-many")
    page.get_by_text("Many videos").click()
    page.get_by_label("Folder").fill(samples.as_uri() + "/")
    page.get_by_role("button", name="List videos").click()
    expect(page.get_by_role("cell", name="honeybees", exact=True)).to_be_visible()
    expect(page.get_by_role("textbox", name="Table")).to_have_value(re.compile("honeybees.srt"))
    picture(page, "many")
    page.get_by_role("main").get_by_role("button", name="Create task (1)").click()
    expect(page.get_by_text("1 task created")).to_be_visible()

    page.get_by_label("Folder").fill("file:///etc/")
    page.get_by_role("button", name="List videos").click()
    expect(page.get_by_role("alert")).to_contain_text("is no folder that can be listed")

    page.get_by_text("Existing file").click()
    page.get_by_label("Video uploaded before").select_option(index=1)
    expect(page.get_by_role("textbox", name="Title", exact=True)).to_have_value("Зал 3")
    page.get_by_label("Description").fill("Once more")
    page.get_by_role("main").get_by_role("button", name="Create task").click()
    expect(page.get_by_role("heading", name="Зал 3")).to_be_visible()
