"""Any operation of VOD as a node: checked, called once if it changes something, and waited for."""

import pytest

from media_ai.errors import ErrorKind, InputError, ServiceError
from media_ai.nodes.call_vod_api import Inputs, Params, run
from media_ai.waiting import RemoteJobPending, leave
from tests.vod import asset, count, vod_job

SUBMIT = {
    "action": "SubmitAIMediaAuditJob",
    "parameters": {"MediaId": "$.asset.id"},
    "wait": {
        "action": "GetAIMediaAuditJob",
        "parameters": {"JobId": "$.JobId"},
        "path": "MediaAuditJob.Status",
        "done": ["success"],
        "failed": ["fail"],
        "interval_s": 1,
    },
}


@pytest.fixture
def video(emulator, tmp_path):
    return asset(emulator, tmp_path)


def call(folder, emulator, given=None, *, job=None, **params):
    return run(Params.model_validate(params), Inputs(asset=given), job or vod_job(folder, emulator)).answer


def test_the_default_is_harmless(tmp_path, emulator):
    """A node fresh from the palette only searches."""
    answer = call(tmp_path, emulator)
    assert (answer.service, answer.action, "MediaList" in answer.answer) == ("vod", "SearchMedia", True)


def test_a_job_is_submitted_once_and_waited_for(tmp_path, emulator, video):
    """The wait takes its parameters from the first answer; a try that collects calls nothing again."""
    with pytest.raises(RemoteJobPending) as pending:
        call(tmp_path, emulator, video, job=vod_job(tmp_path, emulator, wait=leave), **SUBMIT)
    assert pending.value.job.kind == "vod.call"
    answer = call(tmp_path, emulator, video, **SUBMIT)

    assert answer.final["MediaAuditJob"]["Status"] == "success"
    assert count(emulator, "SubmitAIMediaAuditJob") == 1


def test_credentials_in_answers_are_not_kept(tmp_path, emulator, video):
    """Neither signed addresses nor what opens an upload or a player."""
    for action in ("GetPlayInfo", "GetVideoPlayAuth", "RefreshUploadVideo"):
        answer = call(tmp_path / action, emulator, video, action=action, parameters={"VideoId": "$.asset.id"}).answer
        assert "Signature=" not in str(answer)
        assert {answer.get(name, "(not kept)") for name in ("PlayAuth", "UploadAuth")} == {"(not kept)"}


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"action": "NoSuchThing"}, "no operation of VOD"),
        ({"action": "GetVideoInfos", "parameters": {"VideoIDs": "v"}}, "VideoIds"),
        ({"action": "SubmitAIImageJob", "parameters": {"VideoId": "v"}}, "AITemplateId"),
        ({"action": "SearchMedia", "parameters": {"PageNo": "1"}}, "whole number"),
        ({**SUBMIT, "wait": {**SUBMIT["wait"], "action": "DeleteVideo", "parameters": {}}}, "changes something"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_called(tmp_path, emulator, video, params, said):
    """Operation, names, types, what is required, and a wait that would change something."""
    emulator.reset()
    with pytest.raises(InputError, match=said):
        call(tmp_path, emulator, video, **params)
    assert emulator.calls("vod") == []


def test_a_lost_answer_asks_a_person(tmp_path, emulator, video):
    """What VOD would do twice is not repeated by itself."""
    emulator.faults().add("vod", "cut", operation="SubmitAIMediaAuditJob")
    with pytest.raises(ServiceError) as caught:
        call(tmp_path, emulator, video, **SUBMIT)
    assert caught.value.kind is ErrorKind.TRANSIENT
    with pytest.raises(ServiceError, match="nobody knows") as caught:
        call(tmp_path, emulator, video, **SUBMIT)
    assert caught.value.kind is ErrorKind.CONFLICT
    assert count(emulator, "SubmitAIMediaAuditJob") == 1


def test_what_the_emulator_lacks_is_not_made_up(tmp_path, emulator):
    """An operation that VOD has and the emulator has not is an error."""
    with pytest.raises(ServiceError, match="EmulatorNotImplemented"):
        call(tmp_path, emulator, action="ListWatermark")
