"""Many videos through VOD while a fifth of the calls is throttled, some fail and some connections break: nothing twice."""

import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from media_ai.clients.limits import ProcessLimits
from media_ai.clients.vod_videos import search_videos
from media_ai.errors import MediaAIError
from media_ai.nodes import generate_vod_cover, snapshot_vod_media, transcode_vod_media, upload_vod_media
from media_ai_emulators.faults import Fault
from media_ai_emulators.testing import running_emulator
from tests.vod import video_of, vod_access, vod_calls, vod_job

SUBMISSIONS = ("CreateUploadVideo", "SubmitAIImageJob", "SubmitTranscodeJobs", "SubmitSnapshotJob")
VIDEOS, AT_ONCE, TRIES, SEED = 30, 10, 6, 7


@pytest.fixture
def cloud(tmp_path, monkeypatch):
    """Services of this test alone."""
    monkeypatch.setattr("media_ai.clients.vod_calls.SETTLE_S", 0.1)
    with running_emulator(tmp_path / "state", job_takes_s=0.3) as emulator:
        yield emulator


def again(work):
    """Do what Airflow does: try again after an error that may pass."""
    for left in reversed(range(TRIES)):
        try:
            return work()
        except MediaAIError as exc:
            if not left or not exc.kind.is_retryable:
                raise
    raise AssertionError("unreachable")


def test_nothing_is_done_twice(tmp_path, cloud):
    """30 uploads with a cover, a transcoding and snapshots each: 20 % throttled, 5 % failing, 2 % cut."""
    rates = {"throttle": 0.20, "server_error": 0.05, "cut": 0.02}
    # Of submissions more answers are lost: they are few, and it is they that must not be repeated.
    rules = [Fault(service="vod", kind="cut", operation=one, times=None, rate=0.15) for one in SUBMISSIONS]
    rules += [Fault(service=one, kind=kind, times=None, rate=rates[kind]) for one in ("vod", "oss") for kind in rates]
    cloud.faults().replace(rules, SEED)
    limits, lock, results = ProcessLimits(), threading.Lock(), {}

    def drill(number):
        film = tmp_path / f"film-{number}.mp4"
        film.write_bytes(uuid.uuid4().bytes * 100)

        def job(node):
            access = vod_access(cloud, calls_per_second=300)
            access = type(access)(credentials_of=access.credentials_of, limits=limits)
            return vod_job(tmp_path / f"{node}-{number}", cloud, access=access, video_id=f"film-{number}")

        video = upload_vod_media.Inputs(video=video_of(film))
        asset = again(lambda: upload_vod_media.run(upload_vod_media.Params(), video, job("upload"))).asset
        done = [asset]
        for node, params in (
            (generate_vod_cover, {"ai_template": "t", "user_data": {"Extend": {"number": number}}}),
            (transcode_vod_media, {"template_group": "g"}),
            (snapshot_vod_media, {"count": 3}),
        ):
            given = node.Params(**params), node.Inputs(asset=asset)
            done.append(again(lambda node=node, given=given: node.run(*given, job(node.__name__.split(".")[-1]))))
        with lock:
            results[number] = done

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(drill, range(VIDEOS)))

    cloud.faults().clear()
    made = list(search_videos(vod_calls(cloud)))
    assert Counter(video.reference_id for video in made).most_common(1)[0][1] == 1
    assert {video.status for video in made} == {"Normal"}
    assert len({done[0].id for done in results.values()}) == len(made) == VIDEOS
    jobs = {
        kind: Counter(
            len(vod_calls(cloud).call("ListJobInfo", {"MediaId": video.id, "JobType": kind})["JobInfoList"])
            for video in made
        )
        for kind in ("transcode", "snapshot", "ai")
    }
    assert jobs == {"transcode": {1: VIDEOS}, "snapshot": {1: VIDEOS}, "ai": {1: VIDEOS}}
    for _, covers, streams, snapshots in results.values():
        assert len(covers.covers.images) == 2
        assert streams.streams.state == "CompleteAllSucc"
        assert [image.number for image in snapshots.images.images] == [1, 2, 3]
    lost = [call for call in cloud.calls("vod") if call.operation in SUBMISSIONS and call.fault == "cut"]
    assert len(lost) >= 8
    faults = Counter(call.fault for call in cloud.calls())
    assert faults["throttle"] > 50 and faults["server_error"] > 10 and faults["cut"] > 3
