"""On-screen text read by models elsewhere: Qwen-OCR by the emulator, others by a server that speaks OpenAI's protocol."""

import json
from pathlib import Path

import pytest

from media_ai.clients.access import Access
from media_ai.errors import ConfigurationError, InputError, ServiceError
from media_ai.model.text import TextContent, TextSource
from media_ai.model.vision import Frame, FrameSet
from media_ai.nodes import node_type
from media_ai.nodes.extract_text import Inputs, Params, run
from media_ai.testing import make_job
from media_ai_emulators.testing import Emulator
from tests.emulated import cloud_access, model_studio_credentials
from tests.local_server import LocalServer
from tests.media_ai.nodes.test_extract_text import frames, span, speech

OCR = "modelstudio/qwen-vl-ocr"


def job_of(folder: Path, emulator: Emulator):
    return make_job(folder, access=cloud_access(emulator))


def read(job, shown: FrameSet, model: str = OCR, **params) -> TextContent:
    return run(Params(model=model, **params), Inputs(frames=shown), job).text


def blocked(job, shown: FrameSet, *indexes: int) -> FrameSet:
    """Return frames of which some are refused by the emulated content filter."""
    kept = list(shown.frames)
    for index in indexes:
        image = job.store.put_bytes(job.store.read(kept[index].image) + b"EMULATOR-BLOCKED-CONTENT", "image/jpeg")
        kept[index] = Frame(time=kept[index].time, image=image)
    return shown.model_copy(update={"frames": tuple(kept)})


class Reader(LocalServer):
    """A model that sees: answers what is queued for each picture, and keeps what it was asked."""

    def __init__(self, *answers: object):
        self.answers, self.asked = list(answers), []
        super().__init__(self._answer)

    def _answer(self, headers, body):
        self.asked.append(json.loads(body))
        said = self.answers.pop(0)
        if isinstance(said, tuple):
            return said
        message = {"role": "assistant", "content": json.dumps(said)}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
        return 200, {
            "id": "r",
            "object": "chat.completion",
            "created": 0,
            "model": "m",
            "choices": [choice],
            "usage": usage,
        }

    def job(self, folder: Path):
        return make_job(folder, access=Access(credentials_of=lambda _: self.credentials))


def lines(*texts: str, left: float = 0.1, **box: float):
    place = {"left": left, "top": 0.4, "width": 0.5, "height": 0.1} | box
    return {"lines": [{"text": text, "box": place} for text in texts]}


def test_the_ocr_model_tells_lines_with_their_places(tmp_path, emulator):
    """Places are fractions of the picture; the confidence, which the service does not tell, is absent."""
    job = job_of(tmp_path, emulator)
    text = read(job, frames(job, "Bee", "Bee"))
    first, second, third = text.regions

    assert (text.model, text.frames_read) == (OCR, 2)
    assert {region.source for region in text.regions} == {TextSource.SCREEN}
    assert {region.confidence for region in text.regions} == {None}
    assert {region.time for region in text.regions} == {span(0, 10)}
    assert [region.text[:15] for region in (first, second, third)] == [f"EMULATED LINE {n}" for n in (1, 2, 3)]
    assert first.box.model_dump() == pytest.approx({"left": 0.1, "top": 0.2, "width": 0.5, "height": 0.1})


def test_equal_pictures_are_paid_for_once(tmp_path, emulator):
    """A still scene costs one call, and its usage is counted once."""
    job = job_of(tmp_path, emulator)
    read(job, frames(job, "Bee", "Bee", "Hive", "Bee"))

    assert len(emulator.calls("dashscope")) == len(job.usage) == 2
    assert {usage.model for usage in job.usage} == {OCR}


def test_a_refused_frame_is_told_and_the_others_are_read(tmp_path, emulator):
    """A content filter is no crash; the notice names the frame."""
    job = job_of(tmp_path, emulator)
    shown = blocked(job, frames(job, "One", "Two", "Three"), 1)
    text = read(job, shown)

    assert text.frames_read == 2
    assert len(text.regions) >= 3
    assert job.notices == [
        "The frame at 0:00:01.000 was refused by the content filter of modelstudio/qwen-vl-ocr; its text is missing."
    ]


def test_what_was_paid_for_is_kept_for_the_next_try(tmp_path, emulator):
    """A service that fails in the middle costs nothing twice, and all usage is in the result."""
    job = job_of(tmp_path, emulator)
    shown = frames(job, "One", "Two", "Three", "Four")
    emulator.faults().add("dashscope", "expired_token", skip=2)
    with pytest.raises(ServiceError):
        read(job, shown)
    again = job_of(tmp_path, emulator)
    text = read(again, shown)

    assert text.frames_read == 4
    assert len(emulator.calls("dashscope")) == 5  # two, the one that failed, and the two that were missing
    assert len({usage.request_id for usage in again.usage}) == 4


