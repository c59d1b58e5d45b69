"""
Words and sentences of any language, without a model.

Scripts written without spaces (Chinese, Japanese, Thai) have no words to split at: their runs become pairs of
neighbouring characters, the usual index unit for them, so that a query of two characters finds its text.
"""

import re
import unicodedata
from collections.abc import Iterable

from media_ai.media.stop_words import STOP_WORDS

_HAN = "々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_KANA = "\u3041-\u309f\u30a0-\u30ff\uff66-\uff9f"
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
_THAI = "\u0e00-\u0eff"
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff"
_UNSPACED = f"{_HAN}{_KANA}{_THAI}"
_LETTER_OF_WORD = rf"(?:[^\W_{_UNSPACED}]|[{_MARKS}])"
_TOKEN = re.compile(rf"(?P<word>(?:[^\W_{_UNSPACED}{_HANGUL}]|[{_MARKS}])+)|[{_UNSPACED}]+|[{_HANGUL}]+")
_WORD = re.compile(rf"[{_UNSPACED}]+|{_LETTER_OF_WORD}+(?:['’-]{_LETTER_OF_WORD}+)*")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_NO_SPACE_BETWEEN = re.compile(f"[{_UNSPACED}\u3000-\u303f\uff01-\uff65]")
_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30fa]")),  # before Chinese: Japanese mixes kana with Han characters
    ("ko", re.compile(f"[{_HANGUL}]")),
    ("zh", re.compile(f"[{_HAN}]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("uk", re.compile("[іїєґІЇЄҐ]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
_HIRAGANA = re.compile("[\u3041-\u309f]")  # in Japanese text these are endings and particles
_LETTER = re.compile(r"[^\W\d_]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|[Dd]rs?|[Mm]rs?|[Mm]s|[Pp]rof|St|vs|etc|approx|Fig|Nr|bzw|ca)|\.[A-Za-z])\.$"
)
_SENTENCE_END = re.compile(r"[。！？!?…؟।]+[\"'”’」』）)\]]*\s*|\.+[\"'”’)\]]*(?:\s+|$)|\n{2,}")


def search_tokens(text: str) -> list[str]:
    """
    Return the lower-cased NFKC words of `text`, and pairs of characters for scripts without spaces and for Korean.

    A single such character stays as it is. Join the tokens with spaces for PostgreSQL's 'simple' configuration and make
    the query with the same function: 蜜蜂 then finds 小蜜蜂, because both hold the pair 蜜蜂.
    """
    tokens: list[str] = []
    for match in _TOKEN.finditer(_normal(text)):
        found = match.group()
        tokens += [found] if match.group("word") else _pairs(found)
    return tokens


def words(text: str) -> list[str]:
    """Return lower-cased words in order: apostrophes and hyphens stay inside, unspaced scripts become pairs."""
    return [
        token
        for match in _WORD.finditer(_normal(text))
        for token in (_pairs(match.group()) if is_unspaced(match.group()[0]) else [match.group().replace("’", "'")])
    ]


def content_words(text: str, language: str | None) -> list[str]:
    """Return the words of `text` that carry meaning: no stop words, no numbers, nothing of a single Latin letter."""
    stop = STOP_WORDS.get(language or "en", frozenset())
    return [word for word in words(text) if not _is_empty_word(word, stop)]


def stems(text: str, language: str | None) -> list[str]:
    """Return the content words of `text` without their plural."""
    return [stem(word, language) for word in content_words(text, language)]


def _is_empty_word(word: str, stop: frozenset[str]) -> bool:
    if is_unspaced(word[0]):
        return word in stop or any(char in stop or _HIRAGANA.match(char) for char in word)
    return word in stop or len(word) < 2 or not _LETTER.search(word) or word.partition("'")[0] in stop


def is_unspaced(text: str) -> bool:
    """Return whether `text` holds a character of a script that is written without spaces."""
    return bool(_IS_UNSPACED.search(text))


def split_sentences(text: str) -> list[str]:
    """Split at sentence ends; decimals, initials and common abbreviations do not end a sentence."""
    sentences: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        head = text[start : match.end()].strip()
        if match.group().startswith(".") and _ABBREVIATION.search(head[-10:]):
            continue
        sentences += [head] if head else []
        start = match.end()
    tail = text[start:].strip()
    return [*sentences, tail] if tail else sentences


def ends_sentence(text: str) -> bool:
    """Return whether `text` ends where a sentence ends."""
    found = split_sentences(f"{text.strip()} .")
    return len(found) > 1 and found[-1] == "."


def join_sentences(parts: Iterable[str]) -> str:
    """Join pieces of text with a space, or with nothing where both sides belong to a script without spaces."""
    joined = ""
    for part in map(str.strip, parts):
        if joined and part:
            touching = _NO_SPACE_BETWEEN.match(joined[-1]) and _NO_SPACE_BETWEEN.match(part[0])
            joined += "" if touching else " "
        joined += part
    return joined


def guess_language(text: str) -> str | None:
    """
    Return the likeliest BCP 47 language of `text`, by its script, then its stop words; None when nothing tells.

    A script decides when it makes up a fifth of the letters, a language of Latin script when at least two of its stop
    words occur and no other language has as many.
    """
    sample = text[:20_000]
    letters = len(_LETTER.findall(sample))
    for language, pattern in _SCRIPTS:
        found = len(pattern.findall(sample))
        if found and found >= letters * (0.02 if language == "uk" else 0.1 if language == "ja" else 0.2):
            return language
    return _guess_by_stop_words(words(sample))


def _guess_by_stop_words(found: list[str]) -> str | None:
    counts = {language: sum(word in stop for word in found) for language, stop in STOP_WORDS.items()}
    best, second = sorted(counts.values(), reverse=True)[:2]
    return max(counts, key=lambda language: counts[language]) if best > second and best >= 2 else None


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def stem(word: str, language: str | None) -> str:
    """Return what a word has in common with its plural: only English is known, and only -s, -es, -ies and -'s."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    if language not in ("en", None) or len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("shes", "ches", "xes", "sses")) else word.removesuffix("s")
