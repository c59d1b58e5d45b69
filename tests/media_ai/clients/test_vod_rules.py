"""What VOD takes: every limit at its edge."""

import json

import pytest

from media_ai.clients.vod_rules import (
    IMAGE_REGIONS,
    VideoTexts,
    image_user_data,
    require_image_region,
    user_data_text,
)
from media_ai.errors import InputError


def of_size(size, filler="x"):
    """User data whose JSON has exactly `size` bytes."""
    empty = len('{"Extend":{"a":""}}')
    return {"Extend": {"a": filler * ((size - empty) // len(filler.encode()))}}


@pytest.mark.parametrize("size", [20, 511, 512])
def test_user_data_of_images_may_have_512_bytes(size):
    """As they are sent: JSON without spaces, in UTF-8."""
    assert len(image_user_data(of_size(size)).encode()) == size


@pytest.mark.parametrize("size", [513, 514, 5000])
def test_user_data_of_images_may_not_have_more(size):
    """The message has both numbers."""
    with pytest.raises(InputError, match=rf"{size} bytes.*512"):
        image_user_data(of_size(size))


def test_bytes_are_counted_and_not_characters():
    """164 CJK characters are 492 bytes."""
    fits = of_size(511, "视")
    assert len(image_user_data(fits)) < 200 and len(image_user_data(fits).encode()) == 511
    with pytest.raises(InputError, match="514 bytes"):
        image_user_data(of_size(514, "视"))


@pytest.mark.parametrize(
    "data",
    [
        {"Extend": {}},
        {"MessageCallback": {"CallbackURL": "https://example.com"}},
        {"MessageCallback": {}, "Extend": {"a": "👨‍👩‍👧‍👦"}, "more": 1},
    ],
)
def test_user_data_of_images_hold_one_of_two(data):
    """And whatever else; what is sent reads as what was given."""
    assert json.loads(image_user_data(data)) == data


@pytest.mark.parametrize("data", [{"a": 1}, {"extend": {}}, {"messageCallback": {}}, {"Extend ": {}}])
def test_user_data_of_images_without_either_are_refused(data):
    """Names are exact."""
    with pytest.raises(InputError, match="MessageCallback or Extend"):
        image_user_data(data)


@pytest.mark.parametrize("data", [{"Extend": float("nan")}, {"Extend": {1, 2}}, {"Extend": b"x"}])
def test_user_data_that_are_no_json_are_refused(data):
    """Before anything is sent."""
    with pytest.raises(InputError, match="JSON"):
        image_user_data(data)


def test_no_user_data_are_none():
    """They are left out."""
    assert (image_user_data({}), user_data_text({})) == ("", "")
    assert json.loads(user_data_text({"a": "视" * 2000})) == {"a": "视" * 2000}


def test_half_a_character_becomes_a_question_mark():
    """A lone surrogate cannot be sent."""
    assert json.loads(image_user_data({"Extend": "a\ud83d"})) == {"Extend": "a?"}


@pytest.mark.parametrize("region", IMAGE_REGIONS)
def test_images_are_made_in_two_regions(region):
    """Beijing and Shanghai."""
    require_image_region(region)


@pytest.mark.parametrize("region", ["cn-shenzhen", "ap-southeast-1", "cn-shanghai-finance-1", ""])
def test_images_are_made_nowhere_else(region):
    """The message names the two."""
    with pytest.raises(InputError, match="cn-beijing and cn-shanghai"):
        require_image_region(region)


@pytest.mark.parametrize(
    ("title", "sent", "is_told"),
    [
        ("x" * 128, "x" * 128, False),
        ("x" * 129, "x" * 128, True),
        ("视" * 42, "视" * 42, False),
        ("视" * 43, "视" * 42, True),
        ("👨‍👩‍👧‍👦" * 6, "👨‍👩‍👧‍👦" * 5, True),
        ("  x  ", "x", False),
    ],
)
def test_titles_are_cut_at_128_bytes(title, sent, is_told):
    """Between characters as a reader sees them, with a word about it."""
    prepared = VideoTexts(title=title).prepared()

    assert prepared.parameters["Title"] == sent
    assert len(sent.encode()) <= 128
    assert bool(prepared.notices) == is_told


@pytest.mark.parametrize(("given", "kept"), [(16, 16), (17, 16), (200, 16)])
def test_sixteen_tags_are_kept(given, kept):
    """The first ones; how many are missing is told."""
    prepared = VideoTexts(tags=tuple(f"t{n}" for n in range(given))).prepared()

    assert prepared.parameters["Tags"].split(",") == [f"t{n}" for n in range(kept)]
    assert bool(prepared.notices) == (given > kept)


def test_tags_have_32_bytes_each():
    """Ten CJK characters and no half of one."""
    assert VideoTexts(tags=("x" * 32, "视" * 11, "y" * 33)).prepared().parameters["Tags"].split(",") == [
        "x" * 32,
        "视" * 10,
        "y" * 32,
    ]


def test_what_has_no_value_is_not_sent():
    """VOD would take an empty text for a value."""
    assert dict(VideoTexts().prepared().parameters) == {}
    full = VideoTexts(title="t", description="视" * 400, category_id=5, cover_url="https://h/a.jpg").prepared()
    assert (full.parameters["CateId"], full.parameters["CoverURL"]) == (5, "https://h/a.jpg")
    assert len(full.parameters["Description"].encode()) <= 1024 and full.notices
