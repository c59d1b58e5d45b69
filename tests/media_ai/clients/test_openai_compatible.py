"""The openai provider against a local server that speaks the protocol."""

import json

import pytest

from media_ai.clients.access import Access
from media_ai.clients.credentials import OpenAICredentials
from media_ai.clients.models import ModelRequest, Picture, open_model
from media_ai.clients.openai_compatible import list_models
from media_ai.errors import ErrorKind, InputError, ServiceError
from media_ai.model.time import Timecode
from tests.local_server import LocalServer

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


class Server(LocalServer):
    """Answers with what is queued: a text, or a status with an error body; keeps what it was asked."""

    def __init__(self):
        self.answers, self.asked, self.headers = [], [], []
        model = {"id": "m1", "object": "model", "created": 0, "owned_by": "me"}
        super().__init__(self._answer, listed={"object": "list", "data": [model]})

    def _answer(self, headers, body):
        self.asked.append(json.loads(body))
        self.headers.append(dict(headers))
        return self.answers.pop(0)

    def says(self, text, finish="stop"):
        choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}}
        usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
        self.answers.append(
            (
                200,
                {
                    "id": f"req-{len(self.answers)}",
                    "object": "chat.completion",
                    "created": 0,
                    "model": "m",
                    "choices": [choice],
                    "usage": usage,
                },
            )
        )

    def fails(self, status, code):
        self.answers.append((status, {"error": {"message": "no", "code": code, "type": code}}))


@pytest.fixture
def server():
    """A server on the loopback address."""
    running = Server()
    yield running
    running.close()


def ask(server, **changes):
    fields = {"instructions": "Count.", "text": "How many?", "output_schema": SCHEMA} | changes
    return open_model("openai/m", Access(credentials_of=lambda _: server.credentials)).answer(ModelRequest(**fields))


def test_a_marker_with_its_time_stands_before_each_frame(server):
    """Models take frames for evenly spaced: each is announced with its second."""
    server.says('{"n": 2}')
    pictures = tuple(Picture(time=Timecode.of_seconds(second), jpeg=b"\xff\xd8") for second in (0, 12))
    ask(server, pictures=pictures)
    parts = server.asked[0]["messages"][1]["content"]

    assert [part.get("text", "image") for part in parts] == [
        "<0.0 seconds>",
        "image",
        "<12.0 seconds>",
        "image",
        "How many?",
    ]
    assert parts[1]["image_url"]["url"] == "data:image/jpeg;base64,/9g="


def test_the_schema_is_sent_and_the_answer_with_its_usage_returned(server):
    """Server-side structure is asked for; tokens and the request's id are recorded."""
    server.says('{"n": 2}')
    reply = ask(server)

    assert server.asked[0]["response_format"]["json_schema"]["schema"] == SCHEMA
    assert reply.data == {"n": 2}
    assert [(usage.model, usage.input_tokens, usage.output_tokens, usage.request_id) for usage in reply.usage] == [
        ("openai/m", 7, 3, "req-0")
    ]


@pytest.mark.parametrize("bad", ["no json", '{"n": "two"}', "[]", ""])
def test_an_answer_against_the_schema_is_asked_for_once_more(server, bad):
    """The model hears what was wrong; both calls are counted."""
    server.says(bad)
    server.says('{"n": 2}')
    reply = ask(server)

    assert reply.data == {"n": 2}
    assert len(reply.usage) == 2
    assert "cannot be used" in server.asked[1]["messages"][-1]["content"]


def test_a_second_bad_answer_is_an_error_that_is_not_retried(server):
    """Two answers against the schema end the node."""
    server.says("x")
    server.says("y")

    with pytest.raises(ServiceError, match="answered twice in a form that cannot be used") as caught:
        ask(server)
    assert not caught.value.kind.is_retryable


def test_an_answer_that_was_cut_off_is_never_taken_for_whole(server):
    """Even if the rest happens to be JSON."""
    server.says('{"n": 2}', finish="length")
    server.says('{"n": 3}')

    assert ask(server).data == {"n": 3}


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "invalid_api_key", ErrorKind.AUTH),
        (403, "forbidden", ErrorKind.PERMISSION),
        (404, "model_not_found", ErrorKind.INVALID),
        (429, "rate_limit", ErrorKind.THROTTLED),
        (429, "insufficient_quota", ErrorKind.QUOTA),
        (500, "oops", ErrorKind.TRANSIENT),
        (400, "bad", ErrorKind.INVALID),
    ],
)
def test_errors_have_a_kind_and_never_the_key(server, status, code, kind):
    """The kind decides whether Airflow retries."""
    server.fails(status, code)

    with pytest.raises(ServiceError) as caught:
        ask(server)
    assert (caught.value.kind, caught.value.code) == (kind, code)
    assert "sk-sentinel" not in str(caught.value)


def test_a_server_that_is_not_there_is_transient(server, monkeypatch):
    """No connection: try again later."""
    credentials = OpenAICredentials(base_url="http://127.0.0.1:9/v1", api_key="k")

    with pytest.raises(ServiceError) as caught:
        list_models(credentials)
    assert caught.value.kind is ErrorKind.TRANSIENT


def test_the_servers_models_are_listed(server):
    """Used by Test Connection and by the doctor."""
    assert list_models(server.credentials) == ["m1"]


def test_credentials_do_not_show_the_key():
    """Nor does any message that holds them."""
    assert "sentinel" not in repr(OpenAICredentials(base_url="http://x", api_key="sentinel"))


def test_a_schema_fetches_nothing(server, tmp_path):
    """A reference to a file or an address is not followed, and the answer says so."""
    secret = tmp_path / "secret.json"
    secret.write_text('{"const": "SENTINEL"}')
    server.says('{"a": 1}')
    schema = {"type": "object", "properties": {"a": {"$ref": secret.as_uri()}}}

    with pytest.raises(InputError, match="refers to") as caught:
        ask(server, output_schema=schema)
    assert "SENTINEL" not in str(caught.value)


def test_half_a_character_becomes_a_whole_one(server):
    """JSON can hold half an emoji; no file or database can."""
    server.says('{"n": 2, "text": "\\ud83d ok"}')

    assert ask(server).data["text"] == "? ok"
