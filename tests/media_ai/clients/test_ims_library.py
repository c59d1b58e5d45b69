"""The media library of IMS through the real SDK: registered once, found, changed, listed, deleted."""

import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from media_ai.clients.access import Access
from media_ai.clients.ims_calls import ImsCalls
from media_ai.clients.ims_library import ImsMedia, delete_media, is_duplicate, is_not_found, open_media
from media_ai.clients.ims_record import number, record_of
from media_ai.clients.ims_rules import MediaTexts, RegisterMedia
from media_ai.clients.limits import ProcessLimits
from media_ai.errors import ErrorKind, ServiceError, StoppedError
from media_ai_emulators.testing import Emulator
from tests.emulated import ims_credentials, oss_client, quick


class CountedLimits(ProcessLimits):
    """Turns that are counted, and come at once."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[str, float]] = []

    def reserve(self, key: str, *, interval_s: float, burst_s: float = 0.0) -> float:
        self.taken.append((key, interval_s))
        return 0.0


def access_to(emulator: Emulator, **changes: Any) -> Access:
    """Return the way to the emulated IMS, whose turns come at once."""
    credentials = ims_credentials(emulator)
    fields: dict[str, Any] = {"credentials_of": lambda kind: credentials, "limits": CountedLimits(), **changes}
    return Access(**fields)


@pytest.fixture
def access(emulator: Emulator) -> Access:
    """The way to the emulated IMS."""
    return access_to(emulator)


@pytest.fixture
def media(access: Access) -> ImsMedia:
    """The library, repeating without a pause."""
    return ImsMedia(ImsCalls(access, retry=quick(8)))


def request(**fields: Any) -> RegisterMedia:
    """Return a registration of a new address."""
    unique = uuid.uuid4().hex
    return RegisterMedia(**{"input_url": f"oss://other/{unique}.mp4", "client_token": unique, **fields})


def registered(media: ImsMedia, **fields: Any) -> str:
    """Register a new address and wait until it is ready."""
    media_id = media.register(request(**fields))
    time.sleep(0.5)
    return media_id


def test_an_asset_is_found_by_id_and_address(emulator: Emulator, media: ImsMedia) -> None:
    """With numbers for the texts of the service; before it is readable there is none."""
    made = request(title="视", tags=("a", "b"), reference_id=uuid.uuid4().hex)
    media_id = media.register(made)
    emulator.advance(-10)
    assert media.get(media_id) is None
    emulator.advance(11)
    found = media.find(made.input_url)
    assert found == media.get(media_id)
    assert found is not None
    assert (found.id, found.status, found.input_url) == (media_id, "Normal", made.input_url)
    assert (found.reference_id, found.basic["Title"], found.basic["MediaTags"]) == (made.reference_id, "视", "a,b")
    assert (found.file["Duration"], found.file["FileSize"], found.file["Width"]) == (60, 1_048_576, 1280)
    assert found.created is not None
    assert abs(found.created - datetime.now(UTC)) < timedelta(minutes=1)
    assert media.find("oss://other/nothing.mp4") is None


@pytest.mark.parametrize("fault", ["throttle", "server_error", "error_body", "cut"])
def test_a_registration_survives(emulator: Emulator, media: ImsMedia, fault: Any) -> None:
    """Whatever is lost: the ClientToken makes the repetition harmless."""
    emulator.faults().add("ice", fault, operation="RegisterMediaInfo", times=2)
    made = request()
    media_id = media.register(made)
    assert len(emulator.calls("ice", "RegisterMediaInfo")) == 3
    assert {call.params["ClientToken"] for call in emulator.calls("ice", "RegisterMediaInfo")} == {made.client_token}
    time.sleep(0.5)
    found = media.find(made.input_url)
    assert found is not None
    assert found.id == media_id


def test_every_call_takes_a_turn(emulator: Emulator) -> None:
    """Repetitions too; the name of the turns holds no secret, and their rate is a little below the limit."""
    access = access_to(emulator)
    emulator.faults().add("ice", "throttle", times=2)
    ImsMedia(ImsCalls(access, retry=quick())).register(request())
    taken = access.limits.taken  # type: ignore[attr-defined]
    assert len(taken) == 3
    (name,) = {key for key, _ in taken}
    assert name == f"ims:cn-shanghai:{emulator.keys.access_key_id}"
    assert 0.1 < taken[0][1] < 0.11


def test_a_stop_ends_the_wait_for_a_turn(emulator: Emulator) -> None:
    """Within half a second, with no call made."""

    def stop() -> None:
        raise StoppedError("stopped")

    class Slow(ProcessLimits):
        def reserve(self, key: str, *, interval_s: float, burst_s: float = 0.0) -> float:
            return 60.0

    with pytest.raises(StoppedError):
        open_media(access_to(emulator, limits=Slow(), check_stopped=stop)).register(request())
    assert emulator.calls("ice") == []


def test_a_duplicate_is_recognized(media: ImsMedia) -> None:
    """By the words of its code, which is not documented."""
    made = request()
    media.register(made)
    with pytest.raises(ServiceError) as caught:
        media.register(made.model_copy(update={"client_token": uuid.uuid4().hex}))
    assert is_duplicate(caught.value)
    with pytest.raises(ServiceError) as caught:
        media.register(
            made.model_copy(update={"input_url": "http://127.0.0.1/a.mp4", "client_token": uuid.uuid4().hex})
        )
    assert not is_duplicate(caught.value)


@pytest.mark.parametrize(
    ("code", "is_known"),
    [
        ("MediaAlreadyExist", True),
        ("InvalidParameter.Duplicate", True),
        ("InputUrlRegistered", True),
        ("MediaNotExist", False),
        ("InvalidParameter", False),
    ],
)
def test_duplicates_have_many_names(code: str, is_known: bool) -> None:
    """And what does not exist is none."""
    assert is_duplicate(ServiceError("m", service="ims", code=code, kind=ErrorKind.INVALID)) is is_known


@pytest.mark.parametrize(
    ("code", "kind", "is_gone"),
    [
        ("ResourceNotFound", ErrorKind.NOT_FOUND, True),
        ("InvalidMedia.NotFound", ErrorKind.INVALID, True),
        ("MediaNotExist", ErrorKind.INVALID, True),
        ("Media.Not.Found", ErrorKind.INVALID, True),
        ("InvalidParameter", ErrorKind.INVALID, False),
        ("Throttling", ErrorKind.THROTTLED, False),
    ],
)
def test_not_found_has_many_names(code: str, kind: ErrorKind, is_gone: bool) -> None:
    """HTTP 404, or words of the code."""
    assert is_not_found(ServiceError("m", service="ims", code=code, kind=kind)) is is_gone


def test_texts_are_changed(media: ImsMedia) -> None:
    """Tags are replaced, or added; what is not named stays."""
    media_id = registered(media, title="old", tags=("a", "b"), description="stays")
    media.update(media_id, MediaTexts(title="new", tags=("c",)).prepared().parameters)
    found = media.get(media_id)
    assert found is not None
    assert (found.basic["Title"], found.basic["MediaTags"], found.basic["Description"]) == ("new", "c", "stays")
    media.update(media_id, MediaTexts(tags=("d",)).prepared().parameters, has_more_tags=True)
    found = media.get(media_id)
    assert found is not None
    assert found.basic["MediaTags"] == "c,d"


def test_many_are_read_in_few_calls(emulator: Emulator, media: ImsMedia) -> None:
    """Twenty in a call; what is not there is left out, what is named twice is asked for once."""
    ids = [media.register(request()) for _ in range(21)]
    time.sleep(0.5)
    emulator.state.calls.clear()
    found = media.get_all([*ids, ids[0], "nothing"])
    assert set(found) == set(ids)
    assert all(record.status == "Normal" for record in found.values())
    assert len(emulator.calls("ice", "BatchGetMediaInfos")) == 2
    assert media.get_all([]) == {}


def test_deleting(emulator: Emulator, media: ImsMedia, access: Access) -> None:
    """What is not there is told apart; a lost answer is repeated; files stay unless they are to go."""
    oss = oss_client(emulator)
    for name in ("kept.mp4", "gone.mp4"):
        oss.put(name, b"1")
    kept = registered(media, input_url="oss://media-ai/kept.mp4")
    gone = registered(media, input_url="oss://media-ai/gone.mp4")
    emulator.faults().add("ice", "cut", operation="DeleteMediaInfos")
    deleted = media.delete([kept, "nothing"])
    assert deleted.missing[-1] == "nothing"
    assert media.get(kept) is None
    assert delete_media(access, [gone], delete_files=True).done == (gone,)
    left = {found.key for found in oss.list("")}
    assert "kept.mp4" in left
    assert "gone.mp4" not in left
    assert delete_media(access, []).done == ()


def test_searching_and_listing_go_through_the_pages(emulator: Emulator, media: ImsMedia) -> None:
    """With tokens, up to what is wanted; a search in a library that is not there is refused."""
    title = uuid.uuid4().hex
    start = datetime.now(UTC) - timedelta(seconds=2)
    ids = [media.register(request(title=title)) for _ in range(53)]
    time.sleep(0.5)
    emulator.state.calls.clear()
    assert [record.id for record in media.search(f"title = '{title}'")] == ids[::-1]
    assert len(emulator.calls("ice", "SearchMedia")) == 2
    assert len(list(media.search(f"title = '{title}'", most=7))) == 7
    listed = [record.id for record in media.list(since=start) if record.basic.get("Title") == title]
    assert listed == ids[::-1]
    assert len(list(media.list(most=3))) == 3
    assert list(media.list(status="PrepareFail", since=start)) == []
    with pytest.raises(ServiceError, match="SearchLibNotExist"):
        list(media.search("", search_library="nothing"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("60.000000", 60),
        ("1048576", 1048576),
        ("29.97", 29.97),
        ("", None),
        (None, None),
        ("x", None),
        ("nan", None),
        ("inf", None),
        (5, 5),
        ([], None),
    ],
)
def test_numbers_are_texts(text: Any, value: float | None) -> None:
    """Or missing, or empty."""
    assert number(text) == value


def test_a_record_of_nothing() -> None:
    """Any field may be missing, or null."""
    for info in ({}, {"MediaBasicInfo": None, "FileInfoList": None}, {"FileInfoList": [None]}, {"FileInfoList": []}):
        found = record_of(info)
        assert (found.id, found.status, found.created, found.file_url, dict(found.file)) == ("", "", None, None, {})


def test_records_hold_no_signatures() -> None:
    """Neither of the file nor of the pictures."""
    signed = "https://b.oss-cn-shanghai.aliyuncs.com/a.jpg?Expires=1&Signature=sentinel"
    found = record_of(
        {
            "MediaId": "m",
            "MediaBasicInfo": {"CoverURL": signed, "Snapshots": f'["{signed}"]', "CreateTime": "2026-11-20T01:02:03Z"},
            "FileInfoList": [{"FileBasicInfo": {"FileUrl": signed, "FileSize": "5"}}],
        }
    )
    assert "sentinel" not in repr(found)
    assert found.file_url == "https://b.oss-cn-shanghai.aliyuncs.com/a.jpg"
    assert found.created == datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
