"""Uploads in the browser: paused, cut, gone on with; files that are of no use are told at once."""

import os

import pytest
from playwright.sync_api import Route, expect

from tests.running import RunningSystem
from tests.system.callers import client_of
from tests.ui.conftest import Open

pytestmark = pytest.mark.system


def test_an_upload_is_paused_cut_and_gone_on_with(open_page: Open, system: RunningSystem, tmp_path):
    """A broken connection is tried again by itself, a pause goes on where it was; the file arrives byte for byte."""
    film = tmp_path / "Зимний film.mov"
    film.write_bytes(os.urandom(20 << 20))
    page = open_page("?page=create")
    seen: list[Route] = []

    def disturb(route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
            return
        seen.append(route)
        if len(seen) == 1:
            route.abort("connectionreset")
        elif len(seen) == 2:
            route.continue_()
        # The third gets no answer: the person presses Pause.

    page.route("**/api/v1/uploads/**", disturb)
    page.set_input_files("input[aria-label='Video']", film)
    expect(page.get_by_text("80 %")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused")).to_be_visible()
    page.unroute("**/api/v1/uploads/**")
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Uploaded")).to_be_visible()
    assert len(seen) == 3

    with client_of(system) as api:
        upload = next(item for item in api.get("/uploads").json() if item["name"] == film.name)
    assert (upload["is_finished"], upload["size"]) == (True, 20 << 20)
    stored = next((system.settings.uploads / upload["id"]).iterdir())
    assert stored.read_bytes() == film.read_bytes()


@pytest.mark.parametrize(
    ("name", "size", "message"),
    [("notes.txt", 5, "“notes.txt” is not one of .mp4, .avi, .mov."), ("empty.mp4", 0, "“empty.mp4” is empty.")],
)
def test_a_file_of_no_use_is_told_before_it_is_sent(open_page: Open, tmp_path, name, size, message):
    """Another kind of file, and an empty one."""
    file = tmp_path / name
    file.write_bytes(b"x" * size)
    page = open_page("?page=create")
    page.set_input_files("input[aria-label='Video']", file)
    expect(page.get_by_role("alert")).to_have_text(message)
