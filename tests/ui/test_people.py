"""A person whom nobody knows gets a name in the result, and is found by it."""

import pytest
from playwright.sync_api import expect

from tests.faces import write_scenes
from tests.running import RunningSystem
from tests.system.helpers import ended, graph, publish, start
from tests.ui.conftest import Open, picture

pytestmark = pytest.mark.system


def test_an_unknown_face_is_named_and_found(open_page: Open, system: RunningSystem, tmp_path):
    """The timeline shows when; the name holds at once, in the result and in the library."""
    faces = {"id": "faces", "type": "recognize_faces"}
    wires = (("frames.frames", "faces.frames"), ("faces.people", "publish.results"))
    more = (faces, {"id": "publish", "type": "publish_results"})
    publish(system, graph("ui-people", interval=0.5, more=more, wires=wires))
    video = write_scenes(tmp_path / "one.mp4", [((), 1), (("ardern_2022",), 2)])
    run_id = start(system, "ui-people", video, video_id="ui-people", title="One person")
    assert ended(system, "ui-people", run_id) == "success"

    page = open_page(f"?page=result&workflow=ui-people&run={run_id}")
    page.get_by_role("tab", name="People").click()
    stranger = page.get_by_role("article", name="Unknown person")
    expect(stranger.get_by_text("1 appearance")).to_be_visible()
    picture(page, "people")
    stranger.get_by_role("button", name="Give a name").click()
    stranger.get_by_label("Name", exact=True).fill("Jacinda <b>Ardern</b>")
    stranger.get_by_label("Role").fill("prime minister")
    stranger.get_by_role("button", name="Save").click()
    named = page.get_by_role("article", name="Jacinda <b>Ardern</b>")
    expect(named).to_contain_text("prime minister")

    page.get_by_role("tab", name="Library").click()
    page.get_by_role("searchbox", name="Search in everything").fill("ardern")
    page.get_by_role("article", name="One person").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="One person")).to_be_visible()
