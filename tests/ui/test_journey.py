"""What a person does who has never seen Airflow."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import Open, picture
from tests.ui.steps import node, wire

pytestmark = pytest.mark.system
SAMPLES = Path(__file__).parents[2] / "include" / "samples"


def test_from_a_preset_to_a_result(open_page: Open):
    """Clone a preset, draw a change, publish, upload with subtitles, tune a parameter, watch it run, read the result."""
    page = open_page()
    page.get_by_role("button", name="Clone: Summary without an account").click()
    expect(node(page, "Input video")).to_be_visible()

    page.get_by_role("searchbox", name="Find a node").fill("frames")
    page.get_by_role("complementary", name="Node library").get_by_role("button", name="Analyze frames").click()
    expect(page.get_by_role("button", name="2 issues")).to_be_visible()
    page.get_by_role("button", name="Arrange").click()
    wire(page, ("Read subtitles", "transcript"), ("Analyze frames", "frames"))
    expect(page.get_by_text("“Frames” takes frame set, not transcript.")).to_be_visible()
    picture(page, "wire-refused")
    page.mouse.up()
    wire(page, ("Remove similar frames", "frames"), ("Analyze frames", "frames"))
    page.mouse.up()
    page.get_by_role("button", name="1 issue").click()
    picture(page, "issue-with-fix")
    page.get_by_role("button", name="Fix: nothing reads its analyses").click()
    expect(page.get_by_text("No issues")).to_be_visible()
    picture(page, "canvas")

    page.get_by_role("button", name="Publish").click()
    page.get_by_label("Version note").fill("Looks at the frames once more")
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 1 is published.")).to_be_visible(timeout=90_000)

    page.get_by_role("tab", name="Create task").click()
    page.set_input_files("input[aria-label='Video']", SAMPLES / "honeybees.mp4")
    page.set_input_files("input[aria-label='Subtitles (optional)']", SAMPLES / "honeybees.srt")
    expect(page.get_by_text("Uploaded")).to_have_count(2)
    page.get_by_label("Task name").fill("My first task")
    page.get_by_label("Description").fill("A lesson")
    page.get_by_label("Workflow").select_option(index=1)
    page.get_by_role("button", name="Remove similar frames").click()
    page.get_by_label("Threshold").fill("0.8")
    picture(page, "create-task")
    page.get_by_role("main").get_by_role("button", name="Create task").click()

    expect(page.get_by_role("heading", name="My first task")).to_be_visible()
    expect(page.get_by_text("Quotes from the video")).to_be_visible(timeout=180_000)
    expect(page.get_by_text("Completed").first).to_be_visible()
    video = page.locator("video")
    page.wait_for_function(
        "document.querySelector('video').readyState > 1 && document.querySelector('video').duration > 90"
    )
    page.wait_for_function(
        "[...document.querySelector('video').textTracks].map(track => track.kind) == 'subtitles,chapters'"
    )
    video.evaluate("video => video.play()")
    page.wait_for_function("document.querySelector('video').currentTime > 0.5")
    video.evaluate("video => video.pause()")
    page.get_by_role("group", name="Kept frames").get_by_role("button").nth(3).click()
    page.wait_for_function("document.querySelector('video').currentTime > 5")
    page.get_by_role("tab", name="Transcript").click()
    page.get_by_role("button", name="She shows them with the waggle dance.").click()
    expect(page.get_by_role("region", name="Chapters").locator("[aria-current=true]")).to_contain_text("Waggle")
    page.wait_for_function("!document.querySelector('video').seeking")
    picture(page, "result")

    page.get_by_role("tab", name="Library").click()
    page.get_by_role("searchbox", name="Search in everything").fill("waggle dance")
    found = page.get_by_role("article", name="honeybees", exact=True)
    found.get_by_role("link", name="She shows them with the waggle dance.").click()
    expect(page.get_by_role("heading", name="My first task")).to_be_visible()
    page.get_by_role("tab", name="Tasks").click()
    expect(page.get_by_role("link", name="My first task", exact=True)).to_be_visible()
    picture(page, "tasks")
