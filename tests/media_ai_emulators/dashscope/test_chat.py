"""Chat, text and vision, by the vendor's SDK in both protocols and by OpenAI's."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dashscope
import openai
import oss2
import pytest
from dashscope.v2 import errors
from jsonschema import Draft202012Validator

from media_ai_emulators.dashscope.conversation import BLOCKED
from media_ai_emulators.testing import Emulator

_PNG = base64.b64encode(
    b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (640).to_bytes(4, "big") + (360).to_bytes(4, "big")
).decode()
_PICTURE = f"data:image/png;base64,{_PNG}"
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "summary": {"type": "string", "maxLength": 40},
        "kind": {"enum": ["a", "b"]},
        "chapters": {
            "type": "array",
            "minItems": 1,
            "items": {"$ref": "#/$defs/chapter"},
        },
        "note": {"anyOf": [{"type": "null"}, {"type": "string"}]},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
    },
    "required": ["summary", "kind", "chapters", "note", "score"],
    "additionalProperties": False,
    "$defs": {
        "chapter": {
            "type": "object",
            "properties": {"start_s": {"type": "number"}, "frame": {"type": "integer", "minimum": 1}},
            "required": ["start_s", "frame"],
        }
    },
}


@pytest.fixture
def client(emulator: Emulator) -> Iterator[dashscope.Client]:
    """The SDK's 2.0 client, native protocol, no retries."""
    with dashscope.Client(
        api_key=emulator.keys.api_key, base_url=emulator.dashscope_url, timeout=10, max_retries=0
    ) as client:
        yield client


@pytest.fixture
def openai_client(emulator: Emulator) -> Iterator[openai.OpenAI]:
    """OpenAI's client, no retries."""
    with openai.OpenAI(
        api_key=emulator.keys.api_key, base_url=emulator.openai_url, timeout=10, max_retries=0
    ) as client:
        yield client


def _ask(client: dashscope.Client, content: Any, model: str = "qwen-plus", **parameters: Any) -> Any:
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": content}], **parameters)


def test_text(client: dashscope.Client) -> None:
    """A text is answered the same way every time, with usage and a request id."""
    first, second = _ask(client, "hello"), _ask(client, "hello")
    assert first.output_text == second.output_text == "qwen-plus was given 0 images, 5 characters."
    assert (first.usage.input_tokens, first.usage.total_tokens) == (2, 2 + first.usage.output_tokens)
    assert first.request_id != second.request_id


def test_pictures_and_videos(client: dashscope.Client) -> None:
    """The answer tells how many pictures and frames came, their sizes, and the times marked before them."""
    content = [
        {"type": "text", "text": "<1.5 seconds>"},
        {"type": "image", "url": _PICTURE},
        {"type": "video", "frames": [_PICTURE] * 4, "fps": 2},
        {"type": "text", "text": "describe"},
    ]
    answer = _ask(client, content, model="qwen3-vl-plus")
    assert "1 images (640x360), a video of 4 frames, times 1.5" in answer.output_text
    assert answer.usage.image_tokens == 23 * 13 + 2
    assert answer.usage.video_tokens > 0


def test_json_by_schema(client: dashscope.Client, openai_client: openai.OpenAI) -> None:
    """An answer to json_schema satisfies it; times in it are those that were marked."""
    text = "<1.0 seconds> <2.5 seconds> json"
    response_format: Any = {"type": "json_schema", "json_schema": {"name": "s", "schema": _SCHEMA}}
    native = json.loads(_ask(client, text, response_format=response_format).output_text)
    completion = openai_client.chat.completions.create(
        model="qwen-plus", messages=[{"role": "user", "content": text}], response_format=response_format
    )
    assert native == json.loads(completion.choices[0].message.content or "")
    Draft202012Validator(_SCHEMA).validate(native)
    assert native["chapters"] == [{"start_s": 1.0, "frame": 1}, {"start_s": 2.5, "frame": 2}]


def test_json_without_a_schema(client: dashscope.Client) -> None:
    """json_object follows a schema in the text, and needs the word JSON there."""
    found = _ask(client, f"Answer as JSON: {json.dumps(_SCHEMA)}", response_format={"type": "json_object"})
    Draft202012Validator(_SCHEMA).validate(json.loads(found.output_text))
    assert json.loads(_ask(client, "json", response_format={"type": "json_object"}).output_text)["answer"]
    with pytest.raises(errors.BadRequestError, match="must contain the word 'json'"):
        _ask(client, "hello", response_format={"type": "json_object"})


def test_an_answer_is_cut_off(client: dashscope.Client, openai_client: openai.OpenAI) -> None:
    """max_tokens cuts the answer and says so."""
    answer = _ask(client, "hello", max_tokens=3)
    assert (answer.choices[0].finish_reason, answer.usage.output_tokens) == ("length", 3)
    completion = openai_client.chat.completions.create(
        model="qwen-plus", messages=[{"role": "user", "content": "hello"}], max_tokens=3
    )
    assert completion.choices[0].finish_reason == "length"


