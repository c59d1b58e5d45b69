"""Publishing hands everything that is wired in to the catalog."""

from media_ai.model.run import RunInput
from media_ai.model.speech import Transcript
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
