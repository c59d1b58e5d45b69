"""A summary, chapters and keywords that quote the video: no model, the same answer every time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from media_ai.media.chapters import Stretch, split_at_turns
from media_ai.media.fitness import fitness, leans_back
from media_ai.media.keywords import keywords_of
from media_ai.media.ranking import Floats, WordVectors, choose, lexrank
from media_ai.media.screen_titles import ScreenTitle, fits_language, screen_titles, tidy, title_of
from media_ai.media.sentences import TimedSentence, finished, sentences_in
from media_ai.media.words import guess_language, is_unspaced, join_sentences, stems
from media_ai.model.text import Chapter, TextRegion, TextSource
from media_ai.model.time import TimeRange, clock

_CLAUSE_END = re.compile(r"[,;:!?，；：。！？]|\.(?:\s|$)|\s[-–—]\s")


@dataclass(frozen=True, kw_only=True)
class Extract:
    """What was made of the lines; `notices` says what a reader should know."""

    text: str
    chapters: tuple[Chapter, ...]
    keywords: tuple[str, ...]
    language: str | None
    notices: tuple[str, ...] = ()


def summarize_lines(
    lines: Sequence[TextRegion],
    span: TimeRange,
    *,
    max_sentences: int = 6,
    max_chapters: int = 12,
    min_chapter_s: float = 10.0,
    language: str | None = None,
) -> Extract:
    """
    Choose the sentences, turns and terms that tell what a video is about; never raises.

    Args:
        lines: Speech, text on screen and statements about frames, in any order.
        span: What the chapters must cover.
        max_sentences: Of the summary.
        max_chapters: At most.
        min_chapter_s: The shortest chapter, seconds.
        language: BCP 47 tag of the lines; found out when None.
    """
    sentences = sentences_in(lines)
    if not sentences:
        notice = "There is no speech and no text to summarize."
        return Extract(text="", chapters=(), keywords=(), language=language, notices=(notice,))
    tag = language or guess_language(" ".join(sentence.text for sentence in sentences))
    language = tag.split("-", maxsplit=1)[0].lower() if tag else None
    words = [stems(sentence.text, language) for sentence in sentences]
    titles = screen_titles(lines, span)
    stretches = split_at_turns(sentences, words, titles, span, min_length=min_chapter_s, max_count=max_chapters)
    vectors = WordVectors(words)
    scores = lexrank(vectors) * fitness(sentences, words, titles, language)
    groups = [number for number, stretch in enumerate(stretches) for _ in range(stretch.first, stretch.last)]
    chosen = choose(vectors, scores, groups, max_sentences)
    parts = [_part(sentences, stretch, titles, language) for stretch in stretches]
    return Extract(
        text=join_sentences(finished(sentences[at].text, language) for at in chosen),
        chapters=tuple(_chapter(stretch, sentences, scores, titles, language) for stretch in stretches),
        keywords=keywords_of(parts, language, named=_named(lines, language)),
        language=tag,
    )


def _named(lines: Sequence[TextRegion], language: str | None) -> set[str]:
    return {word for line in lines if line.source is TextSource.SCREEN for word in stems(line.text, language)}


def _part(
    sentences: Sequence[TimedSentence], stretch: Stretch, titles: Sequence[ScreenTitle], language: str | None
) -> list[str]:
    """Return the sentences of a chapter and its large titles."""
    texts = [sentence.text for sentence in sentences[stretch.first : stretch.last]]
    shown = [
        title.region.text
        for title in titles
        if title.is_large
        and fits_language(title.region.text, language)
        and stretch.time.start.seconds <= title.region.time.start.seconds < stretch.time.end.seconds
        and not any(title.region.text in text for text in texts)
    ]
    return [*texts, *shown]


def _chapter(
    stretch: Stretch,
    sentences: Sequence[TimedSentence],
    scores: Floats,
    titles: Sequence[ScreenTitle],
    language: str | None,
) -> Chapter:
    own = sentences[stretch.first : stretch.last]
    order = sorted(range(len(own)), key=lambda at: -scores[stretch.first + at])
    text = join_sentences(finished(own[at].text, language) for at in sorted(order[:2]))
    start, end = float(stretch.time.start.seconds), float(stretch.time.end.seconds)
    title = title_of(titles, start, end, language) or _named_by_words([own[at].text for at in order], language)
    return Chapter(time=stretch.time, title=title or clock(stretch.time.start.seconds), text=text)


def _named_by_words(sentences: Sequence[str], language: str | None) -> str:
    """
    Return a name for a chapter that no title on screen names.

    A short clause that opens a sentence and holds two of the best terms reads best; then the terms; then first words.

    Args:
        sentences: Of the chapter, the best first.
        language: BCP 47 tag.
    """
    terms = keywords_of([sentences], language, count=4)
    telling = {word for term in terms for word in stems(term, language)}
    for sentence in sentences[:4]:
        clause = _CLAUSE_END.split(sentence)[0].strip()
        is_short = 5 <= len(clause) <= 16 if is_unspaced(clause) else 3 <= len(clause.split()) <= 8
        if is_short and not leans_back(clause) and len(telling & set(stems(clause, language))) >= 2:
            return tidy(clause)
    if terms:
        return tidy(("、" if is_unspaced(terms[0]) else ", ").join(terms[:2]))
    first = next(iter(sentences), "")
    return tidy(first[:16] if is_unspaced(first) else " ".join(first.split()[:8]))
