"""Every operation of IMS and VOD through the SDK: checked by its own model, called over the wire, repeated where it is safe."""

from collections.abc import Iterator
from typing import Any

import pytest
from alibabacloud_ice20201109 import client as ice_client
from alibabacloud_ice20201109 import models as ice_models
from alibabacloud_vod20170321 import client as vod_client
from alibabacloud_vod20170321 import models as vod_models
from hypothesis import given
from hypothesis import strategies as st

from media_ai.clients.api_calls import Api, WaitCondition, call_with_care, meets
from media_ai.clients.api_waits import filled_in, values_at
from media_ai.clients.ims import open_ims
from media_ai.clients.sdk_requests import fields_of
from media_ai.errors import ErrorKind, InputError, ServiceError
from media_ai_emulators.testing import Emulator
from tests.emulated import ims_credentials, quick

IMS = Api(service="IMS", client_class=ice_client.Client, models_module=ice_models, ram_prefix="ice")
VOD = Api(service="VOD", client_class=vod_client.Client, models_module=vod_models, ram_prefix="vod")


def test_every_operation_of_the_sdk_is_known() -> None:
    """Each request class is an operation, and so are the five that take no request."""
    for api, module, without in ((IMS, ice_models, 5), (VOD, vod_models, 0)):
        requests = {
            name.removesuffix("Request")
            for name in dir(module)
            if name.endswith("Request") and not name.endswith("ShrinkRequest")
        }
        assert requests <= set(api.actions)
        assert len(api.actions) == len(requests) + without


def test_every_model_can_be_read() -> None:
    """The names on the wire belong to the arguments, in every request of both SDKs."""
    for module in (ice_models, vod_models):
        for name in dir(module):
            if name.endswith("Request"):
                for wire, field in fields_of(getattr(module, name)).items():
                    assert wire == field.name
    shown = fields_of(ice_models.SubmitSmarttagJobRequest)
    assert shown["Input"].type is ice_models.SubmitSmarttagJobRequestInput
    assert {name for name, field in fields_of(ice_models.RegisterMediaInfoRequest).items() if field.is_required} == {
        "InputURL"
    }


@pytest.mark.parametrize(
    ("action", "parameters", "words"),
    [
        ("GetMediaInfos", {}, ["no operation of IMS", "Did you mean 'GetMediaInfo'"]),
        ("", {}, ["no operation"]),
        ("get_media_info", {}, ["no operation"]),
        ("GetMediaInfo", {"MediaID": "a"}, ["unknown parameter 'MediaID'", "Did you mean 'MediaId'"]),
        ("GetMediaInfo", {"MediaId": 5}, ["'MediaId' must be a text, not 5"]),
        ("GetMediaInfo", {"MediaId": None}, ["'MediaId' must be a text, not null"]),
        ("GetMediaInfo", {"AuthTimeout": "60"}, ["must be a whole number, not '60'"]),
        ("GetMediaInfo", {"AuthTimeout": True}, ["must be a whole number, not true"]),
        ("GetMediaInfo", {"AuthTimeout": 1.5}, ["must be a whole number, not 1.5"]),
        ("RegisterMediaInfo", {"InputURL": "oss://b/k", "Overwrite": "true"}, ["must be true or false, not 'true'"]),
        ("RegisterMediaInfo", {"InputURL": "oss://b/k", "Overwrite": 1}, ["must be true or false, not 1"]),
        (
            "RegisterMediaInfo",
            {"InputURL": "oss://b/k", "UserData": {"a": 1}},
            ["not an object; write its JSON as a text"],
        ),
        ("RegisterMediaInfo", {"InputURL": "oss://b/k", "Title": "\ud83d"}, ["half of a character"]),
        ("RegisterMediaInfo", {}, ["'InputURL' is missing"]),
        ("RegisterMediaInfo", {"InputURL": ""}, ["'InputURL' is missing"]),
        ("SubmitSmarttagJob", {"Input": "oss://b/k"}, ["'Input' must be an object, not 'oss://b/k'"]),
        ("SubmitSmarttagJob", {"Input": {"Media": "x", "Typ": "OSS"}}, ["'Input.Typ'", "Did you mean 'Type'"]),
        ("SubmitSmarttagJob", {"Input": {"Media": 1}}, ["'Input.Media' must be a text"]),
        ("GetEventCallback", {"a": 1}, ["takes no parameters"]),
        ("GetMediaInfo", {"Long" * 100: "x" * 10_000}, ["unknown parameter"]),
    ],
)
def test_wrong_calls_are_explained(action: str, parameters: dict[str, Any], words: list[str]) -> None:
    """Before anything is called: operation, names with the near one, types, nested ones too, what is missing."""
    problems = " ".join(IMS.check(action, parameters))
    for word in words:
        assert word in problems


def test_lists_of_objects_are_checked_item_by_item() -> None:
    """The place of the wrong one is named."""
    inputs = [{"Media": "m", "Type": "OSS"}, 6, {"Media": 1}]
    problems = " ".join(IMS.check("SubmitTranscodeJob", {"InputGroup": inputs}))
    assert "'InputGroup[1]' must be an object, not 6" in problems
    assert "'InputGroup[2].Media' must be a text, not 1" in problems
    assert "must be a list, not an object" in " ".join(IMS.check("SubmitTranscodeJob", {"InputGroup": {}}))


