"""Joining text of all sources; the OCR is real."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from media_ai.errors import InputError
from media_ai.job import Job
from media_ai.model.artifacts import BlobRef
from media_ai.model.speech import Segment, Transcript
from media_ai.model.text import TextContent, TextSource
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Analyses, Analysis, Coverage, Frame, FrameSet
from media_ai.nodes import node_type
from media_ai.nodes.extract_text import Inputs, Params, run
from media_ai.testing import make_job


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return make_job(tmp_path)


def span(start: int, end: int) -> TimeRange:
    return TimeRange(start=Timecode.of_seconds(start), end=Timecode.of_seconds(end))


def coverage(end: int = 10) -> Coverage:
    return Coverage(span=span(0, end), sampled=1, kept=1, largest_gap=1)


def picture(job: Job, text: str) -> BlobRef:
    """Store a JPEG that shows `text`."""
    image = np.full((240, 480, 3), (60, 40, 20), np.uint8)
    cv2.putText(image, text, (40, 130), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (255, 255, 255), 2, cv2.LINE_AA)
    return job.store.put_bytes(bytes(cv2.imencode(".jpg", image)[1]), "image/jpeg")


def frames(job: Job, *texts: str) -> FrameSet:
    """Return frames one second apart that show these texts."""
    shown = tuple(Frame(time=Timecode.of_seconds(at), image=picture(job, text)) for at, text in enumerate(texts))
    return FrameSet(width=480, height=240, frames=shown, coverage=coverage())


def speech(*lines: tuple[int, int, str]) -> Transcript:
    segments = tuple(Segment(time=span(a, b), text=text, speaker="Anna", confidence=0.5) for a, b, text in lines)
    return Transcript(source="srt", language="en", segments=segments)


def statements(job: Job, *texts: str) -> Analyses:
    image = picture(job, "x")
    items = tuple(Analysis(time=Timecode.of_seconds(2 * at), image=image, text=text) for at, text in enumerate(texts))
    return Analyses(model="fake/model", items=items, coverage=coverage())


def join(job: Job, **inputs: FrameSet | Transcript | Analyses) -> TextContent:
    return run(Params(), Inputs.model_validate(inputs), job).text


def test_it_is_in_the_library() -> None:
    """The node type is found under its file's name."""
    assert node_type("extract_text").title == "Extract text"


def test_nothing_wired_is_refused(job: Job) -> None:
    """Without any input the message says what to connect."""
    with pytest.raises(InputError, match="connect frames, a transcript or analyses"):
        join(job)


def test_another_model_is_refused() -> None:
    """One local model reads the screen; the message names it."""
    with pytest.raises(InputError, match="local/rapidocr"):
        node_type("extract_text").parse_params("text", {"model": "local/some"})


def test_text_on_frames_is_read(job: Job) -> None:
    """What frames show becomes regions with their time, place and confidence."""
    (region,) = join(job, frames=frames(job, "Waggle Dance", "Waggle Dance", "")).regions
    assert ("Waggle Dance", TextSource.SCREEN, span(0, 2)) == (region.text, region.source, region.time)
    assert region.box is not None


def test_a_line_of_the_last_frame_lasts_to_the_end_of_the_span(job: Job) -> None:
    """The last frame's text ends with what the frames cover."""
    (region,) = join(job, frames=frames(job, "", "Pollination")).regions
    assert span(1, 10) == region.time


def test_frames_are_counted(job: Job) -> None:
    """The result tells in how many frames text was looked for."""
    assert join(job, frames=frames(job, "", "", "Bee")).frames_read == 3


def test_equal_pictures_are_read_once(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames with the same bytes are read by the OCR once."""
    from media_ai.media import on_screen_text

    read: list[bytes] = []
    real = on_screen_text.ScreenReader.read

    def count(self: on_screen_text.ScreenReader, jpeg: bytes) -> tuple[on_screen_text.ScreenLine, ...]:
        read.append(jpeg)
        return real(self, jpeg)

    monkeypatch.setattr(on_screen_text.ScreenReader, "read", count)
    join(job, frames=frames(job, "Bee", "Bee", "Hive", "Bee"))
    assert len(read) == 2


def test_speech_is_joined(job: Job) -> None:
    """Lines of speech keep their time, speaker and confidence."""
    (region,) = join(job, transcript=speech((1, 2, "Hello."))).regions
    assert (TextSource.SPEECH, span(1, 2), "Hello.", "Anna", 0.5) == (
        region.source,
        region.time,
        region.text,
        region.speaker,
        region.confidence,
    )


def test_statements_are_joined(job: Job) -> None:
    """A statement lasts to the next frame; empty ones are left out."""
    regions = join(job, analyses=statements(job, "A bee.", "", "A hive.")).regions
    assert [("A bee.", span(0, 2)), ("A hive.", span(4, 10))] == [(region.text, region.time) for region in regions]


def test_lines_are_sorted_by_time(job: Job) -> None:
    """Lines of all sources stand in the order in which they begin."""
    found = join(
        job,
        frames=frames(job, "", "Waggle"),
        transcript=speech((0, 1, "First."), (5, 6, "Last.")),
        analyses=statements(job, "", "Statement."),
    )
    assert [region.text for region in found.regions] == ["First.", "Waggle", "Statement.", "Last."]


def test_silent_inputs_give_no_lines(job: Job) -> None:
    """An empty transcript is a valid input."""
    assert join(job, transcript=speech()).regions == ()
