"""Embedding models of both providers: Model Studio through the SDK's transport, others through OpenAI's library."""

import json
import math

import pytest

from media_ai.clients.access import Access
from media_ai.clients.credentials import ModelStudioCredentials
from media_ai.clients.embedding import (
    EmbeddingLimits,
    Patience,
    batches_of,
    cut_text,
    open_embedder,
    read_vectors,
    tokens_in,
)
from media_ai.errors import ConfigurationError, ErrorKind, ServiceError
from media_ai.testing import no_credentials
from media_ai_emulators.testing import Emulator
from tests.emulated import model_studio_credentials, quick
from tests.local_server import LocalServer

IMPATIENT = Patience(retry=quick())


def embedder(emulator: Emulator, model: str = "text-embedding-v4", *, protocol: str = "native", **options):
    address = {"native": emulator.dashscope_url, "openai": emulator.openai_url}[protocol]
    known = model_studio_credentials(emulator, protocol=protocol, base_url=address)
    return open_embedder(f"modelstudio/{model}", Access(credentials_of=lambda _: known), **options)


class Turns:
    """Limits that never wait and count the turns."""

    def __init__(self):
        self.keys = []

    def reserve(self, key, *, interval_s, burst_s=0.0):
        self.keys.append(key)
        return 0.0


class Server(LocalServer):
    """Answers with what is queued; keeps what it was asked."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []
        super().__init__(self._answer)

    def _answer(self, headers, body):
        self.asked.append(json.loads(body))
        return self.answers.pop(0)

    def as_model_studio(self, **changes) -> ModelStudioCredentials:
        address = self.credentials.base_url.replace("/v1", "/api/v1")
        return ModelStudioCredentials(**{"api_key": "sk-sentinel", "base_url": address} | changes)


def openai_answer(*vectors, **changes):
    data = [{"object": "embedding", "index": at, "embedding": vector} for at, vector in enumerate(vectors)]
    usage = {"prompt_tokens": 5, "total_tokens": 5}
    return 200, {"object": "list", "data": data, "model": "m", "usage": usage} | changes


def native_answer(*vectors):
    embeddings = [{"text_index": at, "embedding": vector} for at, vector in enumerate(vectors)]
    return 200, {"output": {"embeddings": embeddings}, "usage": {"total_tokens": 3}, "request_id": "r-1"}


def test_both_protocols_give_the_same_vectors(emulator):
    """In OpenAI's protocol the connection's own address is asked, which the SDK's own method does not do."""
    texts = ["a waggle dance", "蜜蜂跳舞 🐝", "\u202e\\ \"quoted\" {'json': 1}"]
    native, compatible = (embedder(emulator, protocol=protocol).embed_texts(texts) for protocol in ("native", "openai"))

    assert native.vectors == compatible.vectors
    assert [len(vector) for vector in native.vectors] == [1024] * 3
    assert [call.operation for call in emulator.calls("dashscope")] == ["text-embedding", "embeddings"]
    assert {(reply.usage[0].model, reply.usage[0].input_tokens > 0) for reply in (native, compatible)} == {
        ("modelstudio/text-embedding-v4", True)
    }
    assert all(reply.usage[0].request_id for reply in (native, compatible))


@pytest.mark.parametrize("protocol", ["native", "openai"])
def test_a_dimension_can_be_chosen(emulator, protocol):
    """Where the model lets one."""
    assert len(embedder(emulator, protocol=protocol, dimension=64).embed_texts(["a"]).vectors[0]) == 64
    with pytest.raises(ServiceError, match="InvalidParameter|invalid_parameter") as caught:
        embedder(emulator, protocol=protocol, dimension=65).embed_texts(["a"])
    assert caught.value.kind is ErrorKind.INVALID


@pytest.mark.parametrize("protocol", ["native", "openai"])
def test_a_model_that_sees_is_asked_in_its_own_protocol(emulator, protocol):
    """There are no pictures in OpenAI's; texts and pictures of one model can be compared. Pictures go as data."""
    model = embedder(emulator, "tongyi-embedding-vision-plus", protocol=protocol)
    pictures = model.embed_pictures([b"\xff\xd8one", b"\xff\xd8two"])
    texts = model.embed_texts(["a bee"])

    assert model.limits.pictures == 8
    assert {len(vector) for vector in (*pictures.vectors, *texts.vectors)} == {1152}
    assert pictures.vectors[0] != pictures.vectors[1]
    assert pictures.usage[0].input_tokens == 800
    assert {call.operation for call in emulator.calls()} == {"multimodal-embedding"}


