"""Texts cut to bytes at what readers see as characters, tags, reference ids and user data."""

import json
import unicodedata
from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from media_ai.clients.service_text import clean_tags, clip_bytes, fit_json, reference_id
from media_ai.errors import InputError

FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇩🇪"
ACCENTED = "q̣̇"  # three code points that no composed character has


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("a" * 127, 128, "a" * 127),
        ("a" * 128, 128, "a" * 128),
        ("a" * 129, 128, "a" * 128),
        ("视" * 42, 128, "视" * 42),
        ("视" * 43, 128, "视" * 42),
        ("视" * 50, 128, "视" * 42),
        ("a" * 126 + "é", 128, "a" * 126 + "é"),
        ("a" * 127 + "é", 128, "a" * 127),
        ("b" * 1023, 1024, "b" * 1023),
        ("b" * 1024, 1024, "b" * 1024),
        ("b" * 1025, 1024, "b" * 1024),
        ("视" * 342, 1024, "视" * 341),
        ("", 128, ""),
        ("", 0, ""),
        ("a", 0, ""),
    ],
)
def test_limits_are_bytes(text: str, limit: int, cut: str) -> None:
    """What fits stays; of what does not, only whole characters stay, and the lost bytes are counted."""
    clipped = clip_bytes(text, limit)
    assert clipped.text == cut
    assert clipped.dropped == len(text.encode()) - len(cut.encode())


@pytest.mark.parametrize(
    "cluster",
    [FAMILY, FLAG, ACCENTED, "👍🏽", "क्षि", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "\r\n"],
)
def test_what_is_one_character_to_a_reader_is_not_broken(cluster: str) -> None:
    """Families, flags, skin tones, marks and conjuncts stay whole or go, at every limit inside of them."""
    size = len(cluster.encode())
    for limit in range(size):
        assert clip_bytes(f"a{cluster}", limit + 1).text == "a"
    assert clip_bytes(f"a{cluster}b", size + 1).text == f"a{cluster}"


def test_flags_do_not_change_country() -> None:
    """Two flags are four letters in a row; a cut between the wrong ones would show another country."""
    assert clip_bytes("🇩🇪🇫🇷", 12).text == "🇩🇪"
    assert clip_bytes("🇩🇪🇫🇷", 15).text == "🇩🇪"


def test_a_first_character_that_is_too_long_leaves_nothing() -> None:
    """A letter under hundreds of marks is one character: rather nothing than a part of it."""
    clipped = clip_bytes("a" + "\u0301\u0302" * 100, 128)
    assert (clipped.text, clipped.dropped) == ("", 400)


def test_composed_form_comes_first() -> None:
    """Equal texts in other forms give equal bytes, and the shorter form fits."""
    assert clip_bytes("e\u0301" * 64, 128).text == "é" * 64
    assert clip_bytes("\u1100\u1161", 3).text == "가"


def test_lone_surrogates_are_replaced_and_said() -> None:
    """Half of a character cannot be sent; it becomes a question mark."""
    clipped = clip_bytes("a\ud83d", 10)
    assert (clipped.text, clipped.replaced, clipped.dropped) == ("a?", 1, 0)
    assert "broken characters" in str(clipped.notice("The title", 10))


def test_an_ellipsis_needs_room() -> None:
    """It takes three of the bytes, and is left out where nothing would be left before it."""
    assert clip_bytes("abcdef", 5, has_ellipsis=True).text == "ab…"
    assert clip_bytes("abcdef", 3, has_ellipsis=True).text == "abc"
    assert clip_bytes("one two three", 8, has_ellipsis=True).text == "one t…"
    assert clip_bytes("one two three", 7, has_ellipsis=True).text == "one…"
    assert clip_bytes("abc", 3, has_ellipsis=True).text == "abc"


def test_notices_say_what_was_lost() -> None:
    """Nothing lost, nothing said; otherwise the name, the bytes and the limit."""
    assert clip_bytes("abc", 3).notice("The title", 3) is None
    assert (
        clip_bytes("abcd", 3).notice("The title", 3)
        == "The title was shortened by 1 bytes to the 3 that the service takes."
    )


