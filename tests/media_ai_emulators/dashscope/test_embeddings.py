"""Embeddings of texts and pictures, by the SDK and by OpenAI's protocol."""

import base64
import math
from collections.abc import Iterator

import dashscope
import openai
import pytest
from dashscope.v2 import errors

from media_ai_emulators.testing import Emulator

MULTIMODAL = "/services/embeddings/multimodal-embedding/multimodal-embedding"


@pytest.fixture
def client(emulator: Emulator) -> Iterator[dashscope.Client]:
    """The SDK's 2.0 client."""
    with dashscope.Client(api_key=emulator.keys.api_key, base_url=emulator.dashscope_url, max_retries=0) as client:
        yield client


def _near(first: list[float], second: list[float]) -> float:
    return sum(one * other for one, other in zip(first, second, strict=True))


def test_texts_that_are_alike_are_near(client: dashscope.Client) -> None:
    """Vectors have unit length and the size asked for, are repeatable, and near for texts that share words."""
    texts = [
        "a red car drives through the city",
        "the red car in the city",
        "bread is baked at night",
        "红色的汽车",
        "红色汽车",
    ]
    answer = client.embeddings.create(model="text-embedding-v4", input=texts, dimension=256)
    vectors = [found.embedding for found in answer.embeddings]
    assert [len(vector) for vector in vectors] == [256] * 5
    assert math.isclose(_near(vectors[0], vectors[0]), 1.0, rel_tol=1e-5)
    assert _near(vectors[0], vectors[1]) > 0.4 > _near(vectors[0], vectors[2]) + 0.1
    assert _near(vectors[3], vectors[4]) > 0.4
    assert answer.usage.total_tokens > 0
    again = client.embeddings.create(model="text-embedding-v4", input=texts[:1], dimension=256)
    assert again.embeddings[0].embedding == vectors[0]


def test_limits_of_texts(client: dashscope.Client) -> None:
    """More than ten texts, an unknown dimension and an unknown model are refused."""
    with pytest.raises(errors.BadRequestError, match="should not be larger than 10"):
        client.embeddings.create(model="text-embedding-v4", input=["a"] * 11)
    with pytest.raises(errors.BadRequestError, match="dimension"):
        client.embeddings.create(model="text-embedding-v4", input="a", dimension=100)
    with pytest.raises(errors.NotFoundError):
        client.embeddings.create(model="text-embedding-v99", input="a")


def test_openai_embeddings(emulator: Emulator, client: dashscope.Client) -> None:
    """OpenAI's protocol gives the same vectors."""
    with openai.OpenAI(api_key=emulator.keys.api_key, base_url=emulator.openai_url, max_retries=0) as openai_client:
        found = openai_client.embeddings.create(
            model="text-embedding-v4", input=["a"], dimensions=64, encoding_format="float"
        )
    native = client.embeddings.create(model="text-embedding-v4", input="a", dimension=64)
    assert found.data[0].embedding == native.embeddings[0].embedding


def test_pictures(client: dashscope.Client) -> None:
    """Equal pictures have equal vectors; a name brings a picture near to a text."""
    answer = client.multimodal.embeddings.create(
        model="tongyi-embedding-vision-plus",
        input=[
            {"image": "https://example.com/red-car.jpg"},
            {"image": "https://example.com/red-car.jpg"},
            {"text": "a red car"},
            {"text": "bread at night"},
        ],
        dimension=512,
    )
    vectors = [found.embedding for found in answer.embeddings]
    assert vectors[0] == vectors[1]
    assert _near(vectors[0], vectors[2]) > _near(vectors[0], vectors[3])
    assert answer.usage.model_dump()["image_count"] == 2


def test_inappropriate_and_oversized_content_is_refused(emulator: Emulator, client: dashscope.Client) -> None:
    """A text or a picture with the emulator's word is blocked; a picture above 3 MB is too large for these models."""
    with pytest.raises(errors.ContentFilterError):
        client.embeddings.create(model="text-embedding-v4", input=["fine", "EMULATOR-BLOCKED-CONTENT"])
    for data, error in ((b"EMULATOR-BLOCKED-CONTENT", errors.ContentFilterError), (b"x" * (3 << 20), None)):
        address = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
        body = {"model": "tongyi-embedding-vision-plus", "input": {"contents": [{"image": address}]}}
        reply = client.transport.request("POST", MULTIMODAL, json=body)
        if error is None:
            assert reply.status_code == 200
            continue
        with pytest.raises(error):
            errors.check_response(reply)
    address = f"data:image/jpeg;base64,{base64.b64encode(b'x' * ((3 << 20) + 1)).decode()}"
    body = {"model": "tongyi-embedding-vision-plus", "input": {"contents": [{"image": address}]}}
    assert client.transport.request("POST", MULTIMODAL, json=body).status_code == 400
