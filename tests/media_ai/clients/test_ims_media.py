"""Waiting until registered media are ready."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from media_ai.clients import remote
from media_ai.clients.access import Access
from media_ai.clients.ims_calls import ImsCalls
from media_ai.clients.ims_library import ImsMedia
from media_ai.clients.ims_media import Looks, media_job
from media_ai.clients.limits import ProcessLimits
from media_ai.clients.remote import RemoteJob
from media_ai.errors import ErrorKind, ServiceError, StoppedError
from media_ai.waiting import ask
from media_ai_emulators.testing import Emulator, running_emulator
from tests.emulated import ims_credentials, quick
from tests.media_ai.clients.test_ims_library import access_to, request


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Emulator]:
    """An emulator of this test alone, where an asset is readable after a minute: the test moves the clock."""
    with running_emulator(tmp_path / "state", visible_after_s=60) as emulator:
        yield emulator


def register(emulator: Emulator, **fields: Any) -> tuple[str, Access]:
    """Register a new address; return the id, and the way to IMS."""
    access = access_to(emulator)
    return ImsMedia(ImsCalls(access, retry=quick())).register(request(**fields)), access


def aged(media_id: str, seconds: float) -> RemoteJob:
    """Return the job of an asset that was registered some time ago."""
    return RemoteJob(kind="ims.media", id=media_id, details={"registered": time.time() - seconds, "is_new": True})


def test_from_registration_to_normal(slow: Emulator) -> None:
    """Not found is not readable yet, Preparing goes on, Normal ends with what the service says."""
    media_id, access = register(slow, title="t")
    state = remote.poll(aged(media_id, 10), access)
    assert (state.is_done, state.note) == (False, "not readable yet")
    slow.advance(61)
    state = remote.poll(aged(media_id, 10), access)
    assert (state.is_done, state.note) == (False, "Preparing")
    slow.advance(61)
    state = remote.poll(aged(media_id, 10), access)
    assert (state.is_done, state.note) == (True, "Normal")
    assert (state.data["id"], state.data["basic"]["Title"], state.data["file"]["Duration"]) == (media_id, "t", 60)
    assert state.data["is_new"] is True


def test_no_question_before_an_answer_is_likely(slow: Emulator) -> None:
    """In the first two seconds nothing is asked; an asset that was there before is asked for at once."""
    media_id, access = register(slow)
    slow.state.calls.clear()
    assert not remote.poll(media_job(media_id, is_new=True), access).is_done
    assert slow.calls("ice") == []
    slow.advance(130)
    assert remote.poll(media_job(media_id, is_new=False), access).is_done
    assert len(slow.calls("ice")) == 1


def test_not_found_for_long_is_an_error(slow: Emulator) -> None:
    """After half a minute it was deleted, and nobody waits any longer."""
    media_id, access = register(slow)
    assert not remote.poll(aged(media_id, 29), access).is_done
    with pytest.raises(ServiceError, match=f"{media_id} is not in the library") as caught:
        remote.poll(aged(media_id, 31), access)
    assert caught.value.kind is ErrorKind.NOT_FOUND


def test_a_file_that_cannot_be_read_fails(slow: Emulator) -> None:
    """With what to do."""
    media_id, access = register(slow, input_url="oss://media-ai/missing.mp4")
    slow.advance(130)
    with pytest.raises(ServiceError, match=r"PrepareFail.*oss://media-ai/missing.mp4.*delete the asset") as caught:
        remote.poll(aged(media_id, 130), access)
    assert not caught.value.kind.is_retryable


@pytest.mark.parametrize("fault", ["throttle", "server_error", "cut", "error_body"])
def test_a_lost_question_is_asked_again(emulator: Emulator, fault: Any) -> None:
    """Whoever waits asks once at a time; a question that was lost ends no wait."""
    media_id, access = register(emulator)
    time.sleep(0.5)
    emulator.state.calls.clear()
    emulator.faults().add("ice", fault)
    job = aged(media_id, 10)
    assert ask(job, access) is None
    assert len(emulator.calls("ice")) == 1
    state = ask(job, access)
    assert state is not None
    assert state.is_done


def test_an_unknown_status_goes_on(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word that nobody has told us is no end."""
    from media_ai_emulators.ice.library import MediaLibrary

    media_id, access = register(emulator)
    time.sleep(0.5)
    monkeypatch.setattr(MediaLibrary, "status", lambda self, record: "Rethinking")
    state = remote.poll(aged(media_id, 10), access)
    assert (state.is_done, state.note) == (False, "Rethinking")


class OneByOne(ProcessLimits):
    """Each turn takes a while, so that questions gather."""

    def reserve(self, key: str, *, interval_s: float, burst_s: float = 0.0) -> float:
        return 0.3


def test_many_ask_with_one_question(emulator: Emulator) -> None:
    """Who gets the turn asks for all who wait: 45 assets, six calls at most."""
    made = [register(emulator)[0] for _ in range(45)]
    time.sleep(0.5)
    emulator.state.calls.clear()
    access = access_to(emulator, limits=OneByOne())
    with ThreadPoolExecutor(45) as pool:
        states = list(pool.map(lambda media_id: remote.poll(aged(media_id, 10), access), [*made[:-1], "nothing"]))
    assert [state.data.get("id") for state in states] == [*made[:-1], None]
    assert len(emulator.calls("ice")) <= 6


def test_a_lost_question_is_lost_for_each(emulator: Emulator) -> None:
    """Each gets an error of its own: whoever catches it writes a name into it."""
    made = [register(emulator)[0] for _ in range(5)]
    emulator.faults().add("ice", "server_error", times=None)
    calls, looks, errors = ImsCalls(access_to(emulator, limits=OneByOne())), Looks(), []

    def look(media_id: str) -> None:
        with pytest.raises(ServiceError) as caught:
            looks.look(media_id, calls)
        errors.append(caught.value)

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(look, made))
    assert len({id(error) for error in errors}) == 5
    assert {error.kind for error in errors} == {ErrorKind.TRANSIENT}


def test_one_who_is_stopped_leaves_the_others(emulator: Emulator) -> None:
    """The turn of a stopped run is taken over by the next who waits."""
    first, second = register(emulator)[0], register(emulator)[0]
    time.sleep(0.5)
    stopping = threading.Event()

    def check() -> None:
        if stopping.is_set():
            raise StoppedError("stopped")

    looks = Looks()
    stopped = ImsCalls(access_to(emulator, limits=OneByOne(), check_stopped=check))
    going = ImsCalls(access_to(emulator, limits=OneByOne()))
    with ThreadPoolExecutor(2) as pool:
        stopping.set()
        one = pool.submit(looks.look, first, stopped)
        two = pool.submit(looks.look, second, going)
        with pytest.raises(StoppedError):
            one.result()
        found = two.result()
    assert found is not None
    assert found.id == second


def test_a_wrong_key_ends_the_wait(emulator: Emulator) -> None:
    """Nobody waits for what will never be answered."""
    wrong = ims_credentials(emulator, secret="wrong")
    with pytest.raises(ServiceError) as caught:
        ask(aged("m", 10), Access(credentials_of=lambda kind: wrong))  # type: ignore[arg-type,return-value]
    assert caught.value.kind is ErrorKind.AUTH
