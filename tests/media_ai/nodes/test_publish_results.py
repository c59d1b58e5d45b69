"""Publishing hands everything that is wired in to the catalog."""

from struct import pack

import pytest
from sqlalchemy import text

from media_ai.catalog.results import ResultRepository, RunKey, RunPublisher
from media_ai.model.embeddings import EmbeddedItem, Embeddings
from media_ai.model.run import RunInput
from media_ai.model.speech import Transcript
from media_ai.model.time import Timecode, TimeRange
from media_ai.nodes.publish_results import NODE, Inputs, Params, run
from media_ai.testing import RecordingPublisher, make_job


def test_all_results_are_published_under_the_video(tmp_path):
    """The publisher gets the record of the video and every result; the counts come back."""
    publisher = RecordingPublisher()
    job = make_job(tmp_path, input=RunInput(video="/x.mp4", video_id="x1", title="X"), publisher=publisher)
    transcript = Transcript(source="srt", segments=())
    published = run(Params(), Inputs(results=(transcript,)), job).publication

    assert (published.video_id, published.rows) == ("x1", {"results": 1})
    assert publisher.published[0][0].title == "X"


def test_publishing_is_never_skipped():
    """A stored result must not stand in for a write to the catalog."""
    assert NODE.always_runs


@pytest.mark.postgres
def test_embeddings_are_published_like_any_result(tmp_path, vector_database):
    """Their vectors are read from the store of the job and found by their rows."""
    publisher = RunPublisher(ResultRepository(vector_database), RunKey(dag_id="w", run_id="r"))
    job = make_job(tmp_path, input=RunInput(video="/x.mp4", video_id="x1"), publisher=publisher)
    vectors = job.store.put_bytes(pack("<4f", 1, 0, 0, 1), "application/octet-stream")
    time = TimeRange(start=Timecode.of_seconds(1), end=Timecode.of_seconds(2))
    items = tuple(
        EmbeddedItem(kind="speech", time=time, text=text, row=row) for text, row in (("a", 0), ("b", 1), ("c", 0))
    )
    embeddings = Embeddings(model="openai/m", dimension=2, items=items, rows=2, vectors=vectors)
    transcript = Transcript(source="srt", segments=())
    published = run(Params(), Inputs(results=(transcript, embeddings)), job).publication

    assert published.rows == {"search_vectors": 3}
    with vector_database.transaction() as connection:
        found = connection.execute(text("SELECT text, embedding::text FROM media_ai.search_vectors ORDER BY ordinal"))
        assert [tuple(row) for row in found] == [("a", "[1,0]"), ("b", "[0,1]"), ("c", "[1,0]")]
