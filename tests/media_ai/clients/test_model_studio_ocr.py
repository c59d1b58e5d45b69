"""Qwen-OCR with places, against the emulator and against answers that it does not give."""

import json

import numpy as np
import pytest

from media_ai.clients.access import Access
from media_ai.clients.credentials import ModelStudioCredentials
from media_ai.clients.model_studio_ocr import read_picture, reads_places
from media_ai.errors import ErrorKind, ServiceError
from media_ai.media.pictures import encode_jpeg
from tests.emulated import model_studio_credentials, quick
from tests.local_server import LocalServer

JPEG = encode_jpeg(np.zeros((200, 400, 3), np.uint8), 80)


def answered(body: object, status: int = 200):
    """Return what `read_picture` makes of an answer, and what was asked."""
    asked = []

    def answer(headers, data):
        asked.append(json.loads(data))
        return status, body

    with LocalServer(answer) as server:
        known = ModelStudioCredentials(
            api_key="sk-sentinel", base_url=server.credentials.base_url.replace("/v1", "/api/v1")
        )
        reply = read_picture("qwen-vl-ocr", JPEG, Access(credentials_of=lambda _: known), retry=quick())
    return reply, asked[0]


def of_words(*words: object, finish: str = "stop"):
    content = [{"ocr_result": {"words_info": list(words)}, "text": "..."}]
    choice = {"finish_reason": finish, "message": {"role": "assistant", "content": content}}
    return {"output": {"choices": [choice]}, "usage": {"input_tokens": 9, "output_tokens": 4}, "request_id": "r"}


@pytest.mark.parametrize("protocol", ["native", "openai"])
def test_lines_come_with_their_corners_and_usage(emulator, protocol):
    """DashScope's own address is asked whatever the protocol: in OpenAI's the places are lost."""
    address = {"native": emulator.dashscope_url, "openai": emulator.openai_url}[protocol]
    known = model_studio_credentials(emulator, protocol=protocol, base_url=address)
    reply = read_picture("qwen-vl-ocr-latest", JPEG, Access(credentials_of=lambda _: known))

    assert [word.text[:15] for word in reply.words] == ["EMULATED LINE 1", "EMULATED LINE 2", "EMULATED LINE 3"]
    assert reply.words[0].corners == ((40.0, 40.0), (240.0, 40.0), (240.0, 60.0), (40.0, 60.0))
    assert (reply.usage.model, reply.usage.output_tokens) == ("modelstudio/qwen-vl-ocr-latest", 60)
    assert reply.usage.input_tokens > 0
    assert [call.operation for call in emulator.calls()] == ["multimodal-generation"]


def test_the_task_and_the_bounds_of_pixels_are_asked_for():
    """The picture goes as data, so that nothing is uploaded elsewhere."""
    _, asked = answered(of_words())
    (picture,) = asked["input"]["messages"][0]["content"]

    assert asked["parameters"] == {"ocr_options": {"task": "advanced_recognition"}}
    assert (picture["min_pixels"], picture["max_pixels"]) == (3072, 8388608)
    assert picture["image"].startswith("data:image/jpeg;base64,")


def test_a_turned_rectangle_is_understood_where_there_are_no_corners():
    """Centre, width, height and angle; a line without any place keeps its text."""
    reply, _ = answered(
        of_words({"text": "up", "rotate_rect": [100, 50, 40, 20, 90]}, {"text": " there "}, {"text": "  "})
    )
    (xs, ys) = zip(*reply.words[0].corners, strict=True)

    assert [word.text for word in reply.words] == ["up", "there"]
    assert (min(xs), max(xs), min(ys), max(ys)) == pytest.approx((90, 110, 30, 70))
    assert reply.words[1].corners == ()


def test_half_a_character_becomes_a_whole_one():
    """JSON can hold half an emoji; no file or database can."""
    reply, _ = answered(of_words({"text": "\ud83d ok", "location": [0, 0, 1, 0, 1, 1, 0, 1]}))
    assert reply.words[0].text == "? ok"


def test_a_picture_without_text_has_no_lines():
    """Whichever way the service says so."""
    assert answered(of_words())[0].words == ()
    nothing = of_words()
    nothing["output"]["choices"][0]["message"]["content"] = [{"text": ""}]
    assert answered(nothing)[0].words == ()


def test_an_answer_that_was_cut_says_so():
    """There was more text than fits."""
    assert answered(of_words({"text": "a"}, finish="length"))[0].is_cut


@pytest.mark.parametrize(
    "body",
    [
        {"output": {}},
        {"output": {"choices": []}},
        of_words({"no": "text"}),
        of_words({"text": "a", "location": [1, 2, 3]}),
        of_words({"text": "a", "rotate_rect": [1, 2]}),
        of_words({"text": "a", "location": ["x"] * 8}),
        of_words("a"),
    ],
)
def test_an_answer_of_another_form_is_an_error_of_ours(body):
    """A model that does not know the task is named."""
    with pytest.raises(ServiceError, match="qwen-vl-ocr answered without the places") as caught:
        answered(body)
    assert not caught.value.kind.is_retryable


@pytest.mark.parametrize("fault", ["throttle", "server_error", "cut", "error_body"])
def test_troubles_pass_or_are_tried_again_later(emulator, fault):
    """A short one is survived within the call; a long one is for Airflow's retry."""
    access = Access(credentials_of=lambda _: model_studio_credentials(emulator))
    emulator.faults().add("dashscope", fault, times=2)
    assert read_picture("qwen-vl-ocr", JPEG, access, retry=quick()).words

    emulator.faults().add("dashscope", fault, times=20)
    with pytest.raises(ServiceError) as caught:
        read_picture("qwen-vl-ocr", JPEG, access, retry=quick())
    assert caught.value.kind in {ErrorKind.THROTTLED, ErrorKind.TRANSIENT}


def test_a_picture_that_is_refused_is_blocked_content(emulator):
    """Not tried again."""
    access = Access(credentials_of=lambda _: model_studio_credentials(emulator))
    with pytest.raises(ServiceError) as caught:
        read_picture("qwen-vl-ocr", JPEG + b"EMULATOR-BLOCKED-CONTENT", access, retry=quick())
    assert caught.value.kind is ErrorKind.BLOCKED_CONTENT
    assert len(emulator.calls()) == 1


def test_only_the_ocr_models_read_places():
    """Other models that see are asked for JSON."""
    assert [name for name in ("qwen-vl-ocr", "qwen-vl-ocr-2025-11-20", "qwen3-vl-plus") if reads_places(name)] == [
        "qwen-vl-ocr",
        "qwen-vl-ocr-2025-11-20",
    ]