def test_a_huge_text_is_cut_at_once() -> None:
    """Only the beginning is looked at character by character."""
    clipped = clip_bytes(FAMILY * 400_000, 1024)
    assert clipped.text == FAMILY * 40
    assert clipped.dropped == 25 * (400_000 - 40)


TEXTS = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("视👨👩\u200d🇩🇪🇫\u0301é,，\ud83d")), max_size=80)


@given(TEXTS, st.integers(0, 120))
def test_any_text_is_cut_between_clusters(text: str, limit: int) -> None:
    """The result fits, is valid UTF-8 and composed, is a prefix, and ends where a cluster of the whole ends."""
    whole = clip_bytes(text, 10**9).text
    clipped = clip_bytes(text, limit)
    assert len(clipped.text.encode()) <= limit
    assert clipped.dropped == len(whole.encode()) - len(clipped.text.encode())
    assert whole.startswith(clipped.text)
    assert unicodedata.is_normalized("NFC", whole)
    ends = {0} | {found.end() for found in regex.finditer(r"\X", whole)}
    assert len(clipped.text) in ends
    longer = next((end for end in sorted(ends) if end > len(clipped.text)), None)
    assert longer is None or len(whole[:longer].encode()) > limit


def test_tags_are_cleaned() -> None:
    """Commas of both widths go, white space collapses, the empty and the repeated are dropped, the first 16 stay."""
    given_tags = [
        "a,b",
        "  ",
        "，",
        "视频" * 10,
        "News",
        "news",
        " NEWS\t",
        "two\n words",
        *(f"t{n}" for n in range(20)),
    ]
    cleaned = clean_tags(given_tags, most=16, bytes_each=32)
    assert cleaned.tags == ("a b", "视频视频视频视频视频", "News", "two words", *(f"t{n}" for n in range(12)))
    assert cleaned.notices == (
        "Tags whose commas became spaces, because commas separate tags: 2.",
        "Tags shortened to 32 bytes: 1.",
        "Tags left out, because the service takes 16: 8.",
    )


@pytest.mark.parametrize(("count", "left_out"), [(15, 0), (16, 0), (17, 1), (5000, 4984)])
def test_sixteen_tags(count: int, left_out: int) -> None:
    """The seventeenth is left out, with a sentence; sixteen pass without one."""
    cleaned = clean_tags([f"tag {n}" for n in range(count)], most=16, bytes_each=32)
    assert len(cleaned.tags) == min(count, 16)
    assert cleaned.notices == ((f"Tags left out, because the service takes 16: {left_out}.",) if left_out else ())


@pytest.mark.parametrize(
    ("tag", "cut"),
    [
        ("a" * 31, "a" * 31),
        ("a" * 32, "a" * 32),
        ("a" * 33, "a" * 32),
        ("视" * 10 + "ab", "视" * 10 + "ab"),
        ("视" * 11, "视" * 10),
        ("a" * 7 + FAMILY, "a" * 7 + FAMILY),
        ("a" * 8 + FAMILY, "a" * 8),
        ("a" * 31 + " b", "a" * 31),
    ],
)
def test_tags_have_bytes_too(tag: str, cut: str) -> None:
    """32 bytes each, cut between characters, without a space at the end."""
    cleaned = clean_tags([tag], most=16, bytes_each=32)
    assert cleaned.tags == (cut,)
    assert bool(cleaned.notices) == (tag != cut)


def test_tags_that_become_equal_are_one() -> None:
    """After cutting, case folding and composing."""
    cleaned = clean_tags(["e\u0301t", "ÉT", "Straße", "STRASSE", "x" * 40, "x" * 50], most=16, bytes_each=32)
    assert cleaned.tags == ("ét", "Straße", "x" * 32)


def test_a_tag_that_is_one_long_character_is_left_out() -> None:
    """A family with skin tones has 41 bytes; a part of it would be another family."""
    tones = "👨🏻‍👩🏻‍👧🏻‍👦🏻"
    cleaned = clean_tags([tones, "b"], most=16, bytes_each=32)
    assert cleaned.tags == ("b",)
    assert "more than 32 bytes" in cleaned.notices[0]


