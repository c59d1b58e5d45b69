"""The daily audit, by Great Expectations, over real rows: fit tasks pass, and each fault marks its task."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from media_ai.catalog.quality_audits import QualityAudits
from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.catalog.review_marks import ReviewMarks
from media_ai.model.media import MediaAsset
from media_ai.model.run import RunInput
from media_ai.model.speech import Segment, Transcript
from media_ai.model.text import Chapter, Summary, SummaryMethod
from media_ai.model.time import Timecode, TimeRange
from media_ai.store.artifacts import StoredResult
from media_ai.tasks.auditing import audit

pytestmark = pytest.mark.postgres
ENGLISH = "The bees tell the others where the flowers are, and how far it is to them."


def span(start, end):
    return TimeRange(start=Timecode.of_seconds(start), end=Timecode.of_seconds(end))


def said(*parts):
    return Transcript(source="srt", segments=tuple(Segment(time=span(a, b), text=words) for a, b, words in parts))


def told(words=ENGLISH, **changes):
    return Summary(**({"method": SummaryMethod.GENERATIVE, "model": "m/x", "text": words} | changes))


@pytest.fixture
def publish(database):
    """Publishes results as a task of a video of 60 seconds that has just ended."""
    results = ResultRepository(database)

    def run(run_id, *made, language="en"):
        key = RunKey(dag_id="w", run_id=run_id)
        results.record_run(key, RunInput(video="/a.mp4", video_id=run_id), version=1, overrides={})
        results.settle_language(key, language)
        stored = StoredResult(
            node_type="publish_results", type_version=1, key="k", outputs={}, seconds=1, finished=datetime.now(UTC)
        )
        results.record_node(key, "publish", stored, is_reused=False)
        results.publish(key, MediaAsset(video_id=run_id), made)
        results.record_state(key, "success")
        with database.transaction() as connection:
            connection.execute(text('UPDATE media_ai.media_assets SET technical = \'{"duration": "1500/25"}\''))

    return run


def test_each_fault_marks_its_task_and_only_it(database, publish):
    """With the rule and the expectation; the next audit takes the mark of what was mended away."""
    publish("fit", said((0, 30, "Yes."), (30, 60.0, "No.")), told(), language="en-GB")
    publish("quiet", said((0, 59, "All the time.")), told("Bienen.", method=SummaryMethod.EXTRACTIVE), language="video")
    publish("empty")
    publish("short", said((0, 20, "Only the beginning.")))
    publish("disordered", said((30, 60, "b"), (0, 30, "a")))
    publish("beyond", said((0, 65, "a")))
    publish("loop", said(*((n, n + 15, "Thank you.") for n in (0, 15, 30, 45))))
    publish("looping", said((0, 60, "a")), told("the bee is " * 20))
    publish("german", said((0, 60, "a")), told(), language="de")
    publish("blank", said((0, 60, "a")), told("  "))
    publish("chapters", said((0, 60, "a")), told(chapters=(Chapter(time=span(30, 60), title="b"), Chapter(time=span(0, 5), title="a"))))  # fmt: skip
    done = audit(database)

    marks = {mark.run_id: mark for mark in ReviewMarks(database).open(workflows=["w"])}
    rules = {name: {reason.split(":")[0] for reason in mark.reasons} for name, mark in marks.items()}
    assert rules == {
        "empty": {"runs, empty"},
        "short": {"runs, coverage"},
        "disordered": {"segments, ordering"},
        "beyond": {"segments, ordering"},
        "loop": {"segments, loops"},
        "looping": {"summaries, loops"},
        "german": {"summaries, language"},
        "blank": {"summaries, empty"},
        "chapters": {"chapters, ordering"},
    }
    assert done == {"tasks": 11, "unfit": 9}
    (found,) = QualityAudits(database).newest()
    assert (found.tasks, found.is_ok) == (11, False)
    coverage = next(item for item in found.expectations if item["rule"] == "coverage")
    assert (coverage["checked"], coverage["unexpected"], coverage["ok"]) == (11, 1, False)

    publish("loop", said((0, 60, "Thank you.")))
    assert audit(database)["unfit"] == 8
    assert "loop" not in {mark.run_id for mark in ReviewMarks(database).open(workflows=["w"])}


def test_a_day_without_tasks_is_fit(database, publish):
    """Old ones are not looked at again."""
    publish("empty")
    assert audit(database, now=datetime.now(UTC) + timedelta(days=2)) == {"tasks": 0, "unfit": 0}
    assert QualityAudits(database).newest()[0].is_ok
