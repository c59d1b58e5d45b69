"""Summaries, chapters and keywords that quote, checked by what a reader would expect."""

import random
import time
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_ai.media.extractive import Extract, summarize_lines
from media_ai.media.ranking import WordVectors, choose, lexrank
from media_ai.media.sentences import sentences_in
from media_ai.model.text import Box, TextRegion, TextSource
from media_ai.model.time import Timecode, TimeRange

BEES = [
    "Honeybees live together in a hive.",
    "The queen of the hive lays two thousand eggs a day.",
    "Worker bees clean the hive and feed the young bees.",
    "The hive stores honey in wax cells.",
    "Worker bees build the wax cells of the hive.",
]
ENGINES = [
    "A jet engine draws air through a large fan.",
    "The compressor of the engine squeezes the air.",
    "Fuel burns in the compressed air of the engine.",
    "The hot gas turns the turbine and leaves the engine.",
    "The turbine drives the compressor and the fan.",
]
CHINESE = [
    "蜜蜂是一种社会性昆虫",
    "每个蜂群只有一只蜂王",
    "工蜂负责照顾幼虫和建造蜂巢",
    "蜂巢由蜂蜡做成",
    "工蜂把花蜜酿成蜂蜜储存在蜂巢里",
]


def region(start: float, end: float, text: str, source: TextSource = TextSource.SPEECH, **fields: object) -> TextRegion:
    time_range = TimeRange(start=seconds(start), end=seconds(end))
    return TextRegion.model_validate({"time": time_range, "text": text, "source": source, **fields})


def seconds(value: float) -> Timecode:
    return Timecode.of_seconds(Fraction(repr(value)))


def speech(texts: list[str], *, start: float = 0.0, length: float = 3.0) -> list[TextRegion]:
    """Say one text after the other, without pauses."""
    return [region(start + at * length, start + (at + 1) * length, text) for at, text in enumerate(texts)]


def shown(start: float, end: float, text: str, height: float) -> TextRegion:
    box = Box(left=0.1, top=0.2, width=0.5, height=height)
    return region(start, end, text, TextSource.SCREEN, box=box, confidence=0.9)


def extract(lines: list[TextRegion], length: float = 60.0, **wishes: object) -> Extract:
    return summarize_lines(lines, TimeRange(start=seconds(0.0), end=seconds(length)), **wishes)  # type: ignore[arg-type]


def sentences(lines: list[TextRegion]) -> list[tuple[str, float, float]]:
    return [(s.text, float(s.time.start.seconds), float(s.time.end.seconds)) for s in sentences_in(lines)]


def test_cues_are_joined_to_sentences() -> None:
    """A sentence over several cues lasts from the first to the last."""
    lines = speech(["The queen of the hive", "lays eggs. She never", "leaves."])
    assert sentences(lines) == [("The queen of the hive lays eggs.", 0, 6), ("She never leaves.", 3, 9)]


def test_a_long_pause_ends_a_sentence() -> None:
    """A silence of more than two seconds ends a sentence without a full stop."""
    lines = [*speech(["One. And then"]), *speech(["we go on. Good."], start=10)]
    assert [text for text, _, _ in sentences(lines)] == ["One.", "And then", "we go on.", "Good."]


def test_another_speaker_ends_a_sentence() -> None:
    """What two people say is never one sentence."""
    lines = [region(0, 1, "One. I think", speaker="Anna"), region(1, 2, "no. Two.", speaker="Bob")]
    assert [text for text, _, _ in sentences(lines)] == ["One.", "I think", "no.", "Two."]


def test_sounds_are_no_sentences() -> None:
    """Descriptions of sounds are left out."""
    assert [text for text, _, _ in sentences(speech(["[Music]", "♪ ♪", "(applause) Hello there."]))] == ["Hello there."]


def test_rolling_captions_are_not_repeated() -> None:
    """A caption that repeats the line before adds only what is new."""
    lines = speech(["the queen of the hive", "queen of the hive lays eggs every day."])
    assert "the queen of the hive lays eggs every day." in sentences(lines)[0][0]


def test_the_summary_quotes() -> None:
    """Every sentence of the summary was said."""
    text = extract(speech(BEES + ENGINES), max_sentences=3).text
    assert sum(sentence in text for sentence in BEES + ENGINES) == 3


def test_the_summary_covers_both_subjects() -> None:
    """A video about two things has both in its summary."""
    text = extract(speech(BEES + ENGINES), max_sentences=2).text
    assert (any(line in text for line in BEES), any(line in text for line in ENGINES)) == (True, True)


