"""Files that VOD fetches: submitted once, found again by their address, which nobody gets to see."""

import itertools
import logging
import time
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from media_ai.clients.oss_links import link_signed_at
from media_ai.clients.vod_rules import VideoTexts
from media_ai.clients.vod_url_uploads import (
    UrlUpload,
    cancel_url_upload,
    find_url_upload,
    poll_url_upload,
    submit_url_upload,
)
from media_ai.clients.vod_videos import get_video
from media_ai.errors import ErrorKind, ServiceError
from media_ai_emulators.testing import running_emulator
from tests.emulated import oss_client, oss_credentials
from tests.vod import vod_access, vod_calls

KEY = "in/a,b 视频.mp4"


_signed, _begun = itertools.count(1), datetime.now(UTC).replace(microsecond=0)


def upload(emulator, *, key=KEY, title="👨‍👩‍👧 title ☀️ 🎬", **more):
    # Another second for each, so that no two tests sign the same link.
    at = _begun - timedelta(seconds=next(_signed))
    link = link_signed_at(oss_credentials(emulator), "media-ai", key, signed_at=at, ttl_s=6000)
    return UrlUpload(link=link, texts=VideoTexts(title=title, tags=("a",)).prepared().parameters, more=more)


@pytest.fixture(scope="module")
def _slow(tmp_path_factory):
    with running_emulator(tmp_path_factory.mktemp("slow"), job_takes_s=60) as emulator:
        yield emulator


@pytest.fixture
def cloud(_slow):
    """Services whose jobs take a minute, with a video in OSS; its links are of this test alone."""
    _slow.reset()
    oss_client(_slow).put(KEY, b"video")
    return _slow


def now():
    return datetime.now(UTC)


def test_a_file_is_fetched(cloud):
    """After a while there is a video with the texts that go into an address upload: those without emoji."""
    job = submit_url_upload(vod_calls(cloud), upload(cloud, AppId="app-1000001"), now())
    access = vod_access(cloud)
    assert not poll_url_upload(job, access).is_done
    cloud.advance(61)
    state = poll_url_upload(job, access)

    assert state.is_done
    video = get_video(vod_calls(cloud), state.data["video_id"])
    assert (video.title, video.tags, video.app_id) == ("title", ("a",), "app-1000001")


@pytest.mark.parametrize("kind", ["cut", "server_error", "throttle", "error_body"])
def test_a_lost_answer_fetches_nothing_twice(cloud, kind):
    """The job is found by its address."""
    cloud.faults().add("vod", kind, operation="UploadMediaByURL", times=2)
    wanted = upload(cloud)
    job = submit_url_upload(vod_calls(cloud), wanted, now())

    assert sum(not call.code for call in cloud.calls("vod", "UploadMediaByURL")) == 1
    assert find_url_upload(vod_calls(cloud), wanted, now()).id == job.id


def test_lists_that_are_late_fetch_nothing_twice(cloud, monkeypatch):
    """While the list does not show the job, its session is refused, and it is looked for again."""
    calls, looks = vod_calls(cloud, tries=6), []
    original = calls.call

    def late(action, given, **more):
        if action == "GetURLUploadInfos" and len(looks) < 2:
            looks.append(1)
            return {"URLUploadInfoList": []}
        return original(action, given, **more)

    monkeypatch.setattr(calls, "call", late)
    cloud.faults().add("vod", "cut", operation="UploadMediaByURL")
    submit_url_upload(calls, upload(cloud), now())

    codes = [call.code for call in cloud.calls("vod", "UploadMediaByURL")]
    assert codes == ["", "InvalidSessionId.Duplicate", "InvalidSessionId.Duplicate"]


def test_an_older_job_is_not_taken(cloud):
    """Somebody had the same address fetched yesterday."""
    wanted = upload(cloud)
    submit_url_upload(vod_calls(cloud), wanted, now())

    its_now = datetime.fromtimestamp(cloud.state.clock.now(), UTC)
    assert find_url_upload(vod_calls(cloud), wanted, its_now) is not None
    assert find_url_upload(vod_calls(cloud), wanted, its_now + timedelta(minutes=2)) is None
    assert find_url_upload(vod_calls(cloud), upload(cloud, key="other.mp4"), now()) is None


def test_a_file_that_is_not_there_fails(cloud, caplog):
    """With VOD's code and what to check; the address, which is signed, is in no message and no log."""
    caplog.set_level(logging.DEBUG)
    wanted = upload(cloud, key="nothing.mp4")
    job = submit_url_upload(vod_calls(cloud), wanted, now())
    cloud.advance(61)
    with pytest.raises(ServiceError) as caught:
        poll_url_upload(job, vod_access(cloud))

    assert (caught.value.code, caught.value.kind) == ("InvalidFileURL", ErrorKind.INVALID)
    signature = wanted.link.get_secret_value().rpartition("x-oss-signature=")[2]
    shown = [caught.value.message, repr(wanted), job.model_dump_json(), caplog.text]
    assert not any(signature in text for text in shown)
    assert find_url_upload(vod_calls(cloud), wanted, now()) is None


def test_a_job_can_be_cancelled_while_it_waits(cloud):
    """One that has begun goes on."""
    calls, access = vod_calls(cloud), vod_access(cloud)
    wanted = upload(cloud, title="cancelled")
    waiting = submit_url_upload(calls, wanted, now())
    cancel_url_upload(waiting, access)
    assert poll_url_upload(waiting, access).is_gone
    assert find_url_upload(calls, wanted, now()) is None

    running = submit_url_upload(calls, upload(cloud, title="second"), now())
    cloud.advance(30)
    with pytest.raises(ServiceError) as caught:
        cancel_url_upload(running, access)
    assert caught.value.kind is ErrorKind.CONFLICT
    assert not poll_url_upload(running, access).is_gone


def test_a_job_that_nobody_knows_is_waited_for_a_moment(cloud):
    """VOD's lists are late; after half a minute it is an error, and nothing is submitted again by itself."""
    job = submit_url_upload(vod_calls(cloud), upload(cloud), now())
    unknown = job.model_copy(update={"id": "nothing"})
    assert not poll_url_upload(unknown, vod_access(cloud)).is_done
    old = unknown.model_copy(update={"details": {"submitted": time.time() - 31}})
    with pytest.raises(ServiceError) as caught:
        poll_url_upload(old, vod_access(cloud))
    assert caught.value.kind is ErrorKind.NOT_FOUND


def test_an_address_without_an_ending_is_refused(cloud):
    """VOD tells formats by it."""
    bare = UrlUpload(link=SecretStr("https://example.com/video"), texts={}, more={})
    with pytest.raises(ServiceError) as caught:
        submit_url_upload(vod_calls(cloud), bare, now())
    assert caught.value.code == "InvalidFileName.Extension"