def test_what_a_model_takes_is_in_the_connections_table(emulator):
    """Ten texts of text-embedding-v4, no pictures; an administrator can say otherwise."""
    known = embedder(emulator).limits
    table = '{"text-embedding-v4": {"batch": 3, "context_tokens": 100, "pictures": 2}}'
    own = model_studio_credentials(emulator, models=table)
    changed = open_embedder("modelstudio/text-embedding-v4", Access(credentials_of=lambda _: own)).limits

    assert (known.texts, known.pictures, known.tokens) == (10, 0, 8192)
    assert (changed.texts, changed.pictures, changed.tokens) == (3, 2, 100)


def test_queries_and_documents_are_told_apart():
    """What is searched with is another kind of text than what is searched in; no path or picture goes with it."""
    with Server(native_answer([1.0, 0.0]), native_answer([1.0, 0.0])) as server:
        model = open_embedder(
            "modelstudio/text-embedding-v4", Access(credentials_of=lambda _: server.as_model_studio())
        )
        model.embed_texts(["bees"])
        model.embed_texts(["bees"], is_query=True)

    assert [asked["parameters"] for asked in server.asked] == [{"text_type": "document"}, {"text_type": "query"}]
    assert server.asked[0]["input"] == {"texts": ["bees"]}


def test_vectors_are_put_in_the_order_of_the_texts():
    """The service's own order does not count, its numbers do."""
    status, body = native_answer([1.0, 0.0], [0.0, 1.0])
    body["output"]["embeddings"].reverse()
    with Server((status, body)) as server:
        access = Access(credentials_of=lambda _: server.as_model_studio())
        vectors = open_embedder("modelstudio/text-embedding-v4", access).embed_texts(["a", "b"]).vectors

    assert vectors == ((1.0, 0.0), (0.0, 1.0))


@pytest.mark.parametrize("fault", ["throttle", "server_error", "error_body", "cut"])
@pytest.mark.parametrize("protocol", ["native", "openai"])
def test_troubles_pass_and_every_try_takes_a_turn(emulator, fault, protocol):
    """Also HTTP 200 with an error inside. What lasts is for Airflow's retry."""
    turns = Turns()
    address = {"native": emulator.dashscope_url, "openai": emulator.openai_url}[protocol]
    known = model_studio_credentials(emulator, protocol=protocol, base_url=address)
    access = Access(credentials_of=lambda _: known, limits=turns)
    model = open_embedder("modelstudio/text-embedding-v4", access, patience=IMPATIENT)
    emulator.faults().add("dashscope", fault, times=2)
    assert len(model.embed_texts(["a"]).vectors) == 1
    assert sum(key.endswith(":calls") for key in turns.keys) == 3

    emulator.faults().add("dashscope", fault, times=20)
    with pytest.raises(ServiceError) as caught:
        model.embed_texts(["a"])
    assert caught.value.kind.is_retryable
    assert "sk-" not in caught.value.message


@pytest.mark.parametrize(
    ("changes", "kind", "sentence"),
    [
        ({"api_key": "sk-wrong-sentinel"}, ErrorKind.AUTH, "region"),
        ({"model": "text-embedding-v99"}, ErrorKind.INVALID, "text-embedding-v99"),
        ({"text": "EMULATOR-BLOCKED-CONTENT"}, ErrorKind.BLOCKED_CONTENT, "content filter"),
    ],
)
def test_refusals_are_of_their_kind_and_not_repeated(emulator, changes, kind, sentence):
    """The sentence says what to do, without the key."""
    known = model_studio_credentials(emulator, **{k: v for k, v in changes.items() if k == "api_key"})
    model = f"modelstudio/{changes.get('model', 'text-embedding-v4')}"
    with pytest.raises(ServiceError, match=sentence) as caught:
        open_embedder(model, Access(credentials_of=lambda _: known)).embed_texts([changes.get("text", "a")])

    assert caught.value.kind is kind
    assert "sentinel" not in caught.value.message
    assert len(emulator.calls()) == 1


def test_an_openai_server_is_asked_for_floats_and_only_for_a_dimension_that_was_chosen():
    """Many servers know neither base64 nor other dimensions than their own."""
    with Server(openai_answer([1.0], [2.0]), openai_answer([1.0])) as server:
        access = Access(credentials_of=lambda _: server.credentials)
        reply = open_embedder("openai/bge-m3", access).embed_texts(["a", "b"])
        open_embedder("openai/bge-m3", access, dimension=1).embed_texts(["a"])

    assert server.asked[0] == {"model": "bge-m3", "input": ["a", "b"], "encoding_format": "float"}
    assert server.asked[1]["dimensions"] == 1
    assert reply.vectors == ((1.0,), (2.0,))
    assert (reply.usage[0].model, reply.usage[0].input_tokens) == ("openai/bge-m3", 5)


