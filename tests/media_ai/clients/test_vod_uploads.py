"""Uploads to VOD: one video for one name, keys that are renewed, and what a killed process leaves behind."""

import os
import signal
import subprocess
import sys
import time
import uuid

import pytest

from media_ai.clients.access import Access
from media_ai.clients.credentials import VodCredentials
from media_ai.clients.vod_calls import VodCalls
from media_ai.clients.vod_sending import Sending
from media_ai.clients.vod_uploads import Created, create_video, refresh
from media_ai.clients.vod_videos import get_video
from media_ai.errors import ErrorKind, ServiceError, StoppedError
from media_ai_emulators.state import UPLOAD_BUCKET
from media_ai_emulators.testing import running_emulator
from media_ai_emulators.vod.videos import BROKEN
from tests.emulated import ims_credentials, oss_client, quick
from tests.vod import count, created, vod_calls

MB = 1 << 20
_CHILD = """
import sys
from pathlib import Path
from media_ai.clients.access import Access
from media_ai.clients.credentials import VodCredentials
from media_ai.clients.vod_calls import VodCalls
from media_ai.clients.vod_sending import Sending
from media_ai.clients.vod_uploads import Created
url, key_id, secret, video, path, checkpoints = sys.argv[1:]
credentials = VodCredentials(region="cn-shanghai", endpoint=url, key_id=key_id, secret=secret)
calls = VodCalls(Access(credentials_of=lambda _: credentials))
Sending(calls=calls, path=Path(path), part_size=1 << 20, in_parts_above=1 << 20, checkpoints=Path(checkpoints)).send(
    Created(video_id=video)
)
"""


