"""Transcoding in VOD as a node."""

import pytest

from media_ai.errors import ErrorKind, InputError, ServiceError
from media_ai.nodes.transcode_vod_media import Inputs, Params, run
from media_ai.waiting import RemoteJobPending, leave
from media_ai_emulators.vod.videos import FAILING
from tests.vod import asset, count, vod_job


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr("media_ai.clients.vod_calls.SETTLE_S", 0.05)


@pytest.fixture
def video(emulator, tmp_path):
    return asset(emulator, tmp_path)


def transcode(folder, emulator, given, *, job=None, **params):
    transcode.job = job or vod_job(folder, emulator)
    return run(Params(**params), Inputs(asset=given), transcode.job).streams


def test_streams_are_made(tmp_path, emulator, video):
    """With sizes as numbers."""
    streams = transcode(tmp_path, emulator, video, template_group="g", urgency=10, user_data={"Extend": {"a": "视"}})

    (stream,) = streams.streams
    assert (streams.state, stream.definition, stream.width, stream.bitrate_kbps) == (
        "CompleteAllSucc",
        "SD",
        1280,
        1000,
    )
    assert streams.counts() == {"streams": 1}
    (sent,) = emulator.calls("vod", "SubmitTranscodeJobs")
    assert (sent.params["TemplateGroupId"], sent.params["Priority"]) == ("g", "10")
    assert sent.params["UserData"] == '{"Extend":{"a":"视"}}'


def test_the_default_group_is_used(tmp_path, emulator, video):
    """Where none is named; it is looked up once."""
    with pytest.raises(RemoteJobPending):
        transcode(tmp_path, emulator, video, job=vod_job(tmp_path, emulator, wait=leave))
    transcode(tmp_path, emulator, video)

    assert emulator.calls("vod", "SubmitTranscodeJobs")[0].params["TemplateGroupId"] == "emulator-default-group"
    assert len(emulator.calls("vod", "ListTranscodeTemplateGroup")) == 1
    assert count(emulator, "SubmitTranscodeJobs") == 1


def test_a_default_that_transcodes_nothing_is_told(tmp_path, emulator, video, monkeypatch):
    """A person has to name a group."""
    monkeypatch.setattr("media_ai_emulators.vod.processing.DEFAULT_GROUP", "VOD_NO_TRANSCODE")
    with pytest.raises(InputError, match="Name a template group"):
        transcode(tmp_path, emulator, video)
    assert count(emulator, "SubmitTranscodeJobs") == 0


def test_a_workflow_runs(tmp_path, emulator, video):
    """It tells no streams, but how it ended."""
    streams = transcode(tmp_path, emulator, video, workflow="w", template_group="ignored")

    assert (streams.state, streams.streams, streams.workflow["WorkflowId"]) == ("succeeded", (), "w")
    assert emulator.calls("vod", "SubmitTranscodeJobs") == []


@pytest.mark.parametrize("params", [{"template_group": "g"}, {"workflow": "w"}])
def test_a_failure_is_told_and_a_restart_submits_anew(tmp_path, emulator, params):
    """With VOD's code."""
    video, action = (
        asset(emulator, tmp_path, FAILING),
        "SubmitWorkflowJob" if "workflow" in params else "SubmitTranscodeJobs",
    )
    for number in (1, 2):
        with pytest.raises(ServiceError, match="EmulatedFailure") as caught:
            transcode(tmp_path, emulator, video, **params)
        assert caught.value.kind is ErrorKind.INVALID
        assert count(emulator, action) == number


@pytest.mark.parametrize("kind", ["cut", "server_error", "error_body", "throttle"])
def test_nothing_is_submitted_twice(tmp_path, emulator, video, kind):
    """Whatever trouble there is."""
    emulator.faults().add("vod", kind, operation="SubmitTranscodeJobs", times=2)
    emulator.faults().add("vod", kind, operation="GetTranscodeTask")

    assert transcode(tmp_path, emulator, video, template_group="g").state == "CompleteAllSucc"
    assert count(emulator, "SubmitTranscodeJobs") == 1


def test_a_submission_that_a_killed_process_made_is_found(tmp_path, emulator, video):
    """The step was noted, and its outcome was not."""
    with pytest.raises(RemoteJobPending):
        transcode(tmp_path, emulator, video, job=vod_job(tmp_path, emulator, wait=leave), template_group="g")
    (step,) = (tmp_path / "store").rglob("transcode.1.json")
    begun = emulator.state.clock.now()
    step.write_text(f'{{"begun": {begun}, "beat": {begun}, "state": "in_doubt"}}')
    transcode(tmp_path, emulator, video, template_group="g")

    assert count(emulator, "SubmitTranscodeJobs") == 1


def test_a_video_that_is_not_ready_is_waited_for(tmp_path, emulator):
    """The upload ended when the file had arrived."""
    video = asset(emulator, tmp_path, state="UploadSucc")
    with pytest.raises(RemoteJobPending) as pending:
        transcode(tmp_path, emulator, video.model_copy(update={"id": "nothing"}), job=_leaving(tmp_path, emulator))
    assert pending.value.job.kind == "vod.video"
    assert transcode(tmp_path / "b", emulator, video, template_group="g").streams


def _leaving(tmp_path, emulator):
    def wait(job, access, longest_s, /):
        raise RemoteJobPending(job, longest_s)

    return vod_job(tmp_path, emulator, wait=wait)


@pytest.mark.parametrize(
    ("changes", "said"), [({"service": "ims"}, "is in IMS"), ({"region": "cn-beijing"}, "region 'cn-beijing'")]
)
def test_an_asset_of_elsewhere_is_refused(tmp_path, emulator, changes, said):
    """Before anything is called."""
    video = asset(emulator, tmp_path, **changes)
    emulator.reset()
    with pytest.raises(InputError, match=said):
        transcode(tmp_path, emulator, video, template_group="g")
    assert emulator.calls("vod") == []
