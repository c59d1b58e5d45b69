"""Snapshots in VOD as a node."""

import pytest
from pydantic import ValidationError

from media_ai.errors import ServiceError
from media_ai.nodes.snapshot_vod_media import Inputs, Params, run
from media_ai.waiting import RemoteJobPending, leave
from media_ai_emulators.vod.videos import FAILING
from tests.vod import asset, count, vod_job


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr("media_ai.clients.vod_calls.SETTLE_S", 0.05)


@pytest.fixture
def video(emulator, tmp_path):
    return asset(emulator, tmp_path)


def snapshots(folder, emulator, given, *, job=None, **params):
    snapshots.job = job or vod_job(folder, emulator)
    return run(Params(**params), Inputs(asset=given), snapshots.job).images


def test_pictures_are_taken_at_times(tmp_path, emulator, video):
    """In milliseconds; as many as times, without signatures."""
    images = snapshots(tmp_path, emulator, video, times=(0, 1.5, 2.0004), width=320, height=180)

    assert [image.number for image in images.images] == [1, 2, 3]
    assert not any("auth_key" in image.url for image in images.images)
    (sent,) = emulator.calls("vod", "SubmitSnapshotJob")
    assert (sent.params["SpecifiedOffsetTimes"], sent.params["Width"]) == ("[0,1500,2000]", "320")
    assert images.counts() == {"images": 3}


def test_pictures_are_spread(tmp_path, emulator, video):
    """Five of them where nothing is said."""
    assert len(snapshots(tmp_path, emulator, video).images) == 5
    (sent,) = emulator.calls("vod", "SubmitSnapshotJob")
    assert (sent.params["Count"], sent.params["Interval"]) == ("5", "0")


def test_sprites_can_be_the_result(tmp_path, emulator, video):
    """They are listed by their type; one that was not made is told."""
    sprite = {"Columns": "3", "Lines": "10"}
    assert snapshots(tmp_path / "a", emulator, video, sprite=sprite, listed="SpriteSnapshot").type == "SpriteSnapshot"
    none = snapshots(tmp_path / "b", emulator, video, listed="WebVttSnapshot")
    assert none.images == ()
    assert any("no WebVttSnapshot" in notice for notice in snapshots.job.notices)


@pytest.mark.parametrize(
    "params",
    [{"times": [0] * 31}, {"times": [-1]}, {"width": 7}, {"height": 4097}, {"count": 0}, {"listed": "Other"}],
)
def test_limits_are_checked_before_anything_runs(params):
    """By the form."""
    with pytest.raises(ValidationError):
        Params(**params)
    assert Params(times=[0.5] * 30, width=8, height=4096)


@pytest.mark.parametrize("kind", ["cut", "server_error", "error_body", "throttle"])
def test_nothing_is_submitted_twice(tmp_path, emulator, video, kind):
    """Whatever trouble there is."""
    for operation, times in (("SubmitSnapshotJob", 2), ("GetJobDetail", 1), ("ListSnapshots", 1), ("ListJobInfo", 1)):
        emulator.faults().add("vod", kind, operation=operation, times=times)

    assert len(snapshots(tmp_path, emulator, video).images) == 5
    assert count(emulator, "SubmitSnapshotJob") == 1


def test_a_submission_that_a_killed_process_made_is_found(tmp_path, emulator, video):
    """By the list of the video's jobs."""
    with pytest.raises(RemoteJobPending):
        snapshots(tmp_path, emulator, video, job=vod_job(tmp_path, emulator, wait=leave))
    (step,) = (tmp_path / "store").rglob("snapshots.1.json")
    begun = emulator.state.clock.now()
    step.write_text(f'{{"begun": {begun}, "beat": {begun}, "state": "in_doubt"}}')
    snapshots(tmp_path, emulator, video)

    assert count(emulator, "SubmitSnapshotJob") == 1


def test_a_failure_is_told_and_a_restart_submits_anew(tmp_path, emulator):
    """The message says what to check."""
    video = asset(emulator, tmp_path, FAILING)
    for number in (1, 2):
        with pytest.raises(ServiceError, match="inside of the video"):
            snapshots(tmp_path, emulator, video)
        assert count(emulator, "SubmitSnapshotJob") == number
