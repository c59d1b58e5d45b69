"""Every parameter of RegisterMediaInfo under its rule; the emulator takes what is made here."""

import json
import time
import uuid
from typing import Any

import pytest
from alibabacloud_ice20201109 import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from media_ai.clients.ims_calls import ImsCalls, ims_api
from media_ai.clients.ims_library import ImsMedia
from media_ai.clients.ims_rules import RegisterMedia, client_token
from media_ai.clients.sdk_requests import fields_of
from media_ai.errors import InputError
from media_ai_emulators.testing import Emulator
from tests.emulated import cloud_access, ims_credentials, quick

FAMILY = "👨‍👩‍👧‍👦"


def request(**fields: Any) -> RegisterMedia:
    """Return a registration of a new address."""
    unique = uuid.uuid4().hex
    return RegisterMedia(**{"input_url": f"oss://other/{unique}.mp4", "client_token": unique, **fields})


def sent(**fields: Any) -> dict[str, Any]:
    """Return the parameters as they are sent."""
    return dict(request(**fields).prepared().parameters)


def notices(**fields: Any) -> tuple[str, ...]:
    """Return what was said about them."""
    return request(**fields).prepared().notices


def test_every_parameter_of_the_sdk_is_there(emulator: Emulator) -> None:
    """Whatever the SDK's model takes is made of a field here, and the service takes it."""
    whole = request(
        title="t",
        description="d",
        tags=("a", "b"),
        cover_url="https://a/b.jpg",
        user_data={"a": 1},
        business_type="general",
        category_id=5,
        reference_id=uuid.uuid4().hex,
        media_type="video",
        overwrite=True,
        need_sprite=True,
        need_snapshot=True,
        cover_start_s=1.5,
        search_library="library",
        smart_tag_template="S00000101-300080",
        workflow_id="w",
    )
    parameters = whole.prepared().parameters
    assert set(parameters) == set(fields_of(models.RegisterMediaInfoRequest))
    assert ims_api().check("RegisterMediaInfo", parameters) == []
    assert library(emulator).register(whole)


def library(emulator: Emulator) -> ImsMedia:
    """Return the library of the emulated IMS."""
    access = cloud_access(emulator)
    unlimited = ims_credentials(emulator, calls_per_second=0)
    return ImsMedia(ImsCalls(type(access)(credentials_of=lambda kind: unlimited), retry=quick()))


def test_only_what_is_needed_is_sent() -> None:
    """Sprite and snapshot are refused as texts; Overwrite is sent only by choice."""
    made = request()
    assert dict(made.prepared().parameters) == {
        "InputURL": made.input_url,
        "ClientToken": made.client_token,
        "RegisterConfig": '{"NeedSprite":"false","NeedSnapshot":"false"}',
    }
    assert made.prepared().notices == ()
    assert sent(overwrite=True)["Overwrite"] is True


@pytest.mark.parametrize(("bytes_", "is_cut"), [(127, False), (128, False), (129, True), (100_000, True)])
def test_titles_have_128_bytes(bytes_: int, is_cut: bool) -> None:
    """What is more is cut and said."""
    assert len(sent(title="a" * bytes_)["Title"]) == min(bytes_, 128)
    assert len(notices(title="a" * bytes_)) == int(is_cut)


def test_titles_are_cut_between_characters() -> None:
    """42 CJK characters, five families."""
    assert sent(title="视" * 43)["Title"] == "视" * 42
    assert sent(title=FAMILY * 6)["Title"] == FAMILY * 5
    assert "Title" not in sent(title="  ")


@pytest.mark.parametrize(("bytes_", "is_cut"), [(1023, False), (1024, False), (1025, True)])
def test_descriptions_have_1024_bytes(bytes_: int, is_cut: bool) -> None:
    """What is more ends with an ellipsis inside the limit."""
    text = sent(description="b" * bytes_)["Description"]
    assert len(text.encode()) == min(bytes_, 1024)
    assert text.endswith("…") is is_cut
    assert len(notices(description="b" * bytes_)) == int(is_cut)
    assert sent(description="视" * 342)["Description"] == "视" * 340 + "…"


