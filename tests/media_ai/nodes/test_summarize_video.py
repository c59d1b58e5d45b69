"""Summaries that quote, and summaries that a model writes: what it is asked and what is made of its answer."""

from pathlib import Path
from typing import Any

import pytest

from media_ai.clients.models import ModelReply, ModelRequest
from media_ai.errors import InputError, ServiceError
from media_ai.job import Job
from media_ai.model.speech import Segment, Transcript
from media_ai.model.text import Summary, SummaryMethod, TextContent, TextRegion, TextSource
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Analyses, Analysis, Coverage, Frame, FrameSet
from media_ai.nodes import node_type
from media_ai.nodes.summarize_video import Inputs, Params, run
from media_ai.store.artifacts import Usage
from media_ai.testing import make_job
from media_ai_emulators.testing import Emulator
from tests.emulated import cloud_access

ANSWER: dict[str, Any] = {
    "summary": "Bees dance.",
    "chapters": [{"start_s": 0, "title": "Hive", "text": "Home."}, {"start_s": 40, "title": "Dance", "text": "Move."}],
    "keywords": ["bee", "Bee", "dance"],
}


class FakeModel:
    """Answers every request alike and keeps what it was asked."""

    def __init__(self, data: dict[str, Any] | None = None) -> None:
        self.data = data or ANSWER
        self.requests: list[ModelRequest] = []

    def answer(self, request: ModelRequest) -> ModelReply:
        self.requests.append(request)
        return ModelReply(data=self.data, usage=(Usage(model="fake/model", input_tokens=10),))


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return make_job(tmp_path)


def span(start: int, end: int) -> TimeRange:
    return TimeRange(start=Timecode.of_seconds(start), end=Timecode.of_seconds(end))


def transcript(*texts: str, length: int = 5) -> Transcript:
    """Say one text after the other."""
    segments = (Segment(time=span(at * length, (at + 1) * length), text=text) for at, text in enumerate(texts))
    return Transcript(source="srt", segments=tuple(segments))


def text_content(*lines: tuple[int, str, TextSource]) -> TextContent:
    regions = tuple(TextRegion(time=span(at, at + 5), text=text, source=source) for at, text, source in lines)
    return TextContent(model="local/rapidocr", regions=regions, frames_read=0)


def frames(job: Job, count: int, end: int = 100) -> FrameSet:
    shown = tuple(
        Frame(time=Timecode.of_seconds(at), image=job.store.put_bytes(f"jpeg {at}".encode(), "image/jpeg"))
        for at in range(count)
    )
    return FrameSet(width=64, height=64, frames=shown, coverage=coverage(end))


def coverage(end: int) -> Coverage:
    return Coverage(span=span(0, end), sampled=1, kept=1, largest_gap=1)


def summarize(job: Job, params: dict[str, Any] | None = None, **inputs: Any) -> Summary:
    return run(Params.model_validate(params or {}), Inputs.model_validate(inputs), job).summary


def ask(job: Job, model: FakeModel, *, params: dict[str, Any] | None = None, **inputs: Any) -> Summary:
    """Summarize with the fake model."""
    job._models["fake/model"] = model
    return summarize(job, {"model": "fake/model"} | (params or {}), **inputs)


def times(summary: Summary) -> list[tuple[str, int, int]]:
    return [(c.title, int(c.time.start.seconds), int(c.time.end.seconds)) for c in summary.chapters]


def test_it_is_in_the_library() -> None:
    """The node type is found under its file's name."""
    assert node_type("summarize_video").title == "Summarize video"


def test_nothing_wired_is_refused(job: Job) -> None:
    """Without any input the message says what to connect."""
    with pytest.raises(InputError, match="connect text, a transcript, analyses or frames"):
        summarize(job)


def test_an_unknown_local_model_is_refused(job: Job) -> None:
    """The message names the local model that there is."""
    with pytest.raises(InputError, match="local/extractive"):
        summarize(job, {"model": "local/other"}, transcript=transcript("Hello."))


def test_a_model_without_provider_is_refused(job: Job) -> None:
    """A model's name needs a provider."""
    with pytest.raises(InputError, match="provider/model"):
        summarize(job, {"model": "extractive"}, transcript=transcript("Hello."))


def test_the_extractive_summary_quotes(job: Job) -> None:
    """Without a model the summary is what was said, and says that it quotes."""
    found = summarize(job, transcript=transcript("Bees live in a large hive."))
    assert (found.text, found.method) == ("Bees live in a large hive.", SummaryMethod.EXTRACTIVE)


def test_the_span_is_that_of_the_frames(job: Job) -> None:
    """Chapters cover what the frames cover."""
    found = summarize(job, transcript=transcript("Bees live in a large hive."), frames=frames(job, 1))
    assert span(0, 100) == found.chapters[0].time


