"""The modelstudio provider: the vendor's SDK against an emulator that checks keys and counts calls."""

import json

import numpy as np
import pytest

from media_ai.clients.access import Access
from media_ai.clients.credentials import ModelStudioCredentials
from media_ai.clients.model_studio import base_url_of
from media_ai.clients.models import ModelRequest, Picture, open_model
from media_ai.errors import ErrorKind, ServiceError
from media_ai.media.pictures import encode_jpeg
from media_ai.model.time import Timecode
from media_ai_emulators.testing import Emulator, running_emulator

SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}, "what": {"type": "string"}},
    "required": ["n", "what"],
}


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    """All cloud services on one port."""
    with running_emulator(tmp_path_factory.mktemp("cloud")) as running:
        yield running


@pytest.fixture(autouse=True)
def _clean(emulator: Emulator):
    emulator.reset()


def credentials(emulator: Emulator, **changes: str) -> ModelStudioCredentials:
    fields = {"api_key": "sk-emulator-api-key", "base_url": emulator.dashscope_url, "protocol": "native"}
    return ModelStudioCredentials(**(fields | changes))


def ask(
    emulator: Emulator, *, text: str = "How many?", pictures: int = 0, model: str = "qwen3-vl-plus", **changes: str
):
    jpeg = encode_jpeg(np.zeros((32, 32, 3), np.uint8), 80)
    shown = tuple(Picture(time=Timecode.of_seconds(second), jpeg=jpeg) for second in range(pictures))
    request = ModelRequest(instructions="Count.", text=text, pictures=shown, output_schema=SCHEMA)
    return open_model(f"modelstudio/{model}", Access(credentials_of=lambda _: credentials(emulator, **changes))).answer(
        request
    )


@pytest.mark.parametrize("protocol", ["native", "openai"])
@pytest.mark.parametrize("pictures", [0, 3])
def test_the_answer_fits_the_schema_and_its_usage_is_counted(emulator, protocol, pictures):
    """Text and pictures, in both protocols of the service."""
    address = {"native": emulator.dashscope_url, "openai": emulator.openai_url}[protocol]
    reply = ask(emulator, pictures=pictures, protocol=protocol, base_url=address)
    (usage,) = reply.usage

    assert set(reply.data) == {"n", "what"}
    assert usage.model == "modelstudio/qwen3-vl-plus"
    assert usage.input_tokens > 0
    assert usage.request_id
    assert len(emulator.calls("dashscope")) == 1


def test_text_that_names_a_file_stays_text(emulator, tmp_path):
    """The old SDK uploads a file whose path is the text of a message; nothing of the kind happens."""
    secret = tmp_path / "secret.txt"
    secret.write_text("sentinel")
    ask(emulator, text=str(secret), pictures=1)

    assert [call.operation for call in emulator.calls()] == [call.operation for call in emulator.calls("dashscope")]
    assert len(emulator.calls()) == 1


@pytest.mark.parametrize(
    ("changes", "kind", "sentence"),
    [
        ({"api_key": "sk-wrong-sentinel"}, ErrorKind.AUTH, "region"),
        ({"model": "no-such-model"}, ErrorKind.INVALID, "no-such-model"),
        ({"text": "EMULATOR-BLOCKED-CONTENT"}, ErrorKind.BLOCKED_CONTENT, "content filter"),
    ],
)
def test_refusals_are_of_their_kind(emulator, changes, kind, sentence):
    """The sentence says what to do, without the key."""
    with pytest.raises(ServiceError, match=sentence) as caught:
        ask(emulator, **changes)

    assert caught.value.kind is kind
    assert "sentinel" not in caught.value.message


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("throttle", ErrorKind.THROTTLED),
        ("server_error", ErrorKind.TRANSIENT),
        ("cut", ErrorKind.TRANSIENT),
    ],
)
def test_troubles_pass_or_are_tried_again_later(emulator, fault, kind):
    """A short one is survived within the call; a long one is for Airflow's retry."""
    emulator.faults().add("dashscope", fault, times=1)
    assert ask(emulator).data

    emulator.faults().add("dashscope", fault, times=20)
    with pytest.raises(ServiceError) as caught:
        ask(emulator)
    assert caught.value.kind is kind
    assert caught.value.kind.is_retryable


def test_an_error_inside_a_success_is_an_error(emulator):
    """HTTP 200 with an error body is no answer."""
    emulator.faults().add("dashscope", "error_body", times=20)

    with pytest.raises(ServiceError):
        ask(emulator)


def test_a_prompt_of_any_text_reaches_the_model_as_it_is(emulator):
    """Odd characters are data."""
    assert ask(emulator, text='蜜蜂 🐝 "quoted" \\ {"json": 1} \u202e' + json.dumps({"a": "b"})).data


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({}, "https://dashscope.aliyuncs.com/api/v1"),
        ({"region": "us-east-1"}, "https://dashscope-us.aliyuncs.com/api/v1"),
        ({"region": "ap-southeast-1", "protocol": "openai"}, "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"),
        ({"region": "eu-central-1", "workspace": "ws-1"}, "https://ws-1.eu-central-1.maas.aliyuncs.com/api/v1"),
        ({"base_url": "http://127.0.0.1:9/api/v1/"}, "http://127.0.0.1:9/api/v1"),
    ],
)
def test_every_region_has_its_address(fields, address):
    """Keys are bound to their region, and the SDK's own table is wrong for some."""
    assert base_url_of(ModelStudioCredentials(api_key="k", **fields)) == address
