"""Uploads that go straight from the browser to object storage."""

import os

import oss2
import pytest
from playwright.sync_api import Route, expect

from tests.emulated import oss_client
from tests.running import RunningSystem
from tests.system.callers import client_of
from tests.system.cloud import connected_cloud
from tests.ui.conftest import Open

pytestmark = pytest.mark.system
PART = 16 << 20


@pytest.fixture
def cloud(system: RunningSystem, tmp_path_factory):
    """Object storage whose bucket takes files from the pages' address, as docs/object-storage.md says."""
    with connected_cloud(system, tmp_path_factory.mktemp("direct")) as emulator:
        rule = oss2.models.CorsRule(allowed_origins=[system.settings.server[0]], allowed_methods=["PUT"])
        rules = oss2.models.BucketCors([rule])
        oss_client(emulator).call("oss:PutBucketCors", "", lambda io, _: io.put_bucket_cors(rules))
        yield emulator


def test_a_video_goes_to_storage_and_on_after_a_reload(open_page: Open, system: RunningSystem, cloud, tmp_path):
    """A cut connection is tried again, a pause and a reload go on with the parts that are missing; no byte passes the server."""
    film = tmp_path / "Зимний film.mov"
    film.write_bytes(os.urandom(4 * PART + 1000))
    page = open_page("?page=create")
    passed: list[str] = []
    page.on("request", lambda request: request.method == "PATCH" and passed.append(request.url))
    seen: list[str] = []

    def disturb(route: Route) -> None:
        number = route.request.url.partition("partNumber=")[2].partition("&")[0]
        seen.append(number)
        if len(seen) == 1:
            route.abort("connectionreset")
        elif number in "45":
            return  # No answer: the person presses Pause.
        else:
            route.continue_()

    page.route("**/*partNumber=*", disturb)
    page.set_input_files("input[aria-label='Video']", film)
    expect(page.get_by_text("74 %")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused")).to_be_visible()
    page.unroute("**/*partNumber=*")
    sent = len(cloud.calls("oss", "UploadPart"))

    page.reload()
    page.set_input_files("input[aria-label='Video']", film)
    expect(page.get_by_text("Uploaded")).to_be_visible()
    assert sorted(call.params["partNumber"] for call in cloud.calls("oss", "UploadPart")[sent:]) == ["4", "5"]
    assert passed == []
    with client_of(system) as api:
        (upload,) = [
            item for item in api.get("/uploads").json() if item["name"] == film.name and "oss" in item["address"]
        ]
    key = upload["address"].removeprefix("oss://media-ai/")
    assert oss_client(cloud).read(key) == film.read_bytes()


def test_a_bucket_that_does_not_know_the_page_is_told(open_page: Open, cloud, tmp_path):
    """The browser says nothing of the reason: the page names the rule that may be missing."""
    oss_client(cloud).call("oss:DeleteBucketCors", "", lambda io, _: io.delete_bucket_cors())
    film = tmp_path / "film.mp4"
    film.write_bytes(b"x" * 1000)
    page = open_page("?page=create", alone=True)
    page.clock.install()
    page.set_input_files("input[aria-label='Video']", film)
    for _ in range(100):
        # The pauses between tries pass at once.
        page.clock.run_for(20_000)
        if page.get_by_role("alert").count():
            break
        page.wait_for_timeout(100)
    expect(page.get_by_role("alert")).to_contain_text("CORS")