def test_streams(client: dashscope.Client, openai_client: openai.OpenAI) -> None:
    """Both protocols stream the same answer in pieces."""
    whole = _ask(client, "hello").output_text
    pieces = [chunk.delta.content or "" for chunk in _ask(client, "hello", stream=True) if chunk.delta]
    assert len(pieces) > 1
    assert "".join(pieces) == whole
    stream = openai_client.chat.completions.create(
        model="qwen-plus",
        messages=[{"role": "user", "content": "hello"}],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == whole
    assert chunks[-1].usage is not None


def test_openai_pictures(emulator: Emulator, openai_client: openai.OpenAI) -> None:
    """OpenAI's picture parts, and DashScope's frame lists in that protocol, are counted."""
    completion = openai_client.chat.completions.create(
        model="qwen3-vl-plus",
        messages=[{"role": "user", "content": [{"type": "image_url", "image_url": {"url": _PICTURE}}]}],
    )
    assert "1 images (640x360)" in (completion.choices[0].message.content or "")
    assert completion.usage is not None
    assert completion.usage.prompt_tokens > 300
    with dashscope.Client(
        api_key=emulator.keys.api_key, base_url=emulator.openai_url, protocol="openai", max_retries=0
    ) as client:
        content = [{"type": "video", "frames": [_PICTURE] * 3, "fps": 2}]
        assert "a video of 3 frames" in _ask(client, content, model="qwen3-vl-plus").output_text
    assert "qwen-plus" in [model.id for model in openai_client.models.list()]


def test_a_local_file_is_uploaded_first(emulator: Emulator, client: dashscope.Client, tmp_path: Path) -> None:
    """The SDK uploads local frames by one certificate, and the model reads them as oss:// addresses."""
    for name in ("1", "2"):
        (tmp_path / f"{name}.png").write_bytes(base64.b64decode(_PNG))
    frames = [f"file://{tmp_path}/{name}.png" for name in ("1", "2")]
    answer = _ask(client, [{"type": "video", "frames": frames}, {"type": "text", "text": "x"}], model="qwen3-vl-plus")
    assert "a video of 2 frames" in answer.output_text
    assert len(emulator.calls("dashscope", "uploads")) == 1
    assert len(emulator.calls("oss", "PostObject")) == 2


def test_a_signed_address_is_checked(
    emulator: Emulator, client: dashscope.Client, make_bucket: Callable[..., oss2.Bucket]
) -> None:
    """A picture in this emulator's OSS is read through its signed address; without a signature it cannot be."""
    bucket = make_bucket(emulator)
    bucket.put_object("frame 1.png", base64.b64decode(_PNG))
    url = bucket.sign_url("GET", "frame 1.png", 60, slash_safe=True)
    assert "(640x360)" in _ask(client, [{"type": "image", "url": url}], model="qwen3-vl-plus").output_text
    with pytest.raises(errors.BadRequestError, match="Failed to download"):
        _ask(client, [{"type": "image", "url": url.partition("?")[0]}], model="qwen3-vl-plus")


def test_text_in_pictures(emulator: Emulator) -> None:
    """qwen-vl-ocr gives words with four corners inside the picture."""
    dashscope.base_http_api_url = emulator.dashscope_url
    answer = dashscope.MultiModalConversation.call(
        model="qwen-vl-ocr",
        messages=[{"role": "user", "content": [{"image": _PICTURE, "min_pixels": 3072}]}],
        ocr_options={"task": "advanced_recognition"},
        api_key=emulator.keys.api_key,
    )
    words = answer.output.choices[0].message.content[0]["ocr_result"]["words_info"]
    assert len(words) == 3
    assert all(0 <= at <= 640 for word in words for at in word["location"])


def test_errors_have_their_classes(emulator: Emulator, client: dashscope.Client, openai_client: openai.OpenAI) -> None:
    """A wrong key, an unknown model, a wrong address and blocked content give the SDKs' own exceptions."""
    with (
        dashscope.Client(api_key="sk-wrong", base_url=emulator.dashscope_url, max_retries=0) as wrong,
        pytest.raises(errors.AuthenticationError) as caught,
    ):
        _ask(wrong, "hello")
    assert caught.value.code == "InvalidApiKey"
    with pytest.raises(errors.NotFoundError):
        _ask(client, "hello", model="no-such-model")
    with pytest.raises(errors.BadRequestError, match="url error"):
        _ask(client, "hello", model="qwen3-vl-plus")
    with pytest.raises(errors.ContentFilterError):
        _ask(client, BLOCKED)
    with (
        openai.OpenAI(api_key="sk-wrong", base_url=emulator.openai_url, max_retries=0) as wrong_openai,
        pytest.raises(openai.AuthenticationError) as refused,
    ):
        wrong_openai.models.list()
    assert refused.value.code == "invalid_api_key"
    with pytest.raises(openai.NotFoundError):
        openai_client.chat.completions.create(model="gpt-1", messages=[{"role": "user", "content": "x"}])
    assert "sk-" not in str(emulator.calls())
