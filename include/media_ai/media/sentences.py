"""Subtitle cues, on-screen lines and statements to whole sentences with their times."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from media_ai.media.words import ends_sentence, is_unspaced, join_sentences, split_sentences
from media_ai.model.text import TextRegion, TextSource
from media_ai.model.time import TimeRange

LONG_PAUSE_S = 2.0
"""A silence after which a new sentence begins, whatever the punctuation says."""
_SHORT_PAUSE_S = 0.7
_LONGEST = 400
_LONGEST_UNPUNCTUATED = 110
_PUNCTUATED_SHARE = 0.1
_SOUND = re.compile(r"[\[(（【][^\[\]()（）【】]*[\])）】]|[♪♫#]+|^\s*(?:[-–—]|>>+)\s*")
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, kw_only=True)
class TimedSentence:
    """A sentence from the start of its first line to the end of its last."""

    time: TimeRange
    text: str
    source: TextSource


def sentences_in(lines: Sequence[TextRegion], *, wanted: int = 3) -> list[TimedSentence]:
    """
    Return the sentences that tell what a video is about, by start time.

    Speech tells most. Only when it has fewer than `wanted` sentences, statements about the pictures are added, and then
    the text on screen.
    """
    ordered = sorted(lines, key=lambda line: line.time.start)
    found = list(_spoken([line for line in ordered if line.source is TextSource.SPEECH]))
    if len(found) < wanted:
        found += _stated(line for line in ordered if line.source is TextSource.ANALYSIS)
    if len(found) < wanted:
        found += _shown(line for line in ordered if line.source is TextSource.SCREEN)
    return sorted(found, key=lambda sentence: sentence.time.start)


def finished(text: str, language: str | None) -> str:
    """Return `text` with a full stop where it has no end of its own."""
    if ends_sentence(text) or not text:
        return text
    return text.rstrip(" ,;:，；：、") + ("。" if language in ("zh", "ja") or is_unspaced(text[-1]) else ".")


def _spoken(lines: Sequence[TextRegion]) -> Iterator[TimedSentence]:
    """Join cues, which often cut a sentence; a text without punctuation is cut at pauses and at a length instead."""
    texts = [_SOUND.sub(" ", line.text).strip() for line in lines]
    ends = sum(ends_sentence(text) for text in texts)
    is_punctuated = ends >= _PUNCTUATED_SHARE * len(texts)
    open_text, open_lines = "", list[TextRegion]()
    for line, full in zip(lines, texts, strict=True):
        text = _without_repetition(open_text, full) if open_lines else full
        if not _LETTERS.search(text):
            continue
        if open_lines and _is_break(open_lines[-1], line, open_text, is_punctuated):
            yield _sentence(open_text, open_lines)
            open_text, open_lines = "", []
        *whole, last = split_sentences(join_sentences([open_text, text]))
        open_lines.append(line)
        for sentence in whole:
            yield _sentence(sentence, open_lines)
            open_lines = [line]
        open_text = last
        if ends_sentence(last):
            yield _sentence(last, open_lines)
            open_text, open_lines = "", []
    if open_lines:
        yield _sentence(open_text, open_lines)


def _is_break(before: TextRegion, line: TextRegion, text: str, is_punctuated: bool) -> bool:
    pause = line.time.start.seconds - before.time.end.seconds
    if before.speaker != line.speaker or pause > LONG_PAUSE_S or len(text) > _LONGEST:
        return True
    if is_punctuated:
        return False
    # Cues of scripts without spaces are clauses of their own, mostly written without punctuation.
    return pause > _SHORT_PAUSE_S or is_unspaced(text) or len(text) > _LONGEST_UNPUNCTUATED


def _without_repetition(before: str, text: str) -> str:
    """Leave out what rolling captions show again: the last words of the line before at the start of this one."""
    old, new = before.split()[-40:], text.split()
    for count in range(min(len(old), len(new)), 2, -1):
        if old[-count:] == new[:count]:
            return " ".join(new[count:])
    return text


def _sentence(text: str, lines: Sequence[TextRegion]) -> TimedSentence:
    end = max(line.time.end for line in lines)
    time = TimeRange(start=lines[0].time.start, end=end)
    return TimedSentence(time=time, text=text, source=lines[0].source)


def _stated(lines: Iterable[TextRegion]) -> Iterator[TimedSentence]:
    last = ""
    for line in lines:
        if line.text != last:  # frames of one scene often get the same statement
            yield from (_sentence(text, [line]) for text in split_sentences(line.text))
        last = line.text


def _shown(lines: Iterable[TextRegion]) -> Iterator[TimedSentence]:
    """Return the lines that come on screen together as one: the tallest, a colon, the others."""
    seen: set[str] = set()
    for _, together in groupby(lines, key=lambda line: line.time.start):
        new = [line for line in together if _LETTERS.search(line.text) and line.text.casefold() not in seen]
        seen.update(line.text.casefold() for line in new)
        if new:
            yield _sentence(_caption(new), new)


def _caption(lines: Sequence[TextRegion]) -> str:
    tallest = max(lines, key=height_of)
    others = [line.text for line in lines if line is not tallest][:6]
    if not others:
        return tallest.text
    if is_unspaced(tallest.text):
        return f"{tallest.text}：{'、'.join(others)}"
    return f"{tallest.text}: {', '.join(others)}"


def height_of(line: TextRegion) -> float:
    """Return the height of a line on screen as a fraction of the picture's; 0 for other lines."""
    return line.box.height if line.box else 0.0
