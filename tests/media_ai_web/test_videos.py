"""The video of a task: whole, in parts, from OSS by a link; never anything outside the readable folders."""

import httpx
import pytest

from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.catalog.task_records import TaskDetails, TaskRecords
from media_ai.clients.credentials import OssCredentials
from media_ai.model.run import RunInput
from media_ai.tasks.result import read_result
from media_ai_web import videos
from media_ai_web.permissions import Permission
from tests.emulated import oss_client, oss_credentials
from tests.web import API, SetGate, make_client

pytestmark = pytest.mark.postgres
URL = f"{API}/tasks/plays/r1/video"


@pytest.fixture
def started(database, tmp_path):
    """Record a task over a video, and return a client."""

    def start(video: str, **settings):
        ResultRepository(database).record_run(
            RunKey(dag_id="plays", run_id="r1"), RunInput(video=video, video_id="v"), version=1, overrides={}
        )
        return make_client(database, tmp_path / "home", media_roots=(tmp_path / "videos",), **settings)

    (tmp_path / "videos").mkdir()
    return start


def test_a_video_is_played_in_parts(started, tmp_path):
    """Range gives a part, with its place; the browser is told not to guess what it is."""
    (tmp_path / "videos" / "蜜 蜂.mp4").write_bytes(bytes(range(256)))
    client = started(str(tmp_path / "videos" / "蜜 蜂.mp4"))
    whole = client.get(URL)
    part = client.get(URL, headers={"Range": "bytes=10-19"})

    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, bytes(range(256)), "video/mp4")
    assert (part.status_code, part.content) == (206, bytes(range(10, 20)))
    assert part.headers["content-range"] == "bytes 10-19/256"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert client.get(URL, headers={"Range": "bytes=900-"}).status_code == 416


def test_what_is_no_video_is_not_shown_as_a_page(started, tmp_path):
    """Its name says HTML; the browser gets bytes."""
    (tmp_path / "videos" / "page.html").write_text("<script>alert(1)</script>")
    answer = started(str(tmp_path / "videos" / "page.html")).get(URL)

    assert answer.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_only_readable_folders_are_served(started, tmp_path):
    """Not even through a symbolic link."""
    (tmp_path / "secret.mp4").write_bytes(b"nobody's")
    (tmp_path / "videos" / "link.mp4").symlink_to(tmp_path / "secret.mp4")
    for address in (tmp_path / "secret.mp4", tmp_path / "videos" / "link.mp4", "/etc/passwd"):
        answer = started(str(address)).get(URL)
        assert answer.status_code in (403, 404)
        assert b"nobody's" not in answer.content


def test_a_video_that_is_gone_is_said(started, tmp_path):
    """404 with a sentence; so for an unknown task; 403 without the permission."""
    client = started(str(tmp_path / "videos" / "gone.mp4"))
    assert client.get(URL).status_code == 404
    assert "does not exist" in client.get(URL).json()["detail"]
    assert client.get(URL.replace("r1", "none")).status_code == 404


def test_a_video_is_for_those_who_read_tasks(database, tmp_path, started):
    """Others get 403, the anonymous 401."""
    started(str(tmp_path / "videos" / "a.mp4"))
    gate = SetGate(allowed=set(Permission) - {Permission.READ_TASKS})
    assert make_client(database, tmp_path, gate=gate).get(URL).status_code == 403
    assert make_client(database, tmp_path, user="").get(URL).status_code == 401


def test_a_video_in_oss_is_a_link(started, emulator, monkeypatch):
    """The browser fetches it from OSS itself; the link is kept nowhere, and made for allowed places only."""
    oss_client(emulator).put("in/a b.mp4", b"from oss")
    known = {OssCredentials: oss_credentials(emulator)}
    monkeypatch.setattr(videos, "credentials_of", lambda: known.__getitem__)
    prefixes = ("oss://media-ai/in/",)
    answer = started("oss://media-ai/in/a b.mp4", media_prefixes=prefixes).get(URL, follow_redirects=False)

    assert (answer.status_code, answer.headers["cache-control"]) == (307, "no-store")
    assert httpx.get(answer.headers["location"]).content == b"from oss"


def test_oss_outside_the_allowed_places_is_refused(started, emulator, monkeypatch):
    """Though the connection could read it."""
    oss_client(emulator).put("other/a.mp4", b"x")
    monkeypatch.setattr(videos, "credentials_of", lambda: {OssCredentials: oss_credentials(emulator)}.__getitem__)
    client = started("oss://media-ai/other/a.mp4", media_prefixes=("oss://media-ai/in/",))

    assert client.get(URL, follow_redirects=False).status_code == 403


@pytest.mark.parametrize("given", [{"video": "/lecture.mp4", "title": "Lecture"}, {"video": 5}, {}])
def test_the_result_of_a_task_that_has_just_begun(database, tmp_path, given):
    """It can be read before any node has run, whatever the task was started with."""
    run = RunKey(dag_id="plays", run_id="new")
    TaskRecords(database).describe(run, TaskDetails(name="n", owner="eve"), {"video_id": "v", "input": given})
    found = read_result(ResultRepository(database), None, run)  # type: ignore[arg-type]

    assert found.video is not None
    assert (found.video.video_id, found.video.title) == ("v", given.get("title", ""))
    assert found.nodes == []
