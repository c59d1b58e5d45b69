"""Runs, results and search on a real PostgreSQL."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from sqlalchemy import func, select

from media_ai.catalog import tables
from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.catalog.search import search
from media_ai.errors import InputError, NotFoundError
from media_ai.model.artifacts import BlobRef
from media_ai.model.run import RunInput
from media_ai.model.speech import Segment, Transcript
from media_ai.model.text import Chapter, Summary, SummaryMethod, TextContent, TextRegion, TextSource
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Analyses, Analysis, Coverage, Frame, FrameSet
from media_ai.store.artifacts import StoredResult

pytestmark = pytest.mark.postgres

RUN = RunKey(dag_id="w", run_id="r")


def span(start: float, end: float) -> TimeRange:
    return TimeRange(start=Timecode.of_seconds(str(start)), end=Timecode.of_seconds(str(end)))


def artifacts(line: str = "The waggle dance points to flowers.") -> list:
    blob = BlobRef(sha256="a" * 64, size=1, content_type="image/jpeg")
    coverage = Coverage(span=span(0, 9), sampled=2, kept=1, largest_gap=Fraction(9))
    time = Timecode.of_seconds(1)
    return [
        FrameSet(width=4, height=3, frames=(Frame(time=time, image=blob, similarity=0.5),), coverage=coverage),
        Transcript(source="srt", segments=(Segment(time=span(1.5, 3), text=line, speaker="Anna"),)),
        TextContent(
            model="local/rapidocr",
            frames_read=1,
            regions=(
                TextRegion(time=span(0, 2), text="蜜蜂的舞蹈", source=TextSource.SCREEN, confidence=0.9),
                TextRegion(time=span(1.5, 3), text=line, source=TextSource.SPEECH),
            ),
        ),
        Analyses(
            model="m/x",
            coverage=coverage,
            items=(Analysis(time=time, image=blob, text="A meadow", attributes={"n": 1}),),
        ),
        Summary(
            method=SummaryMethod.EXTRACTIVE,
            model="local/extractive",
            text="Bees dance.",
            keywords=("bees",),
            chapters=(Chapter(time=span(0, 9), title="Dance"),),
        ),
    ]


@pytest.fixture
def results(database) -> ResultRepository:
    """Results over an empty catalog."""
    return ResultRepository(database)


def publish(results: ResultRepository, run: RunKey = RUN, **changes) -> dict[str, int]:
    run_input = RunInput(video="/bees.mp4", video_id="bees", title="Bees")
    results.record_run(run, run_input, version=1, overrides={})
    return results.publish(run, run_input.asset(), artifacts(**changes))


def count(database, table) -> int:
    with database.transaction() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_every_result_has_its_rows(results, database):
    """Each kind of artifact fills its table."""
    rows = publish(results)

    assert rows == {
        "frames": 1, "segments": 1, "text_regions": 2, "analyses": 1, "summaries": 1, "chapters": 1, "search_entries": 4,
    }  # fmt: skip
    assert count(database, tables.segments) == 1


def test_publishing_again_replaces(results, database):
    """A restarted run leaves no doubled rows."""
    publish(results)
    publish(results, line="Something else.")

    assert count(database, tables.text_regions) == 2
    assert [hit.text for hit in search(database, "waggle")] == []


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("waggle", ["speech"]),
        ("WAGGLE dance", ["speech"]),
        ("蜜蜂", ["screen"]),
        ("舞蹈", ["screen"]),
        ("meadow", ["analysis"]),
        ("dance", ["chapter", "speech"]),
        ("waggle nothing", []),
        ("' OR 1=1 --", []),
        ("a & b | !c", []),
    ],
)
def test_search_finds_words_in_any_language(results, database, query, kinds):
    """Every word must match; two Chinese characters are enough; operators of the database are only text."""
    publish(results)

    assert sorted(hit.kind for hit in search(database, query)) == kinds


def test_a_hit_has_its_second_in_the_video(results, database):
    """A hit can be played."""
    publish(results)
    hit = search(database, "waggle")[0]

    assert (hit.video_id, hit.title, hit.start_s, hit.end_s) == ("bees", "Bees", 1.5, 3.0)


def test_the_newest_run_of_a_video_is_found_once(results, database):
    """Two runs over one video give one hit for each place."""
    publish(results, RunKey(dag_id="w", run_id="old"))
    publish(results, RunKey(dag_id="w", run_id="new"))

    assert [hit.run_id for hit in search(database, "waggle")] == ["new"]


@pytest.mark.parametrize(("query", "limit"), [("", 5), ("  !? ", 5), ("bees", 0), ("bees", 501)])
def test_a_search_for_nothing_is_refused(database, query, limit):
    """A query without a word, and a limit out of range, are said to be so."""
    with pytest.raises(InputError):
        search(database, query, limit=limit)


def test_text_that_the_database_cannot_hold_is_cleaned(results, database):
    """A NUL character does not lose a result."""
    publish(results, line="bro\0ken text")

    assert [hit.text for hit in search(database, "broken")] == ["broken text"]


def test_a_node_is_recorded_once_per_run(results):
    """A second try replaces the first."""
    results.record_run(RUN, RunInput(video="/a.mp4"), version=3, overrides={"x": {}})
    stored = StoredResult(
        node_type="t", type_version=1, key="k", outputs={"a": None}, seconds=2.5, finished=datetime.now(UTC)
    )
    results.record_node(RUN, "n", stored, is_reused=False)
    results.record_node(RUN, "n", stored, is_reused=True)

    assert [(node["node_id"], node["reused"], node["seconds"]) for node in results.nodes(RUN)] == [("n", True, 2.5)]


def test_the_state_of_a_run_survives_its_order(results):
    """The scheduler may say that a run began before or after its first node speaks; both end in one row."""
    results.record_state(RUN, "running")
    results.record_run(RUN, RunInput(video="/a.mp4", video_id="a"), version=1, overrides={})
    results.record_state(RUN, "failed", "because")
    row = results.run(RUN)

    assert (row["state"], row["cause"], row["video_id"]) == ("failed", "because", "a")
    assert row["ended_at"] is not None


def test_a_stopped_run_stays_stopped_though_its_first_node_speaks_late(results):
    """Its process began before the stop; that of a restart begins after it."""
    before = datetime.now(UTC)
    results.record_state(RUN, "failed", "somebody")
    for began, state in ((before, "failed"), (datetime.now(UTC), "running")):
        results.record_run(RUN, RunInput(video="/a.mp4"), version=1, overrides={}, began=began)
        row = results.run(RUN)
        assert (row["state"], row["cause"], row["ended_at"] is None) == (
            state, "somebody" if state == "failed" else "", state == "running"
        )  # fmt: skip


def test_a_restarted_run_is_running_again(results):
    """The end of the earlier try is forgotten."""
    results.record_run(RUN, RunInput(video="/a.mp4"), version=1, overrides={})
    results.record_state(RUN, "failed", "x")
    results.record_run(RUN, RunInput(video="/a.mp4"), version=1, overrides={})
    row = results.run(RUN)

    assert (row["state"], row["cause"], row["ended_at"]) == ("running", "", None)


def test_a_run_of_a_stranger_is_not_recorded(results):
    """The listener hears of every DAG on the system; only runs that are known here, or ours by their input, get a row."""
    results.record_state(RUN, "success", insert_missing=False)

    with pytest.raises(NotFoundError):
        results.run(RUN)


def test_a_later_run_does_not_erase_what_is_known_of_a_video(results):
    """What a run says is taken, what it leaves out is kept."""
    publish(results)
    results.record_run(RUN, RunInput(video="/bees.mp4", video_id="bees", description="d"), version=1, overrides={})
    row = results.run(RUN)

    assert row["description"] == "d"


def test_an_unknown_run_says_so(results):
    """The sentence names the run."""
    with pytest.raises(NotFoundError, match="No task 'r' of workflow 'w' is known"):
        results.run(RUN)
