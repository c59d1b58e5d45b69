"""Videos of VOD: found, changed, deleted and waited for, by the real SDK."""

import time
import uuid

import pytest

from media_ai.clients.vod_playback import domain, domains, play_auth, play_info
from media_ai.clients.vod_rules import VideoTexts
from media_ai.clients.vod_videos import (
    VodVideo,
    delete_videos,
    find_video,
    get_video,
    poll_video,
    search_videos,
    update_video,
    video_job,
)
from media_ai.errors import ErrorKind, ServiceError
from media_ai_emulators.vod.domains import DOMAIN
from tests.vod import created, uploaded, vod_access, vod_calls


@pytest.fixture
def calls(emulator):
    return vod_calls(emulator)


def test_a_video_is_described(calls, emulator, tmp_path):
    """With numbers for numbers and a list of tags; its name finds it."""
    reference = uuid.uuid4().hex
    made = created(calls, "标题 🎬", Tags="a,视频", ReferenceId=reference, Description="d", CateId=7)
    video = get_video(calls, made.video_id)

    assert (video.title, video.tags, video.reference_id, video.category_id) == ("标题 🎬", ("a", "视频"), reference, 7)
    assert (video.status, video.size, video.app_id) == ("Uploading", None, "app-1000000")
    assert find_video(calls, reference) == video
    assert find_video(calls, "nothing-of-that-name") is None
    assert get_video(calls, uploaded(emulator, tmp_path)).size == 5


def test_an_empty_description_is_no_error():
    """Whatever VOD leaves out."""
    assert VodVideo.of({"VideoId": "v"}) == VodVideo(id="v", status="")
    signed = VodVideo.of({"MediaId": "v", "CoverURL": "https://h/a.jpg?auth_key=1-2-3", "Tags": ",a,,b"})
    assert (signed.id, signed.cover_url, signed.tags) == ("v", "https://h/a.jpg", ("a", "b"))


def test_a_search_goes_through_all_pages(calls, emulator, monkeypatch):
    """By the token that each page brings; no video twice, none left out."""
    monkeypatch.setattr("media_ai.clients.vod_videos._PAGE", 10)
    tag = uuid.uuid4().hex[:16]
    videos = [created(calls, Tags=tag).video_id for _ in range(15)]
    match = f"Tags in ('{tag}')"

    assert [video.id for video in search_videos(calls, match)] == videos[::-1]
    asked = emulator.calls("vod", "SearchMedia")
    assert [(call.params["PageNo"], bool(call.params.get("ScrollToken"))) for call in asked] == [
        ("1", False),
        ("2", True),
    ]
    assert [video.id for video in search_videos(calls, match, most=3)] == videos[:-4:-1]
    assert list(search_videos(calls, "Title in ('no such title')")) == []


def test_a_wrong_condition_is_refused(calls):
    """VOD names what is wrong with it."""
    with pytest.raises(ServiceError) as caught:
        list(search_videos(calls, "Title in ("))
    assert (caught.value.code, caught.value.kind) == ("ErrorMatchSyntax", ErrorKind.INVALID)


def test_texts_that_are_prepared_fit_an_update(calls):
    """What VOD takes at creation by characters it takes here by bytes."""
    texts = VideoTexts(title="视" * 200, description="👨‍👩‍👧‍👦" * 200, tags=("视频" * 20, "b")).prepared()
    video = created(calls).video_id
    update_video(calls, video, texts.parameters)

    changed = get_video(calls, video)
    assert (len(changed.title.encode()), changed.tags[0]) == (126, "视频" * 5)
    with pytest.raises(ServiceError) as caught:
        update_video(calls, video, {"Title": "视" * 43})
    assert caught.value.code == "LengthExceededMax"


def test_an_update_is_repeated_when_its_answer_is_lost(calls, emulator):
    """Writing the same twice changes nothing."""
    video = created(calls).video_id
    emulator.faults().add("vod", "cut", operation="UpdateVideoInfo", times=2)
    update_video(calls, video, {"Title": "new"})

    assert get_video(calls, video).title == "new"


def test_videos_are_deleted_twenty_at_a_time(calls, emulator):
    """What is gone already is told, and no error; a lost answer is none either."""
    videos = [created(calls).video_id for _ in range(25)]
    emulator.faults().add("vod", "cut", operation="DeleteVideo")

    missing = delete_videos(calls, [*videos, videos[0], "nothing"])
    assert "nothing" in missing
    assert len(emulator.calls("vod", "DeleteVideo")) == 3
    with pytest.raises(ServiceError) as caught:
        get_video(calls, videos[0])
    assert caught.value.kind is ErrorKind.NOT_FOUND


def test_a_video_is_waited_for(emulator, calls, tmp_path):
    """Done at the statuses that were asked for, and only then."""
    access = vod_access(emulator)
    waiting = created(calls).video_id
    assert not poll_video(video_job(waiting), access).is_done
    ready = uploaded(emulator, tmp_path)
    state = poll_video(video_job(ready), access)
    assert (state.is_done, state.data["id"], state.note) == (True, ready, "Normal")
    assert not poll_video(video_job(ready, until=("UploadSucc",)), access).is_done


def test_a_video_that_is_not_visible_yet_is_waited_for(emulator):
    """For thirty seconds after its creation; later it is not there."""
    access = vod_access(emulator)
    assert not poll_video(video_job("nothing"), access).is_done
    old = video_job("nothing").model_copy(update={"details": {"until": ["Normal"], "created": time.time() - 31}})
    for job in (old, video_job("nothing", is_new=False)):
        with pytest.raises(ServiceError) as caught:
            poll_video(job, access)
        assert caught.value.kind is ErrorKind.NOT_FOUND


def test_streams_can_be_played(calls, emulator, tmp_path):
    """Their addresses are secrets, and so is a player's credential."""
    video = uploaded(emulator, tmp_path)
    (stream,) = play_info(calls, video, formats="mp4")
    assert stream.url.get_secret_value().startswith("http") and "Signature" not in repr(stream)
    assert (stream.about["Definition"], "PlayURL" in stream.about) == ("OD", False)
    assert play_auth(calls, video).get_secret_value() and "**" in repr(play_auth(calls, video))
    for lives_s in (99, 3001):
        with pytest.raises(ValueError, match="100 to 3000"):
            play_auth(calls, video, lives_s=lives_s)


def test_a_video_that_is_not_ready_cannot_be_played_yet(calls):
    """It is worth asking again."""
    with pytest.raises(ServiceError) as caught:
        play_info(calls, created(calls).video_id)
    assert (caught.value.code, caught.value.kind) == ("Forbidden.IllegalStatus", ErrorKind.NOT_FOUND_YET)


def test_domains_are_read(calls):
    """All of them, and one in detail."""
    assert [one["DomainName"] for one in domains(calls)] == [DOMAIN]
    assert domain(calls, DOMAIN)["DomainStatus"] == "online"
