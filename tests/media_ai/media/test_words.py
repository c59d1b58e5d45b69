"""Words, sentences and languages without a model."""

import pytest

from media_ai.media.words import (
    content_words,
    guess_language,
    join_sentences,
    search_tokens,
    split_sentences,
    stem,
    words,
)


def test_search_tokens_of_words() -> None:
    """Words are lower-cased and full-width letters made plain."""
    assert search_tokens("Hello, Ｗorld! 42") == ["hello", "world", "42"]


def test_search_tokens_of_chinese() -> None:
    """A run of Chinese characters becomes its pairs, so that a query of two characters matches."""
    assert search_tokens("蜜蜂的舞蹈") == ["蜜蜂", "蜂的", "的舞", "舞蹈"]


def test_a_two_character_query_matches() -> None:
    """The tokens of a two-character query are among the tokens of a text that holds it."""
    assert set(search_tokens("蜂蜜")) <= set(search_tokens("工蜂把花蜜酿成蜂蜜储存"))


def test_a_single_chinese_character_stays() -> None:
    """A character that stands alone is a token."""
    assert search_tokens("a 蜂 b") == ["a", "蜂", "b"]


def test_search_tokens_of_mixed_text() -> None:
    """Letters and characters that touch are told apart."""
    assert search_tokens("GPU加速") == ["gpu", "加速"]


def test_search_tokens_of_unusable_text() -> None:
    """Signs and lone surrogates are no tokens."""
    assert search_tokens("… \ud800 -- ♪") == []


def test_words_keep_apostrophes() -> None:
    """An apostrophe inside a word does not split it, at its edge it does not belong to it."""
    assert words("Anna’s don't 'tis") == ["anna's", "don't", "tis"]


def test_content_words_leave_out_stop_words() -> None:
    """Small words and numbers carry no meaning."""
    assert content_words("The bees don't visit 1500 flowers, and that's it", "en") == ["bees", "visit", "flowers"]


def test_content_words_of_chinese() -> None:
    """Pairs with a function character are left out."""
    assert content_words("蜜蜂是昆虫的", "zh") == ["蜜蜂", "昆虫"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It costs 3.5 dollars.", ["It costs 3.5 dollars."]),
        ("Dr. Smith and J. Doe came. They left.", ["Dr. Smith and J. Doe came.", "They left."]),
        ("He said “no.” Then he went.", ["He said “no.”", "Then he went."]),
        ("蜜蜂很小。它们飞！“好吗？”好", ["蜜蜂很小。", "它们飞！", "“好吗？”", "好"]),
        ("", []),
    ],
)
def test_split_sentences(text: str, expected: list[str]) -> None:
    """Sentences end at their signs, not at decimals, abbreviations or initials."""
    assert expected == split_sentences(text)


def test_join_sentences_by_script() -> None:
    """Chinese pieces are joined without a space, others with one."""
    assert join_sentences(["one", "two"]) == "one two"
    assert join_sentences(["蜜蜂", "飞。", "好"]) == "蜜蜂飞。好"
    assert join_sentences(["GPU", "", "加速"]) == "GPU 加速"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the bees are in the hive", "en"),
        ("蜜蜂是社会性昆虫", "zh"),
        ("ミツバチは社会性昆虫です", "ja"),
        ("꿀벌은 사회적 곤충입니다", "ko"),
        ("Die Bienen sind in dem Stock und nicht im Haus", "de"),
        ("Les abeilles sont dans la ruche", "fr"),
        ("Las abejas están en la colmena con ellas", "es"),
        ("Пчёлы живут в улье", "ru"),
        ("Бджоли живуть у вулику і збирають її", "uk"),
        ("xyzzy", None),
        ("", None),
    ],
)
def test_guess_language(text: str, expected: str | None) -> None:
    """The script tells the language, or the small words do; nothing is guessed from nothing."""
    assert expected == guess_language(text)


@pytest.mark.parametrize(
    ("word", "expected"), [("Bees", "bee"), ("glass", "glass"), ("stories", "story"), ("hive's", "hive")]
)
def test_stem(word: str, expected: str) -> None:
    """An English plural counts as its singular."""
    assert expected == stem(word, "en")
