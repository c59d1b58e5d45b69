"""A person approves, corrects or rejects; the node does what they say."""

from datetime import UTC, datetime

import pytest

from media_ai.errors import ConfigurationError, ErrorKind, RejectedError
from media_ai.failures import cause_of
from media_ai.model.run import RunInput
from media_ai.model.speech import Transcript
from media_ai.model.text import Chapter, Summary, SummaryMethod
from media_ai.model.time import Timecode, TimeRange
from media_ai.nodes.review_by_human import NODE, Inputs, Params, run
from media_ai.reviewing import APPROVE, REJECT, Answer, Question
from media_ai.testing import make_job

NOW = datetime(2026, 5, 4, 3, 2, tzinfo=UTC)
CHAPTER = Chapter(time=TimeRange(start=Timecode.of_seconds(0), end=Timecode.of_seconds(9)), title="# *Bees*")
SUMMARY = Summary(method=SummaryMethod.EXTRACTIVE, model="local/lexrank", text="Bees dance.", chapters=(CHAPTER,))


def reviewed(tmp_path, params=None, summary=SUMMARY, **answer):
    """Run the node with a person who answers; return its outputs, the job and what was asked."""
    asked: list[Question] = []

    def person(question: Question, /) -> Answer:
        asked.append(question)
        return Answer(**({"is_approved": True, "by_id": "7", "by": "Ann", "at": NOW} | answer))

    job = make_job(tmp_path, input=RunInput(video="/x.mp4", title="A\0 <b>title</b>"), review=person)
    results = (Transcript(source="srt", segments=()),)
    return run(params or Params(), Inputs(results=results, summary=summary), job), job, asked[0]


def test_what_is_approved_goes_on_unchanged(tmp_path):
    """The decision says who and when; the summary is the same one, so that work built on it is reused."""
    out, job, _ = reviewed(tmp_path, comment="Fine.")

    assert out.summary is SUMMARY
    assert (out.decision.by_id, out.decision.by, out.decision.at, out.decision.comment) == ("7", "Ann", NOW, "Fine.")
    assert out.decision.corrects is None and job.notices == []


def test_a_correction_becomes_the_summary(tmp_path):
    """With a notice of who wrote it and when; the decision names the summary that it replaces."""
    out, _, _ = reviewed(tmp_path, text="  Bees waggle. ")

    assert out.summary.text == "Bees waggle."
    assert out.summary.notices == ("The text was corrected by Ann on 2026-05-04 03:02 UTC.",)
    assert out.decision.corrects == SUMMARY.identity()


@pytest.mark.parametrize("text", ["", " \n", "Bees dance. ", None])
def test_a_text_that_was_left_or_emptied_is_no_correction(tmp_path, text):
    """A form that is sent as it came changes nothing."""
    assert reviewed(tmp_path, text=text)[0].summary is SUMMARY


def test_corrections_can_be_forbidden(tmp_path):
    """Nothing can be corrected in the question, and an answer that tries is not listened to."""
    out, _, asked = reviewed(tmp_path, Params(allow_corrections=False), text="Other.")

    assert asked.text is None and out.summary is SUMMARY


def test_a_rejection_fails_with_the_words_of_the_reviewer(tmp_path):
    """Its cause is the same for all rejections, and trying again does not help."""
    with pytest.raises(RejectedError) as one:
        reviewed(tmp_path, is_approved=False, comment="Two bees are missing.")
    with pytest.raises(RejectedError) as two:
        reviewed(tmp_path, is_approved=False, by="Bo")

    assert "Ann" in one.value.message and "Two bees are missing." in one.value.message
    assert one.value.kind is ErrorKind.REJECTED and not one.value.kind.is_retryable
    assert cause_of(one.value).id == cause_of(two.value).id


def test_the_end_of_the_wait_counts_as_the_params_say(tmp_path):
    """It is said in the error, or in a notice."""
    _, job, asked = reviewed(tmp_path, Params(when_late="approve", wait_hours=2), is_late=True, by="", by_id="")
    assert (asked.when_late, asked.longest_s) == (APPROVE, 7200)
    assert "within 2 hours" in job.notices[0]

    with pytest.raises(RejectedError, match="Nobody has approved"):
        reviewed(tmp_path, is_approved=False, is_late=True, by="")
    assert reviewed(tmp_path)[2].when_late == REJECT


def test_texts_from_videos_are_no_markup_in_the_question(tmp_path):
    """Links, pictures and headings of a summary are letters on the page."""
    evil = SUMMARY.model_copy(update={"text": "![x](http://evil/p.png) <script>\n# big\n    code \0"})
    body = reviewed(tmp_path, Params(instructions="Look *well*."), summary=evil)[2].body

    assert "](http" not in body and "<script>" not in body and "\n# big" not in body and "\0" not in body
    assert r"\!\[x\]\(http\:\/\/evil\/p\.png\)" in body
    assert r"Look \*well\*\." in body and r"\# \*Bees\*" in body and "transcript: " in body


def test_nothing_but_the_decision_needs_no_input(tmp_path):
    """Without a summary there is none to go on."""
    out, _, asked = reviewed(tmp_path, summary=None)

    assert out.summary is None and asked.text is None


def test_outside_the_system_nobody_can_be_asked(tmp_path):
    """The sentence says what to do."""
    with pytest.raises(ConfigurationError, match="Publish the workflow"):
        run(Params(), Inputs(), make_job(tmp_path))


def test_a_stored_result_never_stands_in_for_a_person():
    """Equal results are reviewed in each task."""
    assert NODE.always_runs