@given(st.lists(TEXTS, max_size=30))
def test_any_tags_can_be_joined(tags: list[str]) -> None:
    """Joined with commas and split again they are the same, each within its bytes, none twice."""
    cleaned = clean_tags(tags, most=16, bytes_each=32).tags
    assert tuple(tag for tag in ",".join(cleaned).split(",") if tag) == cleaned
    assert all(0 < len(tag.encode()) <= 32 for tag in cleaned)
    assert len({tag.casefold() for tag in cleaned}) == len(cleaned) <= 16


@pytest.mark.parametrize(
    ("video_id", "is_kept"),
    [
        ("a" * 5, False),
        ("a" * 6, True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("A-b_9Z", True),
        ("a.b.c.d", False),
        ("视频一二三四五六", False),
        ("has space", False),
        ("line-feed\n", False),
        ("", False),
        ("x" * 100_000, False),
        ("lone\ud83dsurrogate", False),
    ],
)
def test_reference_ids(video_id: str, is_kept: bool) -> None:
    """An id of 6 to 64 allowed characters is kept; any other becomes one, always the same."""
    made = reference_id(video_id)
    assert (made == video_id) is is_kept
    assert regex.fullmatch(r"[A-Za-z0-9_-]{6,64}", made)
    assert made == reference_id(video_id)


def test_reference_ids_stay_apart() -> None:
    """Ids that differ only in what is not allowed, or after many letters, give different ones."""
    ids = ["a.b.c.d", "a b c d", "a/b/c/d", "视频", "視頻", "x" * 65, "x" * 66]
    assert len({reference_id(one) for one in ids}) == len(ids)


@given(st.text(st.characters()))
def test_any_video_id_gives_a_reference_id(video_id: str) -> None:
    """Whatever the id holds."""
    assert regex.fullmatch(r"[A-Za-z0-9_-]{6,64}", reference_id(video_id))


@pytest.mark.parametrize("limit", [512, 1024])
@pytest.mark.parametrize("over", [-1, 0, 1])
def test_user_data_have_bytes(limit: int, over: int) -> None:
    """511, 512 and 513 bytes, 1,023 to 1,025: one too many drops the optional key, and what is sent is JSON."""
    fixed = len(json.dumps({"k": "", "o": "é"}, ensure_ascii=False, separators=(",", ":")).encode())
    data = {"k": "x" * (limit + over - fixed), "o": "é"}
    fitted = fit_json(data, limit, optional=["o"])
    assert fitted.dropped == (("o",) if over > 0 else ())
    assert len(fitted.text.encode()) <= limit
    assert json.loads(fitted.text) == (data if over <= 0 else {"k": data["k"]})


def test_optional_keys_go_in_their_order() -> None:
    """Only as many as need be; a key that is not there is no reason to stop."""
    data = {"a": "x" * 20, "b": "y" * 20, "c": "z" * 20}
    assert fit_json(data, 60, optional=["nothing", "b", "a"]).dropped == ("b",)
    assert fit_json(data, 32, optional=["nothing", "b", "a"]).dropped == ("b", "a")


def test_user_data_that_cannot_fit_are_refused() -> None:
    """JSON is never cut: the error says how large it is and what the limit is."""
    with pytest.raises(InputError, match=r"513 bytes as JSON; the service takes 512.*Shorten k"):
        fit_json({"k": "x" * 505}, 512, optional=[])
    with pytest.raises(InputError):
        fit_json({"k": "视" * 200, "o": 1}, 512, optional=["o"])


def _loop() -> dict[str, Any]:
    data: dict[str, Any] = {}
    data["self"] = data
    return data


@pytest.mark.parametrize(
    "data", [{"a": object()}, {"a": float("nan")}, {"a": float("inf")}, {"a": b"x"}, {("a", "b"): 1}, _loop()]
)
def test_what_is_no_json_is_refused(data: dict[str, Any]) -> None:
    """A type that JSON has not, a number that it has not, a circle."""
    with pytest.raises(InputError, match="cannot be written as JSON"):
        fit_json(data, 1024, optional=[])


def test_user_data_can_be_sent() -> None:
    """A lone surrogate in a value is replaced; quotes, control characters and emoji stay JSON."""
    fitted = fit_json({"a": 'q"\\\n\x00', "b": "\ud83d", "c": FAMILY}, 1024, optional=[])
    assert json.loads(fitted.text.encode()) == {"a": 'q"\\\n\x00', "b": "?", "c": FAMILY}
