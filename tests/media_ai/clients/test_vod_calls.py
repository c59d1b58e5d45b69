"""Calls to VOD: turns, repetition, and what is done when an answer is lost."""

import pytest

from media_ai.clients.access import Access
from media_ai.clients.credentials import VodCredentials
from media_ai.clients.vod_calls import SETTLE_S, VodCalls, vod_api, vod_error
from media_ai.errors import ErrorKind, InputError, ServiceError, StoppedError
from tests.emulated import ims_credentials, quick
from tests.vod import created, vod_access, vod_calls


def error(kind: ErrorKind) -> ServiceError:
    return vod_error("said no.", "Code", kind)


class Service:
    """Something that is done: `outcomes` are what each try brings, None for done and answered, or an error."""

    def __init__(self, *outcomes, does=True):
        self.outcomes, self.does = list(outcomes), does
        self.done, self.looks = 0, 0

    def do(self):
        outcome = self.outcomes.pop(0)
        if outcome is None or (outcome.kind is ErrorKind.TRANSIENT and self.does):
            self.done += 1
        if outcome is not None:
            raise outcome
        return f"job {self.done}"

    def find(self):
        self.looks += 1
        return f"job {self.done}" if self.done else None


def test_what_was_done_is_found_and_not_done_again(emulator):
    """An answer that is lost costs a look, not a second job."""
    service = Service(error(ErrorKind.TRANSIENT))

    assert vod_calls(emulator).submit("it", service.do, service.find) == "job 1"
    assert (service.done, service.looks) == (1, 1)


def test_what_was_not_done_is_done_again(emulator):
    """A call that never arrived is repeated after the look."""
    service = Service(error(ErrorKind.TRANSIENT), None, does=False)

    assert vod_calls(emulator).submit("it", service.do, service.find) == "job 1"
    assert (service.done, service.looks) == (1, 1)


def test_throttling_is_no_doubt(emulator):
    """What was refused for its number was not done; nobody looks for it."""
    service = Service(error(ErrorKind.THROTTLED), error(ErrorKind.THROTTLED), None)

    assert vod_calls(emulator).submit("it", service.do, service.find) == "job 1"
    assert service.looks == 0


def test_a_refusal_is_final(emulator):
    """Nothing is tried again where that cannot help."""
    service = Service(error(ErrorKind.QUOTA))

    with pytest.raises(ServiceError) as caught:
        vod_calls(emulator).submit("it", service.do, service.find)
    assert (caught.value.kind, service.outcomes) == (ErrorKind.QUOTA, [])


def test_doubt_that_cannot_be_ended_stays_doubt(emulator):
    """If the service cannot be asked, the error says that it may have been done, whatever stood in the way of asking."""
    service = Service(error(ErrorKind.TRANSIENT))

    def find():
        raise error(ErrorKind.THROTTLED)

    with pytest.raises(ServiceError, match="may have been done") as caught:
        vod_calls(emulator).submit("it", service.do, find)
    assert (caught.value.kind, caught.value.code, service.done) == (ErrorKind.TRANSIENT, "InDoubt", 1)


def test_lists_are_given_time(emulator):
    """Before it is looked for, the service has two seconds to show it."""
    waits = []
    retry = quick()
    object.__setattr__(retry, "sleep", waits.append)
    service = Service(error(ErrorKind.TRANSIENT))
    VodCalls(vod_access(emulator), retry=retry).submit("it", service.do, service.find)

    assert SETTLE_S in waits


def test_what_changes_something_is_not_repeated_by_itself(emulator):
    """A lost answer of an operation that creates is an error; the same of one that reads is not noticed."""
    calls = vod_calls(emulator)
    emulator.faults().add("vod", "cut", operation="CreateUploadVideo")
    with pytest.raises(ServiceError) as caught:
        calls.call("CreateUploadVideo", {"Title": "t", "FileName": "a.mp4"})
    assert caught.value.kind is ErrorKind.TRANSIENT
    assert len(emulator.calls("vod", "CreateUploadVideo")) == 1

    video = created(calls)
    emulator.faults().add("vod", "cut", operation="GetVideoInfo")
    assert calls.call("GetVideoInfo", {"VideoId": video.video_id})["Video"]["VideoId"] == video.video_id


def test_parameters_are_checked_before_anything_is_sent(emulator):
    """Names, types and what is required, by the SDK's own model."""
    calls = vod_calls(emulator)
    wrong = [
        ("SubmitAIImageJob", {"VideoId": "v"}, "AITemplateId"),
        ("SubmitAIImageJob", {"VideoId": "v", "AITemplateId": "t", "AITemplate": "t"}, "AITemplate"),
        ("GetVideoInfo", {"VideoId": 5}, "VideoId"),
        ("NoSuchThing", {}, "NoSuchThing"),
    ]
    for action, parameters, named in wrong:
        with pytest.raises(InputError, match=named):
            calls.call(action, parameters)
    assert emulator.calls("vod") == []


def test_every_call_takes_a_turn(emulator):
    """Tries that fail included; the key names region and key id, and no secret."""
    turns = []

    class Counting:
        def reserve(self, key, *, interval_s, burst_s=0.0):
            turns.append((key, interval_s))
            return 0.0

    credentials = ims_credentials(emulator, VodCredentials, calls_per_second=20)
    access = Access(credentials_of=lambda _: credentials, limits=Counting())
    emulator.faults().add("vod", "throttle", times=2)
    VodCalls(access, retry=quick()).call("SearchMedia", {})

    assert [key for key, _ in turns] == [f"vod:cn-shanghai:{emulator.keys.access_key_id}"] * 3
    assert turns[0][1] == pytest.approx(1 / 20, rel=0.05)


def test_a_stop_ends_the_waiting_for_a_turn(emulator):
    """Nothing is called after it."""

    class Full:
        def reserve(self, key, *, interval_s, burst_s=0.0):
            return 3600.0

    def stop():
        raise StoppedError("stopped")

    credentials = ims_credentials(emulator, VodCredentials)
    access = Access(credentials_of=lambda _: credentials, limits=Full(), check_stopped=stop)
    with pytest.raises(StoppedError):
        VodCalls(access, retry=quick()).call("SearchMedia", {})
    assert emulator.calls("vod") == []


def test_every_operation_of_the_sdk_is_known():
    """All that the SDK has can be called by name."""
    known = set(vod_api().actions)

    assert {"CreateUploadVideo", "SubmitAIImageJob", "GetAIImageJobs", "GetURLUploadInfos", "ListAIImageInfo"} <= known
    assert {"ProduceEditingProjectVideo", "DescribeVodDomainBpsData", "ListLiveRecordVideo"} <= known
    assert len(known) > 180
