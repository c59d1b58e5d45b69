"""Covers by VOD as a node: every rule of SubmitAIImageJob at its edge, and one job whatever happens."""

import json

import pytest
from pydantic import ValidationError

from media_ai.errors import ErrorKind, InputError, ServiceError
from media_ai.nodes import node_type
from media_ai.nodes.generate_vod_cover import Inputs, Params, run
from media_ai.waiting import RemoteJobPending, leave
from media_ai_emulators.vod.videos import FAILING
from tests.vod import asset, count, vod_calls, vod_job

AROUND = len('{"Extend":{"a":""}}')


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr("media_ai.clients.vod_calls.SETTLE_S", 0.05)


@pytest.fixture
def video(emulator, tmp_path):
    return asset(emulator, tmp_path)


def cover(folder, emulator, given, *, job=None, **params):
    cover.job = job or vod_job(folder, emulator)
    return run(Params(**{"ai_template": "t", **params}), Inputs(asset=given), cover.job).covers


def test_covers_come_with_their_scores(tmp_path, emulator, video):
    """The best first; VOD is asked, because it tells nobody."""
    covers = cover(tmp_path, emulator, video)

    assert [image.score for image in covers.images] == [0.9, 0.8]
    assert all(image.url.endswith(".gif") for image in covers.images)
    assert (covers.type, covers.video_id) == ("cover", video.id)
    (sent,) = emulator.calls("vod", "SubmitAIImageJob")
    assert sent.params == {"VideoId": video.id, "AITemplateId": "t"}


@pytest.mark.parametrize("filler", ["x", "视", "👨‍👩‍👧"])
def test_512_bytes_of_user_data_are_sent(tmp_path, emulator, video, filler):
    """And VOD takes them: bytes count, in UTF-8."""
    room = 512 - AROUND
    text = filler * (room // len(filler.encode()))
    text += "x" * (room - len(text.encode()))
    covers = cover(tmp_path, emulator, video, user_data={"Extend": {"a": text}})

    (kept,) = vod_calls(emulator).call("GetAIImageJobs", {"JobIds": covers.job_id})["AIImageJobList"]
    assert json.loads(kept["UserData"]) == {"Extend": {"a": text}}
    assert len(kept["UserData"].encode()) == 512


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"Extend": {"a": "x" * (513 - AROUND)}}, "513 bytes"),
        ({"Extend": {"a": "视" * 165}}, "514 bytes"),
        ({"Extend": {"a": "x" * 5000}}, "takes 512"),
        ({"a": 1}, "MessageCallback or Extend"),
        ({"extend": {}}, "MessageCallback or Extend"),
    ],
)
def test_user_data_that_break_a_rule_are_refused_at_the_form(data, said):
    """When the workflow is published, not when it runs."""
    with pytest.raises(ValidationError, match=said):
        Params(user_data=data)
    issues = node_type("generate_vod_cover").params_issues("cover", {"user_data": data})
    assert any(said in issue.message for issue in issues)


@pytest.mark.parametrize("data", [{}, {"Extend": {}}, {"MessageCallback": {"CallbackURL": "https://h"}}])
def test_user_data_that_keep_the_rules_are_taken(data):
    """Either name is enough, and none is no user data."""
    assert Params(user_data=data).user_data == data


@pytest.mark.parametrize("region", ["cn-shenzhen", "ap-southeast-1"])
def test_other_regions_are_refused_at_the_door(tmp_path, emulator, video, region):
    """Before anything is called; the message names the two that work."""
    emulator.reset()
    job = vod_job(tmp_path, emulator, connection={"region": region})
    with pytest.raises(InputError, match="cn-beijing and cn-shanghai"):
        cover(tmp_path, emulator, video.model_copy(update={"region": region}), job=job)
    assert emulator.calls("vod") == []


def test_beijing_is_as_good_as_shanghai(tmp_path, emulator, video):
    """Both have AI images."""
    job = vod_job(tmp_path, emulator, connection={"region": "cn-beijing"})
    assert cover(tmp_path, emulator, video.model_copy(update={"region": "cn-beijing"}), job=job).images


def test_a_template_must_be_named(tmp_path, emulator, video):
    """There is no default one."""
    emulator.reset()
    with pytest.raises(InputError, match="ListAITemplate"):
        cover(tmp_path, emulator, video, ai_template="")
    assert emulator.calls("vod") == []


def test_a_pipeline_is_sent(tmp_path, emulator, video):
    """For who has one of their own."""
    cover(tmp_path, emulator, video, pipeline="p")
    assert emulator.calls("vod", "SubmitAIImageJob")[0].params["AIPipelineId"] == "p"


@pytest.mark.parametrize("kind", ["cut", "server_error", "error_body", "throttle"])
def test_nothing_is_submitted_twice(tmp_path, emulator, video, kind):
    """Whatever trouble there is."""
    for operation, times in (("SubmitAIImageJob", 2), ("GetAIImageJobs", 2), ("ListJobInfo", 1)):
        emulator.faults().add("vod", kind, operation=operation, times=times)

    assert len(cover(tmp_path, emulator, video, user_data={"Extend": {"视": 1}}).images) == 2
    assert count(emulator, "SubmitAIImageJob") == 1


def test_a_submission_that_a_killed_process_made_is_found(tmp_path, emulator, video):
    """By the list of the video's jobs, with the same template and user data."""
    data = {"Extend": {"a": "视"}}
    with pytest.raises(RemoteJobPending):
        cover(tmp_path, emulator, video, job=vod_job(tmp_path, emulator, wait=leave), user_data=data)
    cover(tmp_path / "other", emulator, video, user_data={"Extend": {"b": 1}})
    (step,) = (tmp_path / "store").rglob("cover.1.json")
    begun = emulator.state.clock.now()
    step.write_text(f'{{"begun": {begun}, "beat": {begun}, "state": "in_doubt"}}')
    cover(tmp_path, emulator, video, user_data=data)

    assert count(emulator, "SubmitAIImageJob") == 2


def test_a_failure_is_told_and_a_restart_submits_anew(tmp_path, emulator):
    """With VOD's code."""
    video = asset(emulator, tmp_path, FAILING)
    for number in (1, 2):
        with pytest.raises(ServiceError, match="EmulatedFailure") as caught:
            cover(tmp_path, emulator, video)
        assert caught.value.kind is ErrorKind.INVALID
        assert count(emulator, "SubmitAIImageJob") == number
