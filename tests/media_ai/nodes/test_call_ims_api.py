"""Any operation of IMS as a node: checked, called once if it changes something, and waited for."""

import json
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from media_ai.clients.ims_calls import ims_api
from media_ai.errors import ErrorKind, InputError, ServiceError
from media_ai.model.services import ServiceAnswer, ServiceAsset
from media_ai.nodes import call_ims_api
from media_ai.nodes.call_ims_api import Inputs, Params
from media_ai.waiting import RemoteJobPending, leave
from media_ai_emulators.testing import Emulator
from tests.media_ai.nodes.ims import ims_job, library
from tests.media_ai.nodes.test_tag_ims_media import asset

SUBMIT = {
    "action": "SubmitSmarttagJob",
    "parameters": {"Input": {"Type": "Media", "Media": "$.asset.id"}, "TemplateId": "t"},
}
WAIT = {
    "action": "QuerySmarttagJob",
    "parameters": {"JobId": "$.JobId"},
    "path": "JobStatus",
    "done": ["Success"],
    "failed": ["Fail"],
    "interval_s": 1,
}


def call(
    folder: Path, emulator: Emulator, given: ServiceAsset | None = None, *, job: Any = None, **params: Any
) -> ServiceAnswer:
    """Run the node."""
    call.job = job or ims_job(folder, emulator)
    return call_ims_api.run(Params.model_validate(params), Inputs(asset=given), call.job).answer


def test_reading_is_done_at_every_try(tmp_path, emulator):
    """What is read may have changed."""
    given = asset(emulator)
    for title in ("one", "two"):
        library(emulator).update(given.id, {"Title": title})
        found = call(tmp_path, emulator, given, action="GetMediaInfo", parameters={"MediaId": "$.asset.id"})
        assert found.answer["MediaInfo"]["MediaBasicInfo"]["Title"] == title
    assert (found.service, found.action, found.final) == ("ims", "GetMediaInfo", None)


def test_the_default_is_harmless(tmp_path, emulator):
    """A node fresh from the palette only lists."""
    assert call(tmp_path, emulator).answer["MaxResults"] == 10


def test_what_changes_something_is_called_once(tmp_path, emulator):
    """A restart gets the answer of before."""
    given = asset(emulator)
    parameters = {"MediaId": "$.asset.id", "Title": "$.task.video_id"}
    first = call(tmp_path, emulator, given, action="UpdateMediaInfo", parameters=parameters)
    assert call(tmp_path, emulator, given, action="UpdateMediaInfo", parameters=parameters) == first
    assert len(emulator.calls("ice", "UpdateMediaInfo")) == 1
    found = library(emulator).get(given.id)
    assert found is not None
    assert found.basic["Title"] == call.job.input.asset().video_id


def test_a_job_is_waited_for(tmp_path, emulator):
    """Parameters of the wait come from the first answer; the last answer is the result."""
    found = call(tmp_path, emulator, asset(emulator), **SUBMIT, wait=WAIT)
    assert found.final is not None
    assert found.final["JobStatus"] == "Success"
    assert found.counts() == {"answers": 2}


def test_the_wait_is_left_to_others(tmp_path, emulator):
    """As in Airflow, with the pause that was chosen."""
    from media_ai.clients.remote import pause_s

    given = asset(emulator)
    with pytest.raises(RemoteJobPending) as pending:
        call(
            tmp_path,
            emulator,
            given,
            job=ims_job(tmp_path, emulator, wait=leave),
            **SUBMIT,
            wait={**WAIT, "interval_s": 7},
        )
    assert pause_s(pending.value.job, 1) == 7
    time.sleep(0.3)
    found = call(
        tmp_path, emulator, given, job=ims_job(tmp_path, emulator, wait=leave), **SUBMIT, wait={**WAIT, "interval_s": 7}
    )
    assert found.final is not None
    assert len(emulator.calls("ice", "SubmitSmarttagJob")) == 1


def test_what_failed_is_begun_anew_by_a_restart(tmp_path, emulator):
    """The first answer belongs to the job that failed."""
    source = {"Type": "OSS", "Media": "oss://media-ai/missing.mp4"}
    for number in (1, 2):
        with pytest.raises(ServiceError, match="JobStatus = Fail"):
            call(
                tmp_path,
                emulator,
                action="SubmitSmarttagJob",
                parameters={"Input": source, "TemplateId": "t"},
                wait=WAIT,
            )
        assert len(emulator.calls("ice", "SubmitSmarttagJob")) == number


def test_a_lost_answer_asks_a_person(tmp_path, emulator):
    """What the service would do twice is not repeated: the next try says so, and only the one after calls again."""
    given = asset(emulator)
    emulator.faults().add("ice", "cut", operation="SubmitSmarttagJob")
    with pytest.raises(ServiceError) as caught:
        call(tmp_path, emulator, given, **SUBMIT)
    assert caught.value.kind is ErrorKind.TRANSIENT
    with pytest.raises(ServiceError, match="nobody knows whether it was done") as caught:
        call(tmp_path, emulator, given, **SUBMIT)
    assert not caught.value.kind.is_retryable
    assert len(emulator.calls("ice", "SubmitSmarttagJob")) == 1
    assert call(tmp_path, emulator, given, **SUBMIT).answer["JobId"]