@pytest.mark.parametrize(("bytes_", "is_sent"), [(127, True), (128, True), (129, False), (3000, False)])
def test_covers_are_never_cut(bytes_: int, is_sent: bool) -> None:
    """An address that is too long is left out, with a sentence that does not repeat it."""
    url = "https://a/" + "x" * (bytes_ - 10)
    assert (sent(cover_url=url).get("CoverURL") == url) is is_sent
    assert len(notices(cover_url=url)) == int(not is_sent)
    assert all("xxx" not in notice for notice in notices(cover_url=url))


def test_covers_have_bytes() -> None:
    """A cover's address of 43 CJK characters has more than 128 bytes."""
    assert "CoverURL" in sent(cover_url="https://a/" + "视" * 39)
    assert "CoverURL" not in sent(cover_url="https://a/" + "视" * 40)


def test_signed_covers_are_left_out() -> None:
    """They stop working, and whoever reads them could use them."""
    said = notices(cover_url="https://b/c.jpg?Expires=1&Signature=sentinel")
    assert "CoverURL" not in sent(cover_url="https://b/c.jpg?Expires=1&Signature=sentinel")
    assert "is signed" in said[0]
    assert "sentinel" not in said[0]


def test_sixteen_tags_of_32_bytes() -> None:
    """The seventeenth is left out; commas inside become spaces."""
    assert sent(tags=tuple(f"t{n}" for n in range(16)))["MediaTags"].count(",") == 15
    assert notices(tags=tuple(f"t{n}" for n in range(16))) == ()
    assert sent(tags=tuple(f"t{n}" for n in range(17)))["MediaTags"].count(",") == 15
    assert "takes 16: 1" in notices(tags=tuple(f"t{n}" for n in range(17)))[0]
    assert sent(tags=("a,b", "视" * 11))["MediaTags"] == f"a b,{'视' * 10}"
    assert "MediaTags" not in sent(tags=(" ", "，"))


def test_user_data_stay_json() -> None:
    """Optional keys go first, said by name; what is left and too long is refused."""
    data = {"mine": "x" * 900, "metadata": {"k": "y" * 200}, "videoId": "v"}
    parameters = sent(user_data=data, optional_user_data=("metadata", "videoId"))
    assert json.loads(parameters["UserData"]) == {"mine": "x" * 900, "videoId": "v"}
    assert "metadata" in notices(user_data=data, optional_user_data=("metadata", "videoId"))[0]
    with pytest.raises(InputError, match="takes 1024"):
        request(user_data={"mine": "x" * 1024}).prepared()


@pytest.mark.parametrize(("bytes_", "is_taken"), [(1023, True), (1024, True), (1025, False)])
def test_user_data_have_1024_bytes(bytes_: int, is_taken: bool) -> None:
    """Counted as they are sent."""
    data = {"k": "x" * (bytes_ - len('{"k":""}'))}
    if is_taken:
        assert len(sent(user_data=data)["UserData"]) == bytes_
    else:
        with pytest.raises(InputError):
            sent(user_data=data)


@pytest.mark.parametrize("length", [5, 6, 64, 65])
def test_reference_ids_have_6_to_64_characters(length: int) -> None:
    """Others are refused before anything is sent."""
    if 6 <= length <= 64:
        assert sent(reference_id="r" * length)["ReferenceId"] == "r" * length
    else:
        with pytest.raises(ValidationError):
            request(reference_id="r" * length)


@pytest.mark.parametrize("length", [31, 32, 33])
def test_client_tokens_have_32_characters(length: int) -> None:
    """A UUID without its hyphens."""
    if length == 32:
        assert sent(client_token="a" * length)["ClientToken"] == "a" * length
    else:
        with pytest.raises(ValidationError):
            request(client_token="a" * length)


