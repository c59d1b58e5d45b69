"""Requests to Model Studio for which the SDK has no method, or one that loses a part of the answer, by the SDK's transport."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from media_ai.clients.access import Access
from media_ai.clients.credentials import ModelStudioCredentials
from media_ai.clients.model_studio_access import client_of, failure_of, translated
from media_ai.clients.model_studio_turns import take_turn
from media_ai.clients.retrying import Retry
from media_ai.clients.spending import paying
from media_ai.store.artifacts import Usage


@dataclass(frozen=True, kw_only=True)
class Question:
    """
    A body for a model, which has no effect but its answer, so that it may be sent again.

    Attributes:
        model: Its name without the provider.
        path: Below the base URL of its protocol.
        body: JSON.
        tokens: What the call may use, estimated.
        output_tokens: Those of them that the answer may have.
        picture_tokens: Beside them, of pictures that do not count for how much the model takes.
        count: Returns the tokens of question and answer from what the service says that the call used.
        is_native: It is asked in DashScope's own protocol, whatever the connection says.
        timeout_s: Of one try.
    """

    model: str
    path: str
    body: Mapping[str, Any]
    count: Callable[[Mapping[str, Any]], tuple[int, int]]
    tokens: float = 0
    output_tokens: int = 0
    picture_tokens: int = 0
    is_native: bool = True
    timeout_s: float = 120.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The body of an answer, and the record of the call."""

    body: Mapping[str, Any]
    usage: Usage


def ask(question: Question, access: Access, credentials: ModelStudioCredentials, retry: Retry) -> Answer:
    """
    Return the model's answer; every try takes a turn.

    Raises:
        InputError: The question is longer than the model takes.
        ServiceError: The service refused or failed.
    """

    def once(_: int) -> Answer:
        take_turn(access, credentials, question.model, tokens=question.tokens)
        with paying(access.spending, _foreseen(question)) as bill:
            body = _send(question, credentials)
            return Answer(body=body, usage=bill.add(_used(question, body)))

    return retry.call(f"modelstudio/{question.model}", once)


def _foreseen(question: Question) -> Usage:
    return Usage(
        model=f"modelstudio/{question.model}",
        input_tokens=max(round(question.tokens) - question.output_tokens, 0) + question.picture_tokens,
        output_tokens=question.output_tokens,
    )


def _used(question: Question, body: Mapping[str, Any]) -> Usage:
    input_tokens, output_tokens = question.count(body.get("usage") or {})
    return Usage(
        model=f"modelstudio/{question.model}",
        request_id=body.get("request_id") or body.get("id"),
        input_tokens=input_tokens,
        output_tokens=output_tokens,
    )


def _send(question: Question, credentials: ModelStudioCredentials) -> Mapping[str, Any]:
    from dashscope.v2.errors import check_response

    if question.is_native:
        address = credentials.base_url.replace("/compatible-mode/v1", "/api/v1")
        credentials = credentials.model_copy(update={"protocol": "native", "base_url": address})
    with translated(credentials, question.model):
        transport = client_of(credentials, retries=0).transport
        reply = transport.request("POST", question.path, json=dict(question.body), timeout=question.timeout_s)
        check_response(reply)
    try:
        body = reply.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise failure_of("EmptyAnswer", None, credentials, question.model)
    if error := body.get("error"):
        # OpenAI's form, which the SDK does not look for where the status is 200.
        code = error.get("code") if isinstance(error, Mapping) else None
        raise failure_of(str(code or "EmptyAnswer"), None, credentials, question.model)
    return body