def test_all_problems_are_told_at_once() -> None:
    """Nobody wants to learn them one by one."""
    assert len(IMS.check("RegisterMediaInfo", {"Titel": "t", "CateId": "5", "Overwrite": 0})) == 4


def test_references_fit_everywhere() -> None:
    """A text that stands for a value of an earlier answer is no wrong type; a wrong name stays one."""
    given_parameters = {"CateId": "$.CateId", "InputURL": "$.Url", "Titel": "$.Title"}
    assert len(IMS.check("RegisterMediaInfo", given_parameters)) == 2
    assert len(IMS.check("RegisterMediaInfo", given_parameters, has_references=True)) == 1


@pytest.mark.parametrize(
    ("api", "action", "parameters", "is_read", "is_repeatable"),
    [
        (IMS, "GetMediaInfo", {}, True, True),
        (IMS, "BatchGetMediaInfos", {}, True, True),
        (IMS, "ListMediaBasicInfos", {}, True, True),
        (IMS, "QuerySmarttagJob", {}, True, True),
        (IMS, "SearchMedia", {}, True, True),
        (VOD, "DescribeVodDomainUsageData", {}, True, True),
        (IMS, "SearchIndexJobRerun", {}, False, False),
        (IMS, "SubmitSmarttagJob", {}, False, False),
        (IMS, "RegisterMediaInfo", {}, False, False),
        (IMS, "RegisterMediaInfo", {"ClientToken": "a" * 32}, False, True),
        (IMS, "DeleteMediaInfos", {}, False, False),
        (VOD, "SubmitTranscodeJobs", {"ClientToken": "a" * 32}, False, False),
    ],
)
def test_what_may_be_repeated(
    api: Api, action: str, parameters: dict[str, Any], is_read: bool, is_repeatable: bool
) -> None:
    """What reads, and what has a token that the operation takes."""
    assert api.is_read(action) is is_read
    assert api.is_repeatable(action, parameters) is is_repeatable


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Any]:
    """The SDK's client for the emulated IMS."""
    yield open_ims(ims_credentials(emulator))


def test_a_call_goes_over_the_wire(emulator: Emulator, client: Any) -> None:
    """The SDK signs and encodes; the whole body comes back."""
    answer = IMS.call(
        client, "RegisterMediaInfo", {"InputURL": "oss://other/视 1.mp4", "Overwrite": True, "Title": "a&b"}
    )
    assert set(answer) == {"MediaId", "RequestId"}
    (call,) = emulator.calls("ice", "RegisterMediaInfo")
    assert (call.params["InputURL"], call.params["Title"]) == ("oss://other/视 1.mp4", "a&b")
    assert IMS.call(
        client, "SubmitSmarttagJob", {"Input": {"Type": "OSS", "Media": "oss://other/a.mp4"}, "TemplateId": "x"}
    )["JobId"]


def test_a_wrong_call_is_not_sent(emulator: Emulator, client: Any) -> None:
    """The error names operation and parameter."""
    with pytest.raises(InputError, match=r"IMS GetMediaInfo: unknown parameter 'Id'"):
        IMS.call(client, "GetMediaInfo", {"Id": "x"})
    assert emulator.calls("ice") == []


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ("throttle", ErrorKind.THROTTLED, "Throttling.User"),
        ("server_error", ErrorKind.TRANSIENT, "ServiceUnavailable"),
        ("error_body", ErrorKind.TRANSIENT, "ServiceUnavailable"),
        ("expired_token", ErrorKind.AUTH, "InvalidSecurityToken.Expired"),
        ("cut", ErrorKind.TRANSIENT, "UnretryableException"),
    ],
)
def test_failures_have_their_kind(emulator: Emulator, client: Any, fault: Any, kind: ErrorKind, code: str) -> None:
    """Also an error with HTTP 200, of which the SDK's response class keeps nothing."""
    emulator.faults().add("ice", fault)
    with pytest.raises(ServiceError) as caught:
        IMS.call(client, "RegisterMediaInfo", {"InputURL": "oss://other/a.mp4"})
    assert (caught.value.kind, caught.value.code) == (kind, code)


def test_success_false_is_refused(emulator: Emulator, client: Any) -> None:
    """The search library's operations say so with HTTP 200; a library that is there is no error, though it has a Code."""
    with pytest.raises(ServiceError, match="HTTP 200, SearchLibNotExist") as caught:
        IMS.call(client, "SearchMedia", {"SearchLibName": "nothing"})
    assert not caught.value.kind.is_retryable
    assert IMS.call(client, "SearchMedia", {})["Code"] == "success"


def test_an_operation_without_parameters(client: Any) -> None:
    """It is called without a request; the emulator has not got it, and says so."""
    with pytest.raises(ServiceError, match="EmulatorNotImplemented"):
        IMS.call(client, "GetEventCallback", {})