def test_client_tokens_are_stable() -> None:
    """The same parts give the same token in every process; any other part gives another, and no two run together."""
    assert client_token("work", "0") == "4f5d9bc5d901551b864ee367594e3987"
    assert uuid.UUID(client_token("work", "0")).version == 5
    assert (
        len({client_token(*parts) for parts in (("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("视",), ("\ud83d",))})
        == 6
    )


@pytest.mark.parametrize("business", ["subtitles", "font"])
def test_text_is_subtitles_or_font(business: str) -> None:
    """Other media may be anything."""
    assert sent(media_type="text", business_type=business)["BusinessType"] == business
    assert sent(media_type="video", business_type=business)["MediaType"] == "video"


@pytest.mark.parametrize("business", [None, "general", "watermark", "opening", "ending"])
def test_other_text_is_refused(business: str | None) -> None:
    """Before it is sent."""
    with pytest.raises(ValidationError, match="subtitles or font"):
        request(media_type="text", business_type=business)


@pytest.mark.parametrize("template", ["S00000101-300080", "S00000103-000001", "S00000103-000002"])
def test_three_templates(template: str) -> None:
    """None by default: each is billed."""
    assert sent(smart_tag_template=template)["SmartTagTemplateId"] == template
    assert "SmartTagTemplateId" not in sent()


def test_the_configuration_has_texts() -> None:
    """Truth values are texts; the time of the cover is a number with four decimal places."""
    config = json.loads(sent(need_sprite=True, cover_start_s=1.23456789, search_library="库")["RegisterConfig"])
    assert config == {
        "NeedSprite": "true",
        "NeedSnapshot": "false",
        "CoverConfig": {"StartTime": 1.2346},
        "SearchLibName": "库",
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"input_url": ""},
        {"input_url": None},
        {"title": 5},
        {"tags": "a,b"},
        {"tags": (1,)},
        {"user_data": "{}"},
        {"user_data": []},
        {"business_type": "other"},
        {"media_type": "film"},
        {"smart_tag_template": "S1"},
        {"category_id": 0},
        {"category_id": "five"},
        {"category_id": 2**63},
        {"overwrite": "perhaps"},
        {"cover_start_s": -1},
        {"cover_start_s": float("nan")},
        {"cover_start_s": float("inf")},
        {"search_library": "x" * 65},
        {"reference_id": "ends-with-line\n"},
        {"unknown": 1},
    ],
)
def test_wrong_types_and_values_are_refused(fields: dict[str, Any]) -> None:
    """Before anything is sent."""
    with pytest.raises(ValidationError):
        request(**fields)


TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("视👨👩\u200d🇩🇪\u0301,，")), max_size=1500
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=TEXTS,
    description=TEXTS,
    tags=st.lists(TEXTS, max_size=20),
    value=st.text(st.characters(exclude_categories=["Cs"]), max_size=100),
)
def test_the_service_takes_whatever_comes_out(
    emulator: Emulator, title: str, description: str, tags: list[str], value: str
) -> None:
    """Any text of any length, through the real SDK and over the wire."""
    made = request(title=title, description=description, tags=tuple(tags), user_data={"k": value})
    assert library(emulator).register(made)


def test_what_was_sent_arrives(emulator: Emulator) -> None:
    """Spaces, signs of addresses, line ends and emoji come back as they were."""
    media = library(emulator)
    made = request(
        title=f"a+b &=%?# {FAMILY}", description='two\nlines\t"quoted"', tags=("c d",), user_data={"视": "é"}
    )
    media_id = media.register(made)
    time.sleep(0.3)
    found = media.get(media_id)
    assert found is not None
    assert found.basic["Title"] == f"a+b &=%?# {FAMILY}"
    assert found.basic["Description"] == 'two\nlines\t"quoted"'
    assert json.loads(found.basic["UserData"]) == {"视": "é"}