def test_without_frames_the_span_ends_with_the_last_line(job: Job) -> None:
    """Without frames chapters go from zero to the end of the last line."""
    assert span(0, 10) == summarize(job, transcript=transcript("Bees live.", "They fly.")).chapters[-1].time


def test_a_silent_video(job: Job) -> None:
    """A video in which nothing is said or shown has an empty summary and a notice, for the run too."""
    found = summarize(job, transcript=transcript())
    assert ("", found.notices) == (found.text, tuple(job.notices))
    assert "no speech" in found.notices[0]


def test_speech_is_not_counted_twice(job: Job) -> None:
    """A transcript wired beside text that holds its speech adds nothing."""
    model = FakeModel()
    text = text_content((0, "Bees live.", TextSource.SPEECH))
    ask(job, model, text=text, transcript=transcript("Bees live."))
    assert model.requests[0].text == "[0.0] Bees live."


def test_speech_is_added_to_text_on_screen(job: Job) -> None:
    """A transcript wired beside text without speech is used."""
    model = FakeModel()
    ask(job, model, text=text_content((2, "Title", TextSource.SCREEN)), transcript=transcript("Bees live."))
    assert model.requests[0].text == "[0.0] Bees live.\n[2.0] (on screen) Title"


def test_statements_are_added(job: Job) -> None:
    """Statements about frames are given to the model as such."""
    image = job.store.put_bytes(b"x", "image/jpeg")
    items = (Analysis(time=Timecode.of_seconds(3), image=image, text="A bee."),)
    model = FakeModel()
    ask(job, model, analyses=Analyses(model="a/b", items=items, coverage=coverage(10)))
    assert model.requests[0].text == "[3.0] (picture) A bee."


def test_a_speaker_is_given_to_the_model(job: Job) -> None:
    """Lines of speech begin with who says them."""
    segments = (Segment(time=span(0, 1), text="Hello.", speaker="Anna"),)
    model = FakeModel()
    ask(job, model, transcript=Transcript(source="srt", segments=segments))
    assert model.requests[0].text == "[0.0] Anna: Hello."


def test_what_a_model_writes(job: Job) -> None:
    """The answer becomes the summary, labelled as written by a model; keywords are not repeated."""
    found = ask(job, FakeModel(), transcript=transcript("Hello."), frames=frames(job, 1))
    assert (
        found.text,
        found.method,
        found.model,
        found.keywords,
    ) == ("Bees dance.", SummaryMethod.GENERATIVE, "fake/model", ("bee", "dance"))


def test_usage_is_recorded(job: Job) -> None:
    """What the call used is recorded with the result."""
    ask(job, FakeModel(), transcript=transcript("Hello."))
    assert [usage.input_tokens for usage in job.usage] == [10]


def test_the_instructions_hold_the_wishes(job: Job) -> None:
    """The prompt, the language and the limits reach the model."""
    model = FakeModel()
    ask(
        job,
        model,
        params={"prompt": "Be brief.", "language": "fr", "max_sentences": 3},
        transcript=transcript("Hello."),
    )
    instructions = model.requests[0].instructions
    assert (
        "Be brief." in instructions,
        "language fr" in instructions,
        "3 sentences" in instructions,
    ) == (True, True, True)


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (5, 5), (90, 32)])
def test_at_most_32_pictures(job: Job, count: int, expected: int) -> None:
    """Frames are shown to the model, 32 at most."""
    model = FakeModel()
    ask(job, model, transcript=transcript("Hello."), frames=frames(job, count))
    assert expected == len(model.requests[0].pictures)


def test_pictures_are_chosen_evenly(job: Job) -> None:
    """The chosen frames are spread over the whole video."""
    model = FakeModel()
    ask(job, model, frames=frames(job, 96))
    assert [3 * at + 1 for at in range(32)] == [int(picture.time.seconds) for picture in model.requests[0].pictures]


def test_nothing_to_see_or_read_asks_no_model(job: Job) -> None:
    """A silent video without frames costs nothing."""
    model = FakeModel()
    found = ask(job, model, transcript=transcript())
    assert (found.text, len(model.requests)) == ("", 0)


def test_chapters_are_contiguous(job: Job) -> None:
    """A chapter ends where the next begins, the last at the end of the span."""
    found = ask(job, FakeModel(), transcript=transcript("Hello."), frames=frames(job, 1))
    assert times(found) == [("Hive", 0, 40), ("Dance", 40, 100)]
    assert found.notices == ()


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ([40, 0], [("1", 0, 40), ("0", 40, 100)]),
        ([0, 40, 500], [("0", 0, 40), ("1", 40, 100)]),
        ([-5, 40], [("0", 0, 40), ("1", 40, 100)]),
        ([0, 40, 40], [("0", 0, 40), ("1", 40, 100)]),
        ([20, 40], [("0", 0, 40), ("1", 40, 100)]),
        ([900], [("0", 0, 100)]),
        ([float("nan"), 0], [("1", 0, 100)]),
    ],
)
def test_wrong_chapter_times_are_corrected(job: Job, starts: list[float], expected: list[tuple[str, int, int]]) -> None:
    """Times out of order, outside the video, doubled, or that leave a gap are corrected, and a notice says so."""
    chapters = [{"start_s": start, "title": str(at), "text": ""} for at, start in enumerate(starts)]
    found = ask(job, FakeModel(ANSWER | {"chapters": chapters}), frames=frames(job, 1))
    assert expected == times(found)
    assert "corrected" in found.notices[0]


