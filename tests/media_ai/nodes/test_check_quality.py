"""Results that are fit pass, and each fault is found by its rule."""

from fractions import Fraction

import pytest

from media_ai.model.artifacts import BlobRef
from media_ai.model.media import MediaInfo, Video
from media_ai.model.speech import Segment, Sound, Transcript
from media_ai.model.text import Chapter, Summary, SummaryMethod
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Coverage, Frame, FrameSet
from media_ai.nodes.check_quality import Inputs, Params, run
from media_ai.testing import make_job

ENGLISH = "The bees tell the others where the flowers are, and how far it is to them."


def span(start, end):
    return TimeRange(start=Timecode.of_seconds(str(start)), end=Timecode.of_seconds(str(end)))


def lines(*parts, language="en", speaker=None):
    segments = tuple(Segment(time=span(a, b), text=text, speaker=speaker) for a, b, text in parts)
    return Transcript(source="srt", language=language, segments=segments)


def summary(text=ENGLISH, **changes):
    return Summary(**({"method": SummaryMethod.GENERATIVE, "model": "m/x", "text": text} | changes))


def frames(count=3, *, gap=10, is_distinct=False, **coverage):
    image = BlobRef(sha256="0" * 64, size=1, content_type="image/jpeg")
    seen = tuple(Frame(time=Timecode.of_seconds(n), image=image) for n in range(count))
    fields = {"span": span(0, 100), "sampled": 9, "kept": count, "largest_gap": Fraction(gap)} | coverage
    return FrameSet(width=1, height=1, frames=seen, is_distinct=is_distinct, coverage=Coverage(**fields))


def sound(*speech):
    return Sound(track=0, duration=Fraction(100), loudness_lufs=-20.0, peak_dbfs=-1.0, speech=speech, silence=())


def video(seconds=100):
    info = MediaInfo.model_construct(duration=Fraction(seconds))
    return Video.model_construct(info=info)


def broken(tmp_path, *results, **params):
    """Return the rules that the results break, with what they were looked at for."""
    job = make_job(tmp_path)
    report = run(Params(**params), Inputs.model_construct(results=results), job).report
    assert len(job.notices) == sum(not item.ok for item in report.findings)
    return [(item.subject, item.rule) for item in report.findings if not item.ok]


def test_fit_results_break_no_rule(tmp_path):
    """And the report says what was looked at."""
    results = (video(), sound(span(0, 8)), frames(), lines((0, 4, ENGLISH), (4, 8, "Yes.")), summary(language="en"))
    report = run(Params(), Inputs.model_construct(results=results), make_job(tmp_path)).report

    assert report.failed == () and all(item.ok for item in report.findings)
    assert {item.rule for item in report.findings} == {"coverage", "ordering", "language", "empty", "loops"}


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ((frames(0),), ("frames", "empty")),
        ((summary(" \n"),), ("summary", "empty")),
        ((sound(span(0, 9)), lines()), ("transcript", "empty")),
        ((frames(gap=61),), ("frames", "coverage")),
        ((frames(is_truncated=True),), ("frames", "coverage")),
        ((frames(dropped_by_limit=2),), ("frames", "coverage")),
        ((frames(shots=10, shots_unseen=2),), ("frames", "coverage")),
        ((sound(span(0, 10), span(20, 30)), lines((0, 5, "a"))), ("transcript", "coverage")),
        ((lines((5, 6, "a"), (1, 2, "b")),), ("transcript", "ordering")),
        ((lines((0, 5, "a"), (3, 6, "b"), speaker="1"),), ("transcript", "ordering")),
        ((video(10), lines((0, 12, "a"))), ("transcript", "ordering")),
        ((summary(chapters=(Chapter(time=span(0, 9), title="a"), Chapter(time=span(1, 9), title="b"))),), ("chapters", "ordering")),
        ((lines(*((n, n + 1, "Thank you.") for n in range(4))),), ("transcript", "loops")),
        ((summary("The bee is the bee of " * 9),), ("summary", "loops")),
        ((summary("蜜蜂" * 30),), ("summary", "loops")),
    ],
)  # fmt: skip
def test_each_fault_is_found(tmp_path, results, expected):
    """By one rule, with a notice."""
    assert expected in broken(tmp_path, *results)


@pytest.mark.parametrize(
    "results",
    [
        (lines(),),  # a silent video
        (sound(), lines()),
        (frames(gap=500, is_distinct=True),),  # nothing happens
        (frames(shots=100, shots_unseen=10, gap=500),),
        (lines((0, 5, "a"), (4.6, 9, "b")),),  # half a second
        (video(10), lines((0, 10.9, "a"))),
        (lines((0, 1, "No, no, no, no, no!")),),
        (summary("Ja."),),  # too short to tell
        (summary(language="zh", text="蜜蜂用舞蹈告诉同伴，哪里有花，离这里有多远，大家就一起飞过去采蜜，回来再跳给别的蜜蜂看，一只接着一只，直到天黑了才停下来休息。"),),
    ],
)  # fmt: skip
def test_what_only_looks_odd_is_let_pass(tmp_path, results):
    """A rule that cries wolf is soon switched off."""
    assert broken(tmp_path, *results) == []


def test_two_people_may_speak_at_once(tmp_path):
    """Only lines of one speaker must not overlap."""
    both = Transcript(
        source="asr",
        segments=(Segment(time=span(0, 5), text="a", speaker="1"), Segment(time=span(1, 6), text="b", speaker="2")),
    )
    assert broken(tmp_path, both) == []


def test_the_language_is_that_of_the_task(tmp_path):
    """A model that writes English although German was asked for is found; a quote is in the video's own language."""
    assert broken(tmp_path, summary(language="de"), language="de-DE") == [("summary", "language")]
    assert broken(tmp_path, summary(language="en", method=SummaryMethod.EXTRACTIVE), language="de") == []
    assert broken(tmp_path, summary(language="de")) == [("summary", "language")]


def test_a_severity_says_what_a_broken_rule_means(tmp_path):
    """Only "fail" asks for a review; "off" does not look."""
    results = Inputs.model_construct(results=(frames(0),))
    counts = [
        run(Params(empty=severity), results, make_job(tmp_path)).report.counts() for severity in ("fail", "warn", "off")
    ]
    assert [(found["failed"], found["warnings"]) for found in counts] == [(1, 0), (0, 1), (0, 0)]


def test_hours_of_speech_are_looked_at_in_no_time(tmp_path):
    """Ten thousand lines, each of which must not be compared with each other."""
    spoken = tuple(span(n, n + 1) for n in range(0, 20_000, 2))
    many = Transcript(
        source="asr", segments=tuple(Segment(time=part, text=f"line {n}") for n, part in enumerate(spoken))
    )
    assert broken(tmp_path, sound(*spoken), many) == []