def test_the_summary_does_not_repeat_itself() -> None:
    """A sentence said three times is in the summary once."""
    assert extract(speech([BEES[0]] * 3 + BEES[1:]), max_sentences=6).text.count(BEES[0]) == 1


def test_the_summary_is_in_order_of_time() -> None:
    """Sentences come in the order in which they were said."""
    text = extract(speech(BEES + ENGINES), max_sentences=10).text
    places = [text.find(line) for line in BEES + ENGINES if line in text]
    assert sorted(places) == places


def test_max_sentences_is_kept() -> None:
    """The summary has no more sentences than wished."""
    assert extract(speech(BEES), max_sentences=1).text.count(".") == 1


def test_a_new_subject_begins_a_chapter() -> None:
    """Where the words change, a chapter begins."""
    found = extract(speech(BEES + ENGINES), length=30.0)
    assert [float(chapter.time.start.seconds) for chapter in found.chapters] == [0.0, 15.0]


def test_chapters_cover_the_span() -> None:
    """Chapters follow each other without gaps from the span's start to its end."""
    span = TimeRange(start=seconds(2.0), end=seconds(41.0))
    chapters = summarize_lines(speech(BEES + ENGINES, start=4.0), span).chapters
    edges = [span.start, *(chapter.time.end for chapter in chapters)]
    assert [chapter.time.start for chapter in chapters] == edges[:-1]
    assert span.end == edges[-1]


def test_chapters_have_a_least_length() -> None:
    """No chapter is shorter than wished."""
    assert len(extract(speech(BEES + ENGINES), length=30.0, min_chapter_s=16.0).chapters) == 1


def test_chapters_have_a_greatest_number() -> None:
    """There are no more chapters than wished."""
    assert len(extract(speech(BEES + ENGINES), length=30.0, max_chapters=1).chapters) == 1


def test_a_large_title_begins_a_chapter() -> None:
    """A large new line on screen begins a chapter even when the words go on, and names it."""
    lines = [
        *speech(BEES * 2),
        shown(15.5, 20, "Honey and Wax", 0.15),
        shown(3, 5, "label", 0.05),
        shown(20, 22, "note", 0.05),
    ]
    assert "Honey and Wax" in [chapter.title for chapter in extract(lines, length=30.0).chapters]


def test_the_largest_line_is_the_title() -> None:
    """Of the lines that come with a chapter the largest names it."""
    lines = [
        *speech(BEES),
        shown(0, 5, "a short lesson", 0.05),
        shown(0, 5, "The Honeybee", 0.15),
        shown(9, 12, "x-ray", 0.05),
    ]
    assert [chapter.title for chapter in extract(lines, length=15.0).chapters] == ["The Honeybee"]


def test_a_title_in_the_language_of_the_video_goes_first() -> None:
    """A larger line in another script does not name a chapter of an English video."""
    lines = [
        *speech(BEES),
        shown(0, 5, "蜜蜂的舞蹈", 0.25),
        shown(0, 5, "The Waggle Dance", 0.12),
        shown(9, 12, "x-ray", 0.05),
    ]
    assert [chapter.title for chapter in extract(lines, length=15.0).chapters] == ["The Waggle Dance"]


def test_a_logo_is_no_title() -> None:
    """A line that is there all the time names nothing."""
    lines = [*speech(BEES * 6), shown(0, 90, "CHANNEL SEVEN", 0.2), shown(3, 5, "label one two", 0.05)]
    assert "CHANNEL SEVEN" not in [chapter.title for chapter in extract(lines, length=90.0).chapters]


def test_a_chapter_without_title_is_named_by_its_words() -> None:
    """Without text on screen a chapter's title tells its subject."""
    titles = " ".join(chapter.title for chapter in extract(speech(BEES + ENGINES), length=30.0).chapters).lower()
    assert ("hive" in titles, "engine" in titles or "compressor" in titles) == (True, True)


def test_keywords_are_the_subjects() -> None:
    """Keywords are what the video is about, without small words."""
    keywords = extract(speech(BEES + ENGINES)).keywords
    assert {"hive", "engine"} <= set(keywords)
    assert not {"the", "of", "a", "in"} & set(keywords)


def test_keywords_are_at_most_twelve() -> None:
    """There are no more than 12 keywords."""
    assert len(extract(speech([*BEES, *ENGINES])).keywords) <= 12