def test_an_openai_server_that_fails_for_a_while_is_asked_again():
    """Throttling and 5xx; a refusal is final."""
    broken = 500, {"error": {"message": "no", "code": "oops"}}
    with Server((429, {"error": {"message": "slow", "code": "rate_limit"}}), broken, openai_answer([1.0])) as server:
        model = open_embedder("openai/m", Access(credentials_of=lambda _: server.credentials), patience=IMPATIENT)
        assert model.embed_texts(["a"]).vectors == ((1.0,),)
    with Server((400, {"error": {"message": "too long", "code": "bad"}})) as server:
        model = open_embedder("openai/m", Access(credentials_of=lambda _: server.credentials), patience=IMPATIENT)
        with pytest.raises(ServiceError, match="too long"):
            model.embed_texts(["a"])


def test_an_openai_server_takes_no_pictures():
    """The protocol has none, and the limits say so."""
    with Server() as server:
        model = open_embedder("openai/m", Access(credentials_of=lambda _: server.credentials))
        assert model.limits.pictures == 0
        with pytest.raises(ServiceError, match="takes no pictures"):
            model.embed_pictures([b"x"])


@pytest.mark.parametrize(
    "answer",
    [
        openai_answer([1.0]),
        openai_answer([1.0], [1.0], [1.0]),
        openai_answer([1.0], []),
        openai_answer([1.0, 2.0], [1.0]),
        openai_answer([1.0], [math.nan]),
        openai_answer([1.0], [math.inf]),
        openai_answer([], []),
        openai_answer([1.0], ["x"]),
        openai_answer(data=[]),
    ],
    ids=["few", "many", "empty", "uneven", "nan", "inf", "none", "words", "nothing"],
)
def test_an_answer_that_is_no_vector_for_each_text_is_refused(answer):
    """Rows are never shifted to other texts."""
    with Server(answer) as server:
        model = open_embedder("openai/m", Access(credentials_of=lambda _: server.credentials))
        with pytest.raises(ServiceError, match="Is it an embedding model") as caught:
            model.embed_texts(["a", "b"])
    assert not caught.value.kind.is_retryable


@pytest.mark.parametrize("body", [[], "x", {}, {"output": None}, {"output": {"embeddings": [{"text_index": 0}]}}])
def test_a_native_answer_of_another_form_is_an_error_of_ours(body):
    """Nothing but our own errors reaches a person."""
    with Server(*[(200, body)] * 9) as server:
        access = Access(credentials_of=lambda _: server.as_model_studio())
        model = open_embedder("modelstudio/text-embedding-v4", access, patience=IMPATIENT)
        with pytest.raises(ServiceError):
            model.embed_texts(["a"])


def test_missing_credentials_and_unknown_providers_are_named():
    """Before anything is sent."""
    with pytest.raises(ConfigurationError, match="Model Studio"):
        open_embedder("modelstudio/text-embedding-v4", Access(credentials_of=no_credentials))
    with pytest.raises(ConfigurationError, match="unknown provider 'modlestudio'"):
        open_embedder("modlestudio/x", Access(credentials_of=no_credentials))


def test_a_long_text_is_cut_to_what_the_model_takes():
    """As little as possible is lost, in any script; what fits stays as it is."""
    assert cut_text("short", 2) == "short"
    for text in ("word " * 5_000, "蜜蜂" * 9_000, "🐝 bee " * 4_000, "x" * 100_000):
        cut = cut_text(text, 1_000)
        assert text.startswith(cut)
        assert 990 <= tokens_in(cut) <= 1_000


def test_a_text_that_cannot_be_sent_is_mended(emulator):
    """Half a character from a terminal, a NUL from a file."""
    assert cut_text("a\udc80b\0c", 100) == "a?bc"
    assert embedder(emulator).embed_texts([cut_text("\udc80", 10)]).vectors


def test_calls_hold_as_many_texts_as_the_model_takes():
    """Neither more texts nor more tokens; order and all texts are kept."""
    texts = ["蜜" * size for size in (5, 5, 5, 1, 1, 1, 1, 10)]
    calls = list(batches_of(texts, EmbeddingLimits(texts=3, tokens=10)))

    assert [text for call in calls for text in call] == texts
    assert [len(call) for call in calls] == [2, 3, 2, 1]
    assert list(batches_of([], EmbeddingLimits(texts=3, tokens=10))) == []


def test_numbers_that_repeat_are_no_vector_for_each_text():
    """Two vectors with the same number leave one text without any."""
    found = [{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [2.0]}]
    with pytest.raises(ServiceError, match="something else than 2 vectors"):
        read_vectors(found, index="index", wanted=2, provider="openai", model="m")