def test_a_token_makes_a_lost_answer_harmless(tmp_path, emulator):
    """Where the operation takes one it is added, the same at every try."""
    url = f"oss://other/{uuid.uuid4().hex}.mp4"
    emulator.faults().add("ice", "cut", operation="RegisterMediaInfo", times=2)
    answer = call(tmp_path, emulator, action="RegisterMediaInfo", parameters={"InputURL": url}).answer
    tokens = {made.params["ClientToken"] for made in emulator.calls("ice", "RegisterMediaInfo")}
    assert len(tokens) == 1
    time.sleep(0.3)
    assert [record.id for record in library(emulator).list() if record.input_url == url] == [answer["MediaId"]]


def test_throttling_reaches_nobody(tmp_path, emulator):
    """Also of what is called once."""
    emulator.faults().add("ice", "throttle", operation="SubmitSmarttagJob", times=3)
    assert call(tmp_path, emulator, asset(emulator), **SUBMIT).answer["JobId"]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"action": "GetMediaInfos"}, "Did you mean 'GetMediaInfo'"),
        ({"action": "GetMediaInfo", "parameters": {"MediaID": "x"}}, "Did you mean 'MediaId'"),
        ({"action": "GetMediaInfo", "parameters": {"AuthTimeout": "x"}}, "whole number"),
        ({"action": "GetMediaInfo", "parameters": {"MediaId": "$.asset.id"}}, "leads to 0 values"),
        (
            {**SUBMIT, "parameters": {}, "wait": {**WAIT, "action": "QuerySmartTagJob"}},
            "Wait, QuerySmartTagJob: 'QuerySmartTagJob' is no operation",
        ),
        (
            {**SUBMIT, "parameters": {}, "wait": {**WAIT, "action": "DeleteMediaInfos", "parameters": {}}},
            "only what reads can be repeated",
        ),
        (
            {**SUBMIT, "parameters": {}, "wait": {**WAIT, "parameters": {"JobID": "$.JobId"}}},
            "unknown parameter 'JobID'",
        ),
    ],
)
def test_wrong_calls_are_refused_before_anything_is_called(tmp_path, emulator, params, words):
    """The wait is checked too: nobody wants to learn of it when the first call is paid for."""
    with pytest.raises(InputError, match=words.replace("(", r"\(")):
        call(tmp_path, emulator, **params)
    assert emulator.calls("ice") == []


def test_answers_hold_no_signatures(tmp_path, emulator, monkeypatch):
    """Neither the result nor what is kept for a restart."""
    from media_ai_emulators.ice.library import MediaLibrary

    signed = "https://b.oss-cn-shanghai.aliyuncs.com/a.mp4?Expires=1&Signature=sentinel"
    given = asset(emulator)
    basic = MediaLibrary.basic_info
    monkeypatch.setattr(MediaLibrary, "basic_info", lambda self, *known: {**basic(self, *known), "CoverURL": signed})
    found = call(tmp_path, emulator, given, action="GetMediaInfo", parameters={"MediaId": "$.asset.id"})
    assert found.answer["MediaInfo"]["MediaBasicInfo"]["CoverURL"] == "https://b.oss-cn-shanghai.aliyuncs.com/a.mp4"
    kept = [path.read_text() for path in (tmp_path / "store").rglob("*.json")]
    assert "sentinel" not in "".join(kept)


def test_success_false_fails(tmp_path, emulator):
    """A family of operations says so with HTTP 200."""
    with pytest.raises(ServiceError, match="SearchLibNotExist"):
        call(tmp_path, emulator, action="SearchMedia", parameters={"SearchLibName": "nothing"})


@pytest.mark.parametrize(
    "params", [{"action": ""}, {"action": "a b"}, {"parameters": []}, {"wait": {"action": "x"}}, {"x": 1}]
)
def test_wrong_params_are_refused(params):
    """When they are written."""
    assert call_ims_api.NODE.params_issues("node", params)


def test_the_example_of_the_documentation_is_right():
    """Names, types and what is required, of the call and of its wait."""
    page = (Path(__file__).parents[3] / "docs" / "node-types.md").read_text(encoding="utf-8")
    example = json.loads(page.partition("`call_ims_api`: Alibaba")[2].partition("```json")[2].partition("```")[0])
    assert call_ims_api.NODE.params_issues("node", example) == []
    params = Params.model_validate(example)
    assert params.wait is not None
    assert ims_api().check(params.action, params.parameters) == []
    assert ims_api().check(params.wait.action, params.wait.parameters, has_references=True) == []
