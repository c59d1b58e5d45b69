"""A task's results as files, from a real catalog and store."""

import csv
import io
import json
from datetime import UTC, datetime
from fractions import Fraction

import numpy as np
import pytest

from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.errors import NotFoundError
from media_ai.media.pictures import decode_jpeg, encode_jpeg
from media_ai.media.subtitles import parse_subtitles
from media_ai.model.run import RunInput
from media_ai.model.speech import Segment, Transcript
from media_ai.model.text import Chapter, Summary, SummaryMethod, TextContent, TextRegion, TextSource
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Coverage, Frame, FrameSet
from media_ai.store.artifacts import ArtifactStore, StoredResult
from media_ai.store.file_store import FileStore
from media_ai.tasks.exports import TaskExports

pytestmark = pytest.mark.postgres

RUN = RunKey(dag_id="w", run_id="r")
SPAN = TimeRange(start=Timecode.of_seconds(0), end=Timecode.of_seconds(9))


def frame_set(store: ArtifactStore, count: int) -> FrameSet:
    image = store.put_bytes(encode_jpeg(np.full((90, 160, 3), 99, np.uint8), 90), "image/jpeg")
    frames = tuple(Frame(time=Timecode.of_seconds(n), image=image) for n in range(count))
    coverage = Coverage(span=SPAN, sampled=count, kept=count, largest_gap=Fraction(1))
    return FrameSet(width=160, height=90, frames=frames, coverage=coverage)


@pytest.fixture
def exports(database, tmp_path) -> TaskExports:
    """The files of a task whose second frame set is the de-duplicated one."""
    store = ArtifactStore(FileStore(tmp_path))
    results = ResultRepository(database)
    results.record_run(RUN, RunInput(video="/bees.mp4", video_id="bees"), version=1, overrides={})
    line = TimeRange(start=Timecode.of_seconds("1.5"), end=Timecode.of_seconds(3))
    made = {
        "frames": frame_set(store, 5),
        "distinct": frame_set(store, 3),
        "speech": Transcript(source="srt", segments=(Segment(time=line, text="蜜蜂 dance", speaker="Anna"),)),
        "text": TextContent(
            model="m/x",
            frames_read=1,
            regions=(TextRegion(time=line, text="=HYPERLINK(1)", source=TextSource.SCREEN, confidence=0.5),),
        ),
        "summary": Summary(
            method=SummaryMethod.EXTRACTIVE, model="m/x", text="Bees.", chapters=(Chapter(time=SPAN, title="All"),)
        ),
    }
    for node_id, artifact in made.items():
        done = StoredResult(
            node_type="x",
            type_version=1,
            key=node_id,
            outputs={"out": store.save(artifact)},
            seconds=0,
            finished=datetime.now(UTC),
        )
        results.record_node(RUN, node_id, done, is_reused=False)
    return TaskExports(results, store, RUN)


def test_a_task_has_the_files_that_its_results_allow(exports):
    """What its workflow does not make is not offered."""
    assert set(exports.names()) == {
        "transcript.srt", "transcript.vtt", "transcript.json", "chapters.vtt", "text.csv", "frames.csv", "poster.jpg",
        "contact-sheet.jpg", "thumbnails.vtt", "sprite-0.jpg",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["transcript.srt", "transcript.vtt"])
def test_subtitles_can_be_read_again(exports, name):
    """What is written is read as the same line."""
    file = exports.file(name)
    (segment,) = parse_subtitles(file.data, name).segments

    assert "蜜蜂 dance" in segment.text
    assert (segment.time.start.seconds, segment.time.end.seconds) == (Fraction(3, 2), 3)


def test_speakers_are_kept_where_the_format_knows_them(exports):
    """WebVTT and JSON name the speaker."""
    assert b"<v Anna>" in exports.file("transcript.vtt").data
    assert json.loads(exports.file("transcript.json").data)["segments"][0]["speaker"] == "Anna"


def test_text_never_runs_as_a_formula(exports):
    """A cell that a spreadsheet would compute is written as text."""
    (row,) = csv.DictReader(io.StringIO(exports.file("text.csv").data.decode()))

    assert row["text"] == "'=HYPERLINK(1)"
    assert (row["start_s"], row["end_s"], row["source"]) == ("1.5", "3.0", "screen")


def test_the_last_frames_are_exported(exports):
    """De-duplicated frames rather than all that were sampled, in tables and pictures."""
    assert len(exports.file("frames.csv").data.decode().splitlines()) == 1 + 3
    assert exports.file("thumbnails.vtt").data.count(b"sprite-0.jpg#xywh=") == 3
    assert decode_jpeg(exports.file("sprite-0.jpg").data).shape == (90, 1600, 3)
    assert decode_jpeg(exports.file("contact-sheet.jpg").data).shape[1] == 3 * 320
    assert decode_jpeg(exports.file("poster.jpg").data).shape == (90, 160, 3)


@pytest.mark.parametrize("name", ["transcript.doc", "../secrets.json", "sprite-1.jpg", "sprite-٣.jpg", ""])
def test_other_names_are_refused(exports, name):
    """One sentence names what was asked for."""
    with pytest.raises(NotFoundError, match="has no export"):
        exports.file(name)


def test_a_run_that_nobody_knows_has_no_files(database, tmp_path):
    """Asking for it is answered as for any unknown task."""
    with pytest.raises(NotFoundError):
        TaskExports(ResultRepository(database), ArtifactStore(FileStore(tmp_path)), RUN)