@pytest.fixture
def big(tmp_path):
    """A file of 6.5 MB."""
    path = tmp_path / "big.mp4"
    path.write_bytes(os.urandom(6 * MB + MB // 2))
    return path


@pytest.fixture
def tiny(tmp_path):
    """A file that goes in one request."""
    path = tmp_path / "tiny.mp4"
    path.write_bytes(b"a tiny video")
    return path


def in_parts(calls, path, **more):
    return Sending(
        calls=calls, path=path, part_size=MB, in_parts_above=MB, checkpoints=path.parent / "checkpoints", **more
    )


def stored(emulator, video_id):
    """The bytes that arrived, read with keys that may."""
    client = oss_client(emulator, bucket=UPLOAD_BUCKET)
    (found,) = client.list(f"sv/{video_id[:8]}/{video_id}")
    return client.read(found.key)


def numbers(emulator):
    """The numbers of the parts that were sent."""
    return sorted(int(call.params["partNumber"]) for call in emulator.calls("oss", "UploadPart"))


def parameters(reference_id):
    return {"Title": "t", "FileName": "a.mp4", "ReferenceId": reference_id}


def test_a_file_arrives(emulator, tiny):
    """In one request, with the keys that came with the video."""
    calls = vod_calls(emulator)
    video = created(calls)

    assert Sending(calls=calls, path=tiny).send(video)
    assert stored(emulator, video.video_id) == b"a tiny video"
    assert emulator.calls("vod", "RefreshUploadVideo") == []
    assert get_video(calls, video.video_id).status != "Uploading"


def test_a_large_file_arrives_in_parts(emulator, big):
    """And nothing is left behind on disk."""
    calls = vod_calls(emulator)
    video = created(calls)

    assert in_parts(calls, big).send(video)
    assert stored(emulator, video.video_id) == big.read_bytes()
    assert numbers(emulator) == [1, 2, 3, 4, 5, 6, 7]
    assert list((big.parent / "checkpoints").iterdir()) == []


def test_what_has_arrived_is_not_sent_again(emulator, tiny):
    """VOD says so: its keys cannot look."""
    calls = vod_calls(emulator)
    video = created(calls)
    Sending(calls=calls, path=tiny).send(video)

    assert not Sending(calls=calls, path=tiny).send(Created(video_id=video.video_id))
    assert len(emulator.calls("oss", "PutObject")) == 1


def test_one_name_is_one_video(emulator):
    """Whoever comes with a ReferenceId that is taken gets the video that has it."""
    calls, reference = vod_calls(emulator), uuid.uuid4().hex
    first = create_video(calls, parameters(reference))
    second = create_video(calls, parameters(reference))

    assert (second.video_id, second.was_there, second.ticket) == (first.video_id, True, None)
    assert not first.was_there
    assert count(emulator, "CreateUploadVideo") == 1


@pytest.mark.parametrize("kind", ["cut", "server_error", "error_body", "throttle"])
def test_a_lost_answer_makes_no_second_video(emulator, kind):
    """After each trouble the video is looked for by its name before it is made again."""
    calls, reference = vod_calls(emulator), uuid.uuid4().hex
    emulator.faults().add("vod", kind, operation="CreateUploadVideo", times=2)
    video = create_video(calls, parameters(reference))

    assert get_video(calls, video.video_id).reference_id == reference
    made = [one for one in emulator.calls("vod", "CreateUploadVideo") if not one.code]
    assert len(made) == 1


def test_a_race_for_a_name_is_won_by_one(emulator, monkeypatch):
    """The other gets a refusal, looks, and takes the same video."""
    calls, reference = vod_calls(emulator), uuid.uuid4().hex
    other = vod_calls(emulator)
    original, raced = calls.call_once, []

    def late(action, given):
        if action == "CreateUploadVideo" and not raced:
            raced.append(create_video(other, parameters(reference)))
        return original(action, given)

    monkeypatch.setattr(calls, "call_once", late)
    video = create_video(calls, parameters(reference))

    assert (video.video_id, video.was_there) == (raced[0].video_id, True)


def test_a_refusal_for_another_reason_is_told(emulator):
    """Not every refusal is a name that is taken."""
    with pytest.raises(ServiceError) as caught:
        create_video(vod_calls(emulator), {**parameters(uuid.uuid4().hex), "FileName": "a.xyz"})
    assert caught.value.code == "InvalidFileName.Extension"


def test_keys_are_renewed_before_they_die(tmp_path, big):
    """Fifteen minutes before their end: the upload goes on with new ones, in the same parts."""
    with running_emulator(tmp_path / "state") as emulator:
        calls = vod_calls(emulator)
        clock, asked = emulator.state.clock.now, []
        video = create_video(calls, parameters(uuid.uuid4().hex), clock=clock)

        def later():
            asked.append(1)
            if len(asked) == 4:
                emulator.advance(2400)

        calls.check_stopped = later
        assert in_parts(calls, big, clock=clock).send(video)
        assert len(emulator.calls("vod", "RefreshUploadVideo")) == 1
        assert {call.code for call in emulator.calls("oss")} == {""}
        assert len(emulator.calls("oss", "InitiateMultipartUpload")) == 1
        assert stored(emulator, video.video_id) == big.read_bytes()


def test_keys_that_die_in_the_middle_are_replaced(tmp_path, big):
    """After 3,000 seconds the parts that are left are refused; new keys finish the same upload."""
    with running_emulator(tmp_path / "state") as emulator:
        calls = vod_calls(emulator)
        video = created(calls)
        sending = in_parts(calls, big)
        original, sent = calls.check_stopped, []

        def later():
            sent.append(1)
            if len(sent) == 4:
                emulator.advance(3001)
            original()

        calls.check_stopped = later
        assert sending.send(video)

        assert "SecurityTokenExpired" in {call.code for call in emulator.calls("oss")}
        assert len(emulator.calls("vod", "RefreshUploadVideo")) == 1
        assert len(emulator.calls("oss", "InitiateMultipartUpload")) == 1
        done = [call for call in emulator.calls("oss", "UploadPart") if not call.code]
        assert sorted(int(call.params["partNumber"]) for call in done) == [1, 2, 3, 4, 5, 6, 7]
        assert stored(emulator, video.video_id) == big.read_bytes()


def test_keys_that_never_work_are_given_up(emulator, tiny):
    """After three of them."""
    calls = vod_calls(emulator)
    video = created(calls)
    emulator.faults().add("oss", "expired_token", times=None)

    with pytest.raises(ServiceError) as caught:
        Sending(calls=calls, path=tiny).send(video)
    assert caught.value.code == "SecurityTokenExpired"
    assert len(emulator.calls("vod", "RefreshUploadVideo")) == 2


def test_an_upload_that_was_killed_goes_on(emulator, big):
    """After kill -9 in the middle the same multipart upload is finished, with new keys; what had arrived is not sent again."""
    calls, folder = vod_calls(emulator), big.parent / "checkpoints"
    video = created(calls)
    emulator.faults().add("oss", "slow", operation="UploadPart", times=None, skip=3, seconds=60)
    keys = emulator.keys
    given = [emulator.url, keys.access_key_id, keys.access_key_secret, video.video_id, str(big), str(folder)]
    child = subprocess.Popen([sys.executable, "-c", _CHILD, *given], env={**os.environ, "PYTHONPATH": "include"})
    deadline = time.monotonic() + 60
    while not folder.exists() or sum(path.read_text().count('"etag"') for path in folder.iterdir()) < 3:
        assert time.monotonic() < deadline and child.poll() is None
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    emulator.reset()

    assert in_parts(calls, big).send(Created(video_id=video.video_id))

    assert len(numbers(emulator)) == 4
    assert emulator.calls("oss", "InitiateMultipartUpload") == []
    assert stored(emulator, video.video_id) == big.read_bytes()


@pytest.mark.parametrize("operation", ["PutObject", "CompleteMultipartUpload"])
def test_a_lost_answer_at_the_end_is_no_failure(emulator, tiny, big, operation):
    """The object is there; it is neither written twice nor called a failure."""
    calls = vod_calls(emulator)
    video = created(calls)
    emulator.faults().add("oss", "cut", operation=operation)
    sending = Sending(calls=calls, path=tiny) if operation == "PutObject" else in_parts(calls, big)

    assert sending.send(video)
    assert sum(not call.code for call in emulator.calls("oss", operation)) == 1


def test_a_file_that_vod_could_not_read_is_sent_again(emulator, tiny):
    """It takes the place of the broken one."""
    calls = vod_calls(emulator)
    video = created(calls)
    broken = tiny.with_name("broken.mp4")
    broken.write_bytes(BROKEN)
    Sending(calls=calls, path=broken).send(video)
    assert get_video(calls, video.video_id).status == "UploadFail"

    assert Sending(calls=calls, path=tiny).send(Created(video_id=video.video_id))
    assert stored(emulator, video.video_id) == b"a tiny video"


def test_a_stop_ends_an_upload(emulator, big):
    """At the next part, and the checkpoint stays."""
    calls, parts = vod_calls(emulator), []

    def stop():
        parts.append(1)
        if len(parts) > 3:
            raise StoppedError("stopped")

    calls.check_stopped = stop
    with pytest.raises(StoppedError):
        in_parts(calls, big).send(created(calls))
    assert len(list((big.parent / "checkpoints").iterdir())) == 1


def test_no_key_is_shown(emulator, tiny):
    """Neither in what describes an upload nor in errors."""
    calls = vod_calls(emulator)
    ticket = refresh(calls, created(calls).video_id)
    secret, token = ticket.keys.secret, ticket.keys.security_token
    emulator.faults().add("oss", "server_error", times=None)
    with pytest.raises(ServiceError) as caught:
        Sending(calls=calls, path=tiny).send(Created(video_id=ticket.media_id, ticket=ticket))

    for text in (repr(ticket), caught.value.message, str(caught.value.__cause__)):
        assert secret not in text and token not in text


def test_answers_that_cannot_be_read_are_worth_another_try():
    """The keys in them are not shown."""
    from media_ai.clients.vod_uploads import Ticket

    with pytest.raises(ServiceError) as caught:
        Ticket.of({"UploadAddress": "not base64 {secret}"}, media_id="v", region="r", now=0)
    assert caught.value.kind is ErrorKind.TRANSIENT
    assert "secret" not in caught.value.message


def test_an_access_of_another_region_is_another_account(emulator):
    """Turns are of region and key."""
    credentials = ims_credentials(emulator, VodCredentials, region="cn-beijing")
    assert VodCalls(Access(credentials_of=lambda _: credentials), retry=quick()).turns.startswith("vod:cn-beijing:")
