"""Answers in JSON from chat models: the question as messages, the check against the schema, and asking once more."""

import base64
import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.exceptions import Unresolvable

from media_ai.clients.models import ModelReply, ModelRequest
from media_ai.errors import ErrorKind, InputError, ServiceError
from media_ai.store.artifacts import Usage

log = logging.getLogger(__name__)

_FENCE = re.compile(r"^```(?:json)?\s*|\s*```$")

Messages = list[dict[str, Any]]
"""In OpenAI's form, which both SDKs take."""


@dataclass(frozen=True, kw_only=True)
class Completion:
    """What a model wrote; `is_cut` when it ran out of tokens."""

    text: str
    is_cut: bool
    usage: Usage


def ask_for_json(model: str, request: ModelRequest, complete: Callable[[Messages], Completion]) -> ModelReply:
    """
    Return an answer that satisfies the request's schema; one that does not is asked for once more.

    Args:
        model: "provider/model", for messages.
        request: The question.
        complete: Calls the model; raises ServiceError.

    Raises:
        ServiceError: The service refused or failed, or answered twice against the schema.
    """
    messages = messages_of(request)
    usage: list[Usage] = []
    for _ in range(2):
        completion = complete(messages)
        usage.append(completion.usage)
        data, problem = read_answer(completion, request)
        if problem is None:
            return ModelReply(data=data, usage=tuple(usage))
        log.warning("The answer of %s does not fit (%s); asking once more", model, problem)
        again = f"That answer cannot be used: {problem}. Answer again with JSON that fits the schema."
        said = [{"role": "assistant", "content": completion.text}] if completion.text else []
        messages = [*messages, *said, {"role": "user", "content": again}]
    raise ServiceError(
        f"{model} answered twice in a form that cannot be used: {problem}. Simplify the prompt or the schema.",
        service=model.partition("/")[0],
        code="invalid_answer",
        kind=ErrorKind.INVALID,
    )


def messages_of(request: ModelRequest) -> Messages:
    """Return a question in the form that both SDKs take."""
    parts: list[dict[str, Any]] = []
    for picture in request.pictures:
        # Models take frames for evenly spaced unless they are told otherwise.
        marker = picture.label or f"{float(picture.time.seconds):.1f} seconds"
        parts.append({"type": "text", "text": f"<{marker}>"})
        address = f"data:image/jpeg;base64,{base64.b64encode(picture.jpeg).decode()}"
        parts.append({"type": "image_url", "image_url": {"url": address}})
    parts.append({"type": "text", "text": request.text})
    schema = json.dumps(request.output_schema, ensure_ascii=False)
    system = f"{request.instructions}\n\nAnswer only with JSON that fits this JSON Schema:\n{schema}"
    return [{"role": "system", "content": system}, {"role": "user", "content": parts}]


def read_answer(completion: Completion, request: ModelRequest) -> tuple[dict[str, Any], str | None]:
    """Return the answer's data, and what is wrong with it."""
    if completion.is_cut:
        return {}, f"it was cut off after {request.max_output_tokens} tokens; be shorter"
    if not completion.text:
        return {}, "it is empty"
    try:
        # Some servers put JSON into a Markdown fence even when a schema is asked for.
        data = json.loads(_FENCE.sub("", completion.text.strip()))
    except ValueError as exc:
        return {}, f"it is not JSON ({exc})"
    data = _encodable(data)
    # An empty registry fetches nothing: a reference in a user's schema could name any file or address.
    validator = Draft202012Validator(dict(request.output_schema), registry=Registry())
    try:
        error = next(validator.iter_errors(data), None)
    except Unresolvable as exc:
        raise InputError(f"The output schema refers to '{exc.ref}', which is not in it. Write it out.") from None
    return data, None if error is None else f"{error.json_path}: {error.message[:300]}"


def _encodable(value: Any) -> Any:
    """Replace halves of surrogate pairs, which JSON can hold and no file or database can."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {_encodable(name): _encodable(item) for name, item in value.items()}
    return value