@pytest.mark.parametrize("protocol", ["native", "openai"])
def test_another_model_of_model_studio_answers_in_json(tmp_path, emulator, protocol):
    """Any model that sees is asked for lines with boxes."""
    address = {"native": emulator.dashscope_url, "openai": emulator.openai_url}[protocol]
    known = model_studio_credentials(emulator, protocol=protocol, base_url=address)
    job = make_job(tmp_path, access=Access(credentials_of=lambda _: known))
    text = read(job, frames(job, "Bee"), model="modelstudio/qwen3-vl-plus")

    assert [region.text[:13] for region in text.regions] == ["Emulated text"]
    assert text.regions[0].box.model_dump() == {"left": 1, "top": 1, "width": 0, "height": 0}
    assert job.usage[0].model == "modelstudio/qwen3-vl-plus"


def test_the_prompt_is_what_a_model_is_asked(tmp_path):
    """People edit it; the picture goes with its time, alone."""
    with Reader(lines("Waggle dance")) as server:
        job = server.job(tmp_path)
        text = read(job, frames(job, "Waggle dance"), model="openai/m", prompt="Read only names. 蜜蜂")
    system, user = server.asked[0]["messages"]

    assert system["content"].startswith("Read only names. 蜜蜂\n")
    assert [part["type"] for part in user["content"]] == ["text", "image_url", "text"]
    assert [(region.text, region.box.left) for region in text.regions] == [("Waggle dance", 0.1)]
    assert (job.usage[0].input_tokens, job.usage[0].output_tokens) == (7, 3)


def test_a_line_that_stays_becomes_one_line(tmp_path):
    """Frames are read alone and joined as those of the local model are; empty lines are left out."""
    with Reader(lines("Waggle dance", " "), lines("Waggle  Dance"), lines()) as server:
        job = server.job(tmp_path)
        (region,) = read(job, frames(job, "1", "2", "3"), model="openai/m").regions

    assert (region.text, region.time) == ("Waggle dance", span(0, 2))


def test_a_box_is_kept_inside_the_picture(tmp_path):
    """A model may place a line over the edge."""
    with Reader(lines("Edge", left=0.9)) as server:
        job = server.job(tmp_path)
        box = read(job, frames(job, "Edge"), model="openai/m").regions[0].box

    assert box.left + box.width <= 1


def test_an_answer_in_pixels_is_asked_for_once_more_then_refused(tmp_path):
    """Places are never guessed."""
    with Reader(lines("a", left=120), lines("a", left=0.2), lines("b", left=7), lines("b", left=7)) as server:
        job = server.job(tmp_path)
        assert read(job, frames(job, "a"), model="openai/m").regions[0].box.left == 0.2
        with pytest.raises(ServiceError, match="answered twice in a form"):
            read(job, frames(job, "b"), model="openai/m")


def test_all_sources_are_still_joined(tmp_path, emulator):
    """Speech stands beside what a model read, and keeps its confidence."""
    job = job_of(tmp_path, emulator)
    inputs = Inputs(frames=frames(job, "Bee"), transcript=speech((0, 1, "Hello.")))
    regions = run(Params(model=OCR), inputs, job).text.regions

    assert [(region.text, region.confidence) for region in regions if region.source is TextSource.SPEECH] == [
        ("Hello.", 0.5)
    ]
    assert len(regions) == 4


def test_no_model_is_asked_without_frames(tmp_path):
    """Credentials are not needed to join speech."""
    job = make_job(tmp_path)
    assert run(Params(model=OCR), Inputs(transcript=speech((0, 1, "Hello."))), job).text.frames_read == 0


def test_missing_credentials_are_named(tmp_path):
    """Before a frame is sent, and before any node runs: the node says which service it needs."""
    job = make_job(tmp_path)
    with pytest.raises(ConfigurationError, match="Model Studio"):
        read(job, frames(job, "Bee"))
    services = node_type("extract_text").services
    assert [services(Params(model=model), None) for model in (OCR, "openai/m", "local/rapidocr")] == [
        ("modelstudio",),
        ("openai",),
        (),
    ]


@pytest.mark.parametrize("model", ["", "gpt", "local/gpt", "/x", "x/"])
def test_a_model_that_cannot_exist_is_an_issue(model):
    """Found before anything runs, at the field."""
    assert [issue.field for issue in node_type("extract_text").params_issues("n", {"model": model})] == ["model"]


def test_stored_graphs_stay_valid():
    """More models are no other meaning: the version is the same, and so is the default."""
    assert node_type("extract_text").version == 1
    assert node_type("extract_text").parse_params("n", {}).model == "local/rapidocr"
    with pytest.raises(InputError, match="at least 1"):
        node_type("extract_text").parse_params("n", {"prompt": ""})