def test_too_many_chapters_are_joined(job: Job) -> None:
    """More chapters than wished are joined, the shortest first."""
    chapters = [{"start_s": start, "title": str(start), "text": ""} for start in (0, 30, 35, 70)]
    found = ask(job, FakeModel(ANSWER | {"chapters": chapters}), params={"max_chapters": 3}, frames=frames(job, 1))
    assert times(found) == [("0", 0, 35), ("35", 35, 70), ("70", 70, 100)]


def test_a_long_text_is_summarized_in_parts(job: Job) -> None:
    """A text of more than 24,000 characters is asked in parts, then once for all of them."""
    model = FakeModel()
    found = ask(job, model, transcript=transcript(*[f"Line {at} {'x' * 90}" for at in range(500)]))
    assert len(model.requests) == 4
    assert all(len(request.text) <= 24_000 for request in model.requests)
    assert "in 3 parts" in found.notices[0]


def test_no_line_of_a_long_text_is_lost(job: Job) -> None:
    """Every line is in one of the parts."""
    model = FakeModel()
    lines = [f"Line {at} {'x' * 90}" for at in range(500)]
    ask(job, model, transcript=transcript(*lines))
    asked = "\n".join(request.text for request in model.requests[:-1])
    assert [line for line in lines if line not in asked] == []


def test_parts_overlap(job: Job) -> None:
    """A part begins with the last lines of the one before."""
    model = FakeModel()
    ask(job, model, transcript=transcript(*[f"Line {at} {'x' * 90}" for at in range(500)]))
    first, second = (request.text.splitlines() for request in model.requests[:2])
    assert second[0] in first


def test_the_last_request_holds_the_parts(job: Job) -> None:
    """The final request is made of the summaries of the parts, with their chapters' times."""
    model = FakeModel()
    ask(job, model, transcript=transcript(*[f"Line {at} {'x' * 90}" for at in range(500)]))
    assert (
        model.requests[-1].text.count("Bees dance."),
        model.requests[-1].text.count("[40] Chapter: Dance"),
    ) == (3, 3)


def test_pictures_go_with_their_part(job: Job) -> None:
    """Each picture is shown once, with the part of the text that it belongs to."""
    model = FakeModel()
    lines = transcript(*[f"Line {at} {'x' * 90}" for at in range(500)], length=1)
    ask(job, model, transcript=lines, frames=frames(job, 500, end=500))
    assert sum(len(request.pictures) for request in model.requests) == 32


def test_a_model_that_writes_too_much(job: Job) -> None:
    """Summaries of parts that never fit together are cut, and a notice says so; the work ends."""
    model = FakeModel(ANSWER | {"summary": "y" * 20_000})
    found = ask(job, model, transcript=transcript(*[f"Line {at} {'x' * 90}" for at in range(500)]))
    assert "cut to" in found.notices[1]
    assert len(model.requests[-1].text) <= 24_000


def test_at_half_price_each_round_is_one_batch(tmp_path: Path, emulator: Emulator) -> None:
    """The parts of a long text go as one batch, their summaries as a second one; no question is asked singly."""
    job = make_job(tmp_path, access=cloud_access(emulator))
    text = transcript(*("蜜蜂在花丛中跳舞。" * 200 for _ in range(30)))
    params = {"model": "modelstudio/qwen-plus", "at_half_price": True}
    summary = summarize(job, params, transcript=text)

    assert summary.text
    assert len(emulator.calls("dashscope", "batches")) == 2
    assert not emulator.calls("dashscope", "text-generation")
    assert len(job.usage) > 2
    assert all(usage.is_batch for usage in job.usage)


def test_a_part_that_a_content_filter_refuses_is_left_out_and_told(tmp_path: Path, emulator: Emulator) -> None:
    """The rest of a long text is summarized; where all of it is refused, that is the error."""
    job = make_job(tmp_path, access=cloud_access(emulator))
    blocked = ["EMULATOR-BLOCKED-CONTENT " * 20]
    text = transcript(*blocked, *("Bees dance to tell the others the way. " * 60 for _ in range(30)))
    summary = summarize(job, {"model": "modelstudio/qwen-plus"}, transcript=text)
    assert summary.text
    assert any("Part 1 of the text was refused" in notice for notice in summary.notices)

    with pytest.raises(ServiceError, match="content filter"):
        summarize(job, {"model": "modelstudio/qwen-plus"}, transcript=transcript(*blocked))
