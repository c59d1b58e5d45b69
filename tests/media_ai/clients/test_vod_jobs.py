"""Jobs on videos in VOD: submitted once, found again, asked for, collected."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from media_ai.clients.remote import KINDS, RemoteJob, poll
from media_ai.clients.vod_covers import CoverJob, cover_links, find_cover, images_in, submit_cover
from media_ai.clients.vod_jobs import is_since
from media_ai.clients.vod_processing import Transcoding, default_template_group, find_transcoding, submit_transcoding
from media_ai.clients.vod_reviews import (
    ReviewJob,
    find_review,
    review_details,
    review_timeline,
    review_verdict,
    submit_review,
)
from media_ai.clients.vod_snapshots import Snapshots, find_snapshots, list_snapshots, submit_snapshots
from media_ai.errors import ErrorKind, ServiceError
from media_ai_emulators.testing import running_emulator
from media_ai_emulators.vod.reviews import BLOCKED
from media_ai_emulators.vod.videos import FAILING
from tests.vod import count, created, uploaded, vod_access, vod_calls


@pytest.fixture(scope="module")
def _slow(tmp_path_factory):
    with running_emulator(tmp_path_factory.mktemp("slow"), job_takes_s=60) as emulator:
        yield emulator


@pytest.fixture
def cloud(_slow):
    """Services whose jobs take a minute: the tests move the clock."""
    _slow.reset()
    return _slow


def now():
    return datetime.now(UTC)


KINDS_OF_JOBS = {
    "transcode": (
        "SubmitTranscodeJobs",
        lambda video: Transcoding(video_id=video, template_group="g"),
        submit_transcoding,
        find_transcoding,
    ),
    "workflow": (
        "SubmitWorkflowJob",
        lambda video: Transcoding(video_id=video, workflow="w"),
        submit_transcoding,
        find_transcoding,
    ),
    "snapshot": ("SubmitSnapshotJob", lambda video: Snapshots(video_id=video), submit_snapshots, find_snapshots),
    "cover": (
        "SubmitAIImageJob",
        lambda video: CoverJob(video_id=video, template="t", user_data='{"Extend":{"视":"👨‍👩‍👧"}}'),
        submit_cover,
        find_cover,
    ),
    "review": ("SubmitAIMediaAuditJob", lambda video: ReviewJob(video_id=video), submit_review, find_review),
}
every_kind = pytest.mark.parametrize("kind", KINDS_OF_JOBS)


@every_kind
def test_a_job_runs_and_ends(cloud, tmp_path, kind):
    """It is asked for by its id, from any process."""
    _, make, submit, _ = KINDS_OF_JOBS[kind]
    job = submit(vod_calls(cloud), make(uploaded(cloud, tmp_path)), now())
    again, access = RemoteJob.model_validate_json(job.model_dump_json()), vod_access(cloud)
    assert not poll(again, access).is_done
    cloud.advance(61)

    state = poll(again, access)
    assert state.is_done and state.data
    assert job.kind in KINDS


@every_kind
@pytest.mark.parametrize("trouble", ["cut", "server_error", "error_body", "throttle"])
def test_a_lost_answer_submits_nothing_twice(cloud, tmp_path, kind, trouble):
    """The job is found by its video."""
    action, make, submit, find = KINDS_OF_JOBS[kind]
    wanted = make(uploaded(cloud, tmp_path))
    cloud.faults().add("vod", trouble, operation=action, times=2)
    since = datetime.fromtimestamp(cloud.state.clock.now(), UTC)
    job = submit(vod_calls(cloud), wanted, since)

    assert count(cloud, action) == 1
    found = find(vod_calls(cloud), wanted, since)
    assert found is not None
    # Workflows cannot be listed; the transcoding that one has begun is.
    assert found.id == job.id or kind == "workflow"


@every_kind
def test_an_older_job_is_not_taken(cloud, tmp_path, kind):
    """Nor is one that is not there."""
    _, make, submit, find = KINDS_OF_JOBS[kind]
    wanted = make(uploaded(cloud, tmp_path))
    since = datetime.fromtimestamp(cloud.state.clock.now(), UTC)
    assert find(vod_calls(cloud), wanted, since) is None
    submit(vod_calls(cloud), wanted, since)

    assert find(vod_calls(cloud), wanted, since + timedelta(seconds=90)) is None


@every_kind
def test_a_job_that_failed_says_so_and_is_not_taken(cloud, tmp_path, kind):
    """With VOD's code; a restart submits another."""
    _, make, submit, find = KINDS_OF_JOBS[kind]
    wanted = make(uploaded(cloud, tmp_path, FAILING))
    since = datetime.fromtimestamp(cloud.state.clock.now(), UTC)
    job = submit(vod_calls(cloud), wanted, since)
    cloud.advance(61)
    with pytest.raises(ServiceError, match="failed") as caught:
        poll(job, vod_access(cloud))

    assert not caught.value.kind.is_retryable
    assert find(vod_calls(cloud), wanted, since) is None


