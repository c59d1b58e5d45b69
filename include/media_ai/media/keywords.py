"""Keywords: words and phrases that come often, above all where they are typical of a part."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from media_ai.media.stop_words import STOP_WORDS
from media_ai.media.words import content_words, is_unspaced, stem

_PHRASE_BREAK = re.compile(r"[^\w\s'’-]+")
_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,}|[\u30a0-\u30ff]{2,}")
_LONGEST_RUN = 4
_MOSTLY = 0.7
_TYPICAL = 0.4
"""Weight of being typical of few parts; small, because the subject of a video is in all of them."""
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


def keywords_of(
    parts: Sequence[Sequence[str]],
    language: str | None,
    *,
    count: int = 12,
    named: Collection[str] = frozenset(),
) -> tuple[str, ...]:
    """
    Return the terms that matter, the most important first.

    A term's worth is its number, weighed up when it is in few of the parts (TF-IDF with the parts as documents), and
    phrases of two words are worth more than their words when they are said at least twice.

    Args:
        parts: The sentences of each part (chapter) of a text.
        language: BCP 47 tag, for its stop words.
        count: How many at most.
        named: Stems of words on screen, which are worth more: what is written is meant to be kept in mind.
    """
    counts: Counter[str] = Counter()
    parts_with: Counter[str] = Counter()
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for part in parts:
        terms = [term for sentence in part for term in _terms(sentence, language)]
        for key, spelling in terms:
            spellings[key][spelling] += 1
        counts.update(key for key, _ in terms)
        parts_with.update({key for key, _ in terms})
    worth = {
        key: number * _weight(key, named) * (1 + _TYPICAL * math.log((1 + len(parts)) / (1 + parts_with[key])))
        for key, number in counts.items()
        if number > 1 or _counts_alone(key, counts)
    }
    _prefer_phrases(worth, counts)
    # Sorting is stable: of equals, the one that comes first in the video.
    ranked = sorted(worth, key=lambda key: -worth[key])
    return tuple(_spelling(spellings[key]) for key in _without_parts(ranked, counts, count))


def _terms(sentence: str, language: str | None) -> Iterator[tuple[str, str]]:
    """Yield the terms of a sentence as (what counts as the same, how it is written)."""
    if (language or "zh").split("-", maxsplit=1)[0] in ("zh", "ja"):
        yield from ((gram, gram) for run in _RUN.findall(sentence) for gram in _grams(run))
    for piece in _PHRASE_BREAK.split(sentence):
        kept = [word if _is_content(word, language) else "" for word in _WORD.findall(piece)]
        yield from ((stem(word, language), word) for word in kept if word)
        yield from (
            (f"{stem(one, language)} {stem(other, language)}", f"{one} {other}")
            for one, other in pairwise(kept)
            if one and other
        )


def _is_content(word: str, language: str | None) -> bool:
    return not is_unspaced(word) and len(word) > 2 and bool(content_words(word, language))


def _grams(run: str) -> Iterator[str]:
    """Yield what may be a word in a run of Chinese characters, or a whole run of katakana."""
    if run[0] >= "\u30a0" and run[0] <= "\u30ff":
        yield run
        return
    stop = STOP_WORDS["zh"]
    for size in range(2, _LONGEST_RUN + 1):
        for at in range(len(run) - size + 1):
            gram = run[at : at + size]
            if gram not in stop and not any(char in stop for char in gram):
                yield gram


def _weight(key: str, named: Collection[str]) -> float:
    if is_unspaced(key):
        return 0.6 * len(key) - 0.2
    # Words that are used for everything are short (Zipf's law of abbreviation).
    longest = max(len(word) for word in key.split())
    is_named = all(word in named for word in key.split())
    return (2.0 if " " in key else 1.0) * (1.4 if is_named else 1.0) * (4 + min(longest, 8)) / 12


def _prefer_phrases(worth: dict[str, float], counts: Counter[str]) -> None:
    """Give a word that is nearly always part of repeated phrases to them: "waggle dance" says more than "waggle"."""
    phrases = [key for key in worth if " " in key and not is_unspaced(key)]
    holding = defaultdict(list)
    for phrase in phrases:
        for word in set(phrase.split()):
            holding[word].append(phrase)
    for word, found in holding.items():
        if word in worth and sum(counts[phrase] for phrase in found) >= _MOSTLY * counts[word]:
            for phrase in found:
                worth[phrase] += worth[word] * counts[phrase] / counts[word] / 2
            del worth[word]


def _counts_alone(key: str, counts: Counter[str]) -> bool:
    """Let terms that come once in only when the text is so short that nothing comes twice."""
    return len(counts) < 40 and " " not in key


def _without_parts(ranked: Iterable[str], counts: Counter[str], count: int) -> list[str]:
    """Leave out a term that is part of a chosen one, unless it is much more frequent, and one that holds a chosen one."""
    chosen: list[str] = []
    for key in ranked:
        if len(chosen) == count:
            break
        related = [other for other in chosen if _contains(other, key) or _contains(key, other)]
        if all(counts[key] > 2 * counts[other] and _contains(other, key) for other in related):
            chosen.append(key)
    return chosen


def _contains(longer: str, shorter: str) -> bool:
    return shorter in longer if is_unspaced(longer) else shorter in longer.split()


def _spelling(found: Counter[str]) -> str:
    """Return the commonest way to write a term, in small letters if it ever is: only names never are."""
    best = max(found, key=lambda spelling: (spelling.islower(), found[spelling], spelling))
    return best.replace("’", "'").removesuffix("'s")