def test_chinese_keywords() -> None:
    """Chinese keywords are words of two or more characters that come often."""
    assert {"工蜂", "蜂巢"} <= set(extract(speech(CHINESE)).keywords)


def test_chinese_summary() -> None:
    """A Chinese video has a Chinese summary of whole clauses, with full stops."""
    found = extract(speech(CHINESE), max_sentences=2)
    parts = found.text.rstrip("。").split("。")
    assert (found.language, len(parts), all(part in CHINESE for part in parts)) == ("zh", 2, True)


def test_only_text_on_screen() -> None:
    """A video without speech is summarized from what is on screen."""
    lines = [shown(0, 5, "The Honeybee", 0.15), shown(0, 5, "a short lesson", 0.05), shown(20, 25, "Pollination", 0.15)]
    assert extract(lines).text == "The Honeybee: a short lesson. Pollination."


def test_only_statements_about_frames() -> None:
    """Statements about frames are used when nobody speaks."""
    lines = [
        region(at, at + 2, text, TextSource.ANALYSIS)
        for at, text in ((0, "A bee sits on a flower."), (2, "A hive hangs in a tree."))
    ]
    assert extract(lines).text == "A bee sits on a flower. A hive hangs in a tree."


def test_nothing_to_summarize() -> None:
    """No lines give an empty summary and a notice, not an error."""
    found = extract([])
    assert (found.text, found.chapters, found.keywords) == ("", (), ())
    assert "no speech and no text" in found.notices[0]


def test_lines_after_the_end_of_the_span() -> None:
    """Subtitles that run on after the video do not make chapters there."""
    found = extract(speech(BEES + ENGINES), length=10.0)
    assert [seconds(10.0)] == [chapter.time.end for chapter in found.chapters]


def test_the_same_lines_give_the_same_result() -> None:
    """Nothing is left to chance."""
    lines = speech(BEES + ENGINES + BEES)
    assert extract(lines) == extract(lines)


@pytest.mark.parametrize("language", ["en-US", "EN", "xx"])
def test_a_given_language_is_kept(language: str) -> None:
    """A language tag with a region, or an unknown one, is no error."""
    assert language == extract(speech(BEES), language=language).language


TEXTS = st.text("ab. ,?!蜂的\n()[]<>'-5\0", min_size=1, max_size=60)
ANY_LINES = st.lists(
    st.builds(
        lambda start, length, text, source: (
            region(start, start + length, text, source)
            if source is not TextSource.SCREEN
            else shown(start, start + length, text, 0.1)
        ),
        st.integers(0, 100),
        st.integers(0, 50),
        TEXTS,
        st.sampled_from(list(TextSource)),
    ),
    max_size=12,
)


@given(ANY_LINES, st.integers(0, 120))
@settings(max_examples=80, deadline=None)
def test_any_lines_give_contiguous_chapters(lines: list[TextRegion], length: int) -> None:
    """Whatever the lines are, nothing is raised and chapters have no gaps."""
    chapters = extract(lines, length=float(length), min_chapter_s=5.0).chapters
    assert all(one.time.end == other.time.start for one, other in pairwise(chapters))


def test_lexrank_prefers_the_central_sentence() -> None:
    """The sentence that shares words with all others ranks first, one without words last."""
    ranks = lexrank(WordVectors([["a", "b"], ["a", "b", "c"], ["c", "d"], []]))
    assert (int(np.argmax(ranks)), int(np.argmin(ranks))) == (1, 3)


def test_similarity_is_the_cosine() -> None:
    """Equal sentences have similarity 1, those without a common word 0."""
    similarity = WordVectors([["a", "b"], ["b", "a"], ["c"]]).similar_to(0)
    assert pytest.approx(similarity.tolist()) == [1.0, 1.0, 0.0]


def test_choose_takes_no_twins() -> None:
    """Of two sentences with the same words one is chosen."""
    vectors = WordVectors([["a", "b"], ["a", "b"], ["c"]])
    assert choose(vectors, np.array([1.0, 0.9, 0.5]), [0, 0, 0], 3) == [0, 2]


def test_five_thousand_sentences_take_seconds() -> None:
    """Hours of speech are summarized within 30 seconds on a slow machine (about 4 are usual)."""
    chance = random.Random(1)
    vocabulary = [f"word{number}" for number in range(5000)]
    texts = [f"The {' '.join(chance.choices(vocabulary, k=9))} ends." for _ in range(5000)]
    began = time.monotonic()
    found = extract(speech(texts), length=15_000.0)
    assert (found.text.count("ends."), time.monotonic() - began < 30) == (6, True)