@every_kind
def test_a_video_that_is_not_ready_is_waited_for(emulator, kind):
    """VOD refuses it, and it is worth trying again; nothing is in doubt."""
    action, make, submit, _ = KINDS_OF_JOBS[kind]
    calls = vod_calls(emulator, tries=3)
    with pytest.raises(ServiceError) as caught:
        submit(calls, make(created(calls).video_id), now())

    assert (caught.value.code, caught.value.kind) == ("Forbidden.IllegalStatus", ErrorKind.NOT_FOUND_YET)
    assert len(emulator.calls("vod", action)) == 3


def test_transcodings_are_told_apart_by_their_group(cloud, tmp_path):
    """One of another group is not ours."""
    video, calls, since = uploaded(cloud, tmp_path), vod_calls(cloud), datetime.fromtimestamp(0, UTC)
    job = submit_transcoding(calls, Transcoding(video_id=video, template_group="one", priority=10), now())

    assert find_transcoding(calls, Transcoding(video_id=video, template_group="two"), since) is None
    assert find_transcoding(calls, Transcoding(video_id=video, template_group="one"), since).id == job.id
    assert find_transcoding(calls, Transcoding(video_id=video, workflow="w"), since) is None


def test_a_session_that_was_used_is_looked_for(cloud, tmp_path, monkeypatch):
    """While the list does not show the task, VOD refuses to transcode again."""
    video, calls, looks = uploaded(cloud, tmp_path), vod_calls(cloud, tries=6), []
    original = calls.call

    def late(action, given, **more):
        if action == "ListTranscodeTask" and len(looks) < 2:
            looks.append(1)
            return {}
        return original(action, given, **more)

    monkeypatch.setattr(calls, "call", late)
    cloud.faults().add("vod", "cut", operation="SubmitTranscodeJobs")
    submit_transcoding(calls, Transcoding(video_id=video, template_group="g"), now())

    codes = [call.code for call in cloud.calls("vod", "SubmitTranscodeJobs")]
    assert codes == ["", "InvalidSessionId.Duplicate", "InvalidSessionId.Duplicate"]


def test_the_default_group_is_found(cloud):
    """The one that VOD uses where none is named."""
    assert default_template_group(vod_calls(cloud)) == "emulator-default-group"


def test_covers_are_told_apart_by_template_and_user_data(cloud, tmp_path):
    """Others on the same video are not ours, reviews among them."""
    video, calls, since = uploaded(cloud, tmp_path), vod_calls(cloud), datetime.fromtimestamp(0, UTC)
    submit_review(calls, ReviewJob(video_id=video), now())
    ours = submit_cover(calls, CoverJob(video_id=video, template="a", user_data='{"Extend":1}'), now())

    assert find_cover(calls, CoverJob(video_id=video, template="a", user_data='{"Extend":1}'), since).id == ours.id
    assert find_cover(calls, CoverJob(video_id=video, template="b", user_data='{"Extend":1}'), since) is None
    assert find_cover(calls, CoverJob(video_id=video, template="a"), since) is None


def test_the_best_cover_comes_first(cloud, tmp_path):
    """With its score; the addresses that open are asked for apart."""
    video, calls = uploaded(cloud, tmp_path), vod_calls(cloud)
    job = submit_cover(calls, CoverJob(video_id=video, template="t"), now())
    cloud.advance(61)
    images = poll(job, vod_access(cloud)).data["images"]

    assert [image["score"] for image in images] == [0.9, 0.8]
    links = cover_links(calls, video)
    assert len(links) == 2 and "Signature" not in str(links)