def _failing(*kinds: ErrorKind) -> Any:
    left = list(kinds)

    def work(number: int) -> int:
        if left:
            raise ServiceError("no", service="ims", code="c", kind=left.pop(0))
        return number

    return work


def test_what_may_be_done_twice_is_repeated() -> None:
    """After throttling, and after an answer that was lost."""
    assert call_with_care(quick(), "x", _failing(ErrorKind.THROTTLED, ErrorKind.TRANSIENT), is_repeatable=True) == 3


def test_what_may_not_be_done_twice_is_repeated_only_after_a_refusal() -> None:
    """Throttled was not done; a lost answer may have been."""
    assert call_with_care(quick(), "x", _failing(ErrorKind.THROTTLED, ErrorKind.THROTTLED), is_repeatable=False) == 3
    with pytest.raises(ServiceError) as caught:
        call_with_care(quick(), "x", _failing(ErrorKind.THROTTLED, ErrorKind.TRANSIENT), is_repeatable=False)
    assert caught.value.kind is ErrorKind.TRANSIENT
    with pytest.raises(ServiceError):
        call_with_care(quick(2), "x", _failing(*[ErrorKind.THROTTLED] * 2), is_repeatable=False)


ANSWER = {
    "Jobs": [{"Id": "1", "State": "Done"}, {"Id": "2", "State": "Running"}],
    "Deep": {"List": [[1, 2], [3]], "Flag": False, "None": None, "Zero": 0},
    "odd key": "x",
}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("Jobs[0].State", ["Done"]),
        ("$.Jobs[1].Id", ["2"]),
        ("Jobs[*].State", ["Done", "Running"]),
        ("Jobs[2].State", []),
        ("Jobs.State", []),
        ("Deep.List[*][0]", [1, 3]),
        ("Deep.List[0][1]", [2]),
        ("Deep.Flag", [False]),
        ("Deep.Zero", [0]),
        ("Deep.None", []),
        ("Deep.Nothing.More", []),
        ("odd key", ["x"]),
        ("odd key[0]", []),
    ],
)
def test_paths(path: str, values: list[Any]) -> None:
    """Names, indices, all of a list; what is not there is nothing."""
    assert values_at(ANSWER, path) == values
    assert WaitCondition(action="GetMediaInfo", path=path, done=("x",)).path == path


@pytest.mark.parametrize("path", ["", ".", "a..b", "a[", "a[x]", "a[-1]", "[0]", "$", "a.", "$.", "a[*", "a]b"])
def test_paths_that_lead_nowhere_are_refused(path: str) -> None:
    """When the condition is written, not when it is asked."""
    with pytest.raises(ValueError, match="path"):
        WaitCondition(action="GetMediaInfo", path=path, done=("x",))


@given(st.text(max_size=40))
def test_any_path_is_read_without_an_error(path: str) -> None:
    """Even one that the condition would not take."""
    assert isinstance(values_at(ANSWER, path), list)


def _condition(path: str, *done: str, failed: tuple[str, ...] = ()) -> WaitCondition:
    return WaitCondition(action="ListJobs", path=path, done=done, failed=failed)


def test_conditions() -> None:
    """All values must be done; one that failed is enough; what is unknown goes on; truth values are written small."""
    assert meets(_condition("Jobs[0].State", "Done"), ANSWER, service="IMS")
    assert not meets(_condition("Jobs[*].State", "Done"), ANSWER, service="IMS")
    assert meets(_condition("Jobs[*].State", "Done", "Running"), ANSWER, service="IMS")
    assert not meets(_condition("Nothing", "Done"), ANSWER, service="IMS")
    assert not meets(_condition("Nothing[*]", "Done"), {"Nothing": []}, service="IMS")
    assert meets(_condition("Deep.Flag", "false"), ANSWER, service="IMS")
    assert meets(_condition("Deep.Zero", "0"), ANSWER, service="IMS")
    with pytest.raises(ServiceError, match=r"ListJobs says Jobs\[\*\].State = Running") as caught:
        meets(_condition("Jobs[*].State", "Done", failed=("Running",)), ANSWER, service="IMS")
    assert not caught.value.kind.is_retryable


@pytest.mark.parametrize("fields", [{"done": ()}, {"interval_s": 0.5}, {"longest_s": 0}, {"action": ""}, {"x": 1}])
def test_conditions_that_never_end_are_refused(fields: dict[str, Any]) -> None:
    """Nothing to wait for, no pause, no time."""
    with pytest.raises(ValueError, match="validation error"):
        WaitCondition(**{"action": "ListJobs", "path": "a", "done": ("x",), **fields})


def test_parameters_are_filled_in() -> None:
    """At any depth, with the value's own type; what is not there, or is several, is refused."""
    parameters = {"Id": "$.Jobs[0].Id", "In": {"List": ["$.Deep.Zero", "$5", 7]}, "Text": "a $.Jobs"}
    assert filled_in(parameters, ANSWER) == {"Id": "1", "In": {"List": [0, "$5", 7]}, "Text": "a $.Jobs"}
    for path in ("$.Nothing", "$.Jobs[*].Id"):
        with pytest.raises(InputError, match=r"it must be one"):
            filled_in({"Id": path}, ANSWER)
