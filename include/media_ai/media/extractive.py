"""A summary, chapters and keywords that quote the video: no model, the same answer every time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from media_ai.media.chapters import Stretch, split_at_turns
from media_ai.media.keywords import keywords_of
from media_ai.media.ranking import Floats, WordVectors, choose, lexrank
from media_ai.media.screen_titles import ScreenTitle, screen_titles, tidy, title_of
from media_ai.media.sentences import TimedSentence, finished, sentences_in
from media_ai.media.words import content_words, guess_language, is_unspaced, join_sentences, stem
from media_ai.model.text import Chapter, TextRegion
from media_ai.model.time import TimeRange, clock

_BACKWARD = re.compile(
    r"(?:and|but|so|or|because|then|also|this|these|that|those|it|its|they|them|their|he|she|his|her|which|such|"
    r"there|here|how|why|what|who|when|und|aber|er|es|sie|dies\w*|mais|et|il|elle|ils|elles|cela|pero|y|ella|esto)\b"
    r"|[他她它这那但而并且]|所以|因此|然后|于是|不过",
    re.IGNORECASE,
)
"""How sentences begin that lean on the one before; out of place in a summary."""
_CALL = re.compile(r"subscrib|thanks for watching|thank you for watching|see you next|welcome (?:to|back)|订阅|点赞|谢谢观看", re.I)
_QUESTION = ("?", "？")


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
    language = language or guess_language(" ".join(sentence.text for sentence in sentences))
    words = [_stems(sentence.text, language) for sentence in sentences]
    titles = screen_titles(lines, span)
    stretches = split_at_turns(sentences, words, titles, span, min_length=min_chapter_s, max_count=max_chapters)
    vectors = WordVectors(words)
    scores = lexrank(vectors) * _fitness(sentences, words, titles, language)
    groups = [number for number, stretch in enumerate(stretches) for _ in range(stretch.first, stretch.last)]
    chosen = choose(vectors, scores, groups, max_sentences)
    parts = [_part(sentences, stretch, titles) for stretch in stretches]
    return Extract(
        text=join_sentences(finished(sentences[at].text, language) for at in chosen),
        chapters=tuple(_chapter(stretch, sentences, scores, titles, language) for stretch in stretches),
        keywords=keywords_of(parts, language),
        language=language,
    )


def _stems(text: str, language: str | None) -> list[str]:
    return [stem(word, language) for word in content_words(text, language)]


def _fitness(
    sentences: Sequence[TimedSentence],
    words: Sequence[Sequence[str]],
    titles: Sequence[ScreenTitle],
    language: str | None,
) -> Floats:
    """
    Return a factor for each sentence: how well it stands alone, and whether it names what titles name.

    The title method and stigma words are those of Edmundson 1969, "New Methods in Automatic Extracting".
    """
    named = {word for title in titles if title.is_large for word in _stems(title.region.text, language)}
    return np.array(
        [
            _alone(sentence.text, len(content)) * (1 + 0.25 * min(len(named & set(content)), 2))
            for sentence, content in zip(sentences, words, strict=True)
        ]
    )


def _alone(text: str, content_count: int) -> float:
    factor = 1.0
    if _BACKWARD.match(text):
        factor *= 0.6
    if _CALL.search(text):
        factor *= 0.5
    if text.rstrip("\"'”’」』").endswith(_QUESTION):
        factor *= 0.6
    if content_count < 3 or content_count > 40:
        factor *= 0.5
    return factor


def _part(sentences: Sequence[TimedSentence], stretch: Stretch, titles: Sequence[ScreenTitle]) -> list[str]:
    shown = [
        title.region.text for title in titles if stretch.time.start <= title.region.time.start < stretch.time.end
    ]
    return [*(sentence.text for sentence in sentences[stretch.first : stretch.last]), *shown]


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
    title = title_of(titles, start, end, language) or _named_by_words([s.text for s in own], language)
    return Chapter(time=stretch.time, title=title or clock(stretch.time.start.seconds), text=text)


def _named_by_words(sentences: Sequence[str], language: str | None) -> str:
    """Return the two best terms of a chapter, or else its first words."""
    terms = keywords_of([sentences], language, count=2)
    if terms:
        return tidy(("、" if is_unspaced(terms[0]) else ", ").join(terms))
    first = next(iter(sentences), "")
    return tidy(first[:16] if is_unspaced(first) else " ".join(first.split()[:8]))