@pytest.mark.parametrize(
    ("result", "urls"),
    [
        (json.dumps([{"Url": "http://h/1.gif?Signature=s", "Score": "1.5"}, {"Url": "http://h/2.gif", "Score": 7}]), 2),
        ("[]", 0),
        ([{"Url": "http://h/1.gif"}], 1),
    ],
)
def test_odd_results_are_read(result, urls):
    """Scores as texts, none at all, and a list where a text is documented; no signature stays."""
    images = images_in(result)
    assert len(images) == urls and not any("Signature" in image["url"] for image in images)
    assert [image["score"] for image in images] == sorted((image["score"] for image in images), reverse=True)


@pytest.mark.parametrize("result", [None, "", "no json", '{"Url": 1}', '[{"url": "x"}]', "[1]"])
def test_results_that_cannot_be_read_are_an_error(result):
    """Nothing is made up."""
    with pytest.raises(ServiceError, match="AIImageResult"):
        images_in(result)


def test_snapshots_are_listed_page_by_page(cloud, tmp_path):
    """In their order, without signatures."""
    video, calls = uploaded(cloud, tmp_path), vod_calls(cloud)
    job = submit_snapshots(calls, Snapshots(video_id=video, count=250), now())
    cloud.advance(61)
    listed = list(list_snapshots(calls, video, job.id, "NormalSnapshot"))

    assert [number for number, _ in listed] == list(range(1, 251))
    assert not any("auth_key" in url for _, url in listed)
    assert len(cloud.calls("vod", "ListSnapshots")) == 3
    assert list(list_snapshots(calls, video, job.id, "SpriteSnapshot")) == []


def test_snapshots_of_a_later_job_are_not_taken_for_ours(cloud, tmp_path):
    """VOD lists the newest alone."""
    video, calls = uploaded(cloud, tmp_path), vod_calls(cloud)
    job = submit_snapshots(calls, Snapshots(video_id=video), now())
    cloud.advance(61)
    submit_snapshots(calls, Snapshots(video_id=video), now())
    cloud.advance(61)
    with pytest.raises(ServiceError) as caught:
        list(list_snapshots(calls, video, job.id, "NormalSnapshot"))
    assert caught.value.kind is ErrorKind.CONFLICT


def test_snapshot_parameters():
    """A template wins over times, and times over a number."""
    both = Snapshots(video_id="v", template="t", times_ms=(0, 1500), count=9, width=8)
    assert both.parameters() == {"VideoId": "v", "SnapshotTemplateId": "t", "Width": "8"}
    times = Snapshots(video_id="v", times_ms=(0, 1500))
    assert times.parameters() == {"VideoId": "v", "SpecifiedOffsetTimes": [0, 1500]}
    assert Snapshots(video_id="v", count=9, interval_s=0).parameters() == {"VideoId": "v", "Count": 9, "Interval": 0}


def test_a_review_tells_what_it_saw_and_when(cloud, tmp_path):
    """On the timeline and in the pictures, which come in pages of twenty."""
    video, calls = uploaded(cloud, tmp_path, f"t {BLOCKED}"), vod_calls(cloud)
    submit_review(calls, ReviewJob(video_id=video), now())
    cloud.advance(61)

    assert review_verdict(calls, video)["Suggestion"] == "block"
    seen = [(moment["scene"], moment["label"], moment["time_ms"]) for moment in review_timeline(calls, video)]
    assert seen == [("porn", "porn", 10_000), ("porn", "porn", 12_000), ("porn", "porn", 44_000)]
    details = list(review_details(calls, video))
    assert len(details) == 25 * 5
    assert [moment["time_ms"] for moment in details if moment["label"] != "normal"] == [10_000, 12_000, 44_000]
    assert len(cloud.calls("vod", "GetMediaAuditResultDetail")) == 2


@pytest.mark.parametrize(
    ("created_at", "is_it"),
    [
        ("2026-11-21T12:00:00Z", True),
        ("2026-11-21T11:59:01Z", True),
        ("2026-11-21T11:58:59Z", False),
        ("", False),
        (None, False),
    ],
)
def test_times_are_compared_with_some_tolerance(created_at, is_it):
    """A minute, for clocks that differ; what is no time is not since."""
    assert is_since(created_at, datetime(2026, 11, 21, 12, tzinfo=UTC)) is is_it
