"""Models behind any OpenAI-compatible server: OpenAI, Ollama, vLLM, Model Studio's compatible mode."""

import base64
import json
import logging
import re
from typing import Any

import openai
from jsonschema import Draft202012Validator

from media_ai.clients.models import Credentials, ModelReply, ModelRequest
from media_ai.errors import ErrorKind, ServiceError
from media_ai.store.artifacts import Usage

log = logging.getLogger(__name__)

_TIMEOUT_S = 300.0
_FENCE = re.compile(r"^```(?:json)?\s*|\s*```$")


class OpenAICompatibleModel:
    """Chat completions with pictures and a JSON schema; the answer is validated and asked for once more if it fails."""

    def __init__(self, model: str, credentials: Credentials) -> None:
        self._name = model
        self._client = open_client(credentials)

    def answer(self, request: ModelRequest) -> ModelReply:
        """
        Return an answer that satisfies the request's schema.

        Raises:
            ServiceError: The service refused or failed, or answered twice against the schema.
        """
        messages = _messages(request)
        usage: list[Usage] = []
        for _ in range(2):
            completion = self._complete(messages, request)
            usage.append(_usage(self._name, completion))
            text, data, problem = _read(completion, request)
            if problem is None:
                return ModelReply(data=data, usage=tuple(usage))
            log.warning("The answer of %s does not fit (%s); asking once more", self._name, problem)
            messages = [
                *messages,
                {"role": "assistant", "content": text},
                {
                    "role": "user",
                    "content": f"That answer cannot be used: {problem}. Answer again with JSON that fits the schema.",
                },
            ]
        raise ServiceError(
            f"openai/{self._name} answered twice in a form that cannot be used: {problem}. Simplify the prompt or the schema.",
            service="openai",
            code="invalid_answer",
            kind=ErrorKind.INVALID,
        )

    def _complete(self, messages: list[Any], request: ModelRequest) -> Any:
        schema = {"name": "answer", "schema": dict(request.output_schema)}
        answer_format: Any = {"type": "json_schema", "json_schema": schema}
        try:
            return self._client.chat.completions.create(
                model=self._name,
                messages=messages,
                max_tokens=request.max_output_tokens,
                response_format=answer_format,
            )
        except openai.OpenAIError as exc:
            raise translate(exc, self._name) from exc


def list_models(credentials: Credentials) -> list[str]:
    """
    Return the names of the models that the server offers.

    Raises:
        ServiceError: The server refused or cannot be reached.
    """
    try:
        return [model.id for model in open_client(credentials).models.list()]
    except openai.OpenAIError as exc:
        raise translate(exc, "models") from exc


def open_client(credentials: Credentials) -> openai.OpenAI:
    """Return a client of the server."""
    # Servers on the own machine need no key, but the library insists on one.
    return openai.OpenAI(
        base_url=credentials.base_url, api_key=credentials.api_key or "none", timeout=_TIMEOUT_S, max_retries=2
    )


def _messages(request: ModelRequest) -> list[Any]:
    parts: list[dict[str, Any]] = []
    for picture in request.pictures:
        # Models take frames for evenly spaced unless they are told otherwise.
        parts.append({"type": "text", "text": f"<{float(picture.time.seconds):.1f} seconds>"})
        address = f"data:image/jpeg;base64,{base64.b64encode(picture.jpeg).decode()}"
        parts.append({"type": "image_url", "image_url": {"url": address}})
    parts.append({"type": "text", "text": request.text})
    schema = json.dumps(request.output_schema, ensure_ascii=False)
    system = f"{request.instructions}\n\nAnswer only with JSON that fits this JSON Schema:\n{schema}"
    return [{"role": "system", "content": system}, {"role": "user", "content": parts}]


def _read(completion: Any, request: ModelRequest) -> tuple[str, dict[str, Any], str | None]:
    """Return the answer's text, its data, and what is wrong with it."""
    if not completion.choices:
        return "", {}, "it is empty"
    choice = completion.choices[0]
    text = choice.message.content or ""
    if choice.finish_reason == "length":
        return text, {}, f"it was cut off after {request.max_output_tokens} tokens; be shorter"
    try:
        # Some servers put JSON into a Markdown fence even when a schema is asked for.
        data = json.loads(_FENCE.sub("", text.strip()))
    except ValueError as exc:
        return text, {}, f"it is not JSON ({exc})"
    error = next(Draft202012Validator(dict(request.output_schema)).iter_errors(data), None)
    return text, data, None if error is None else f"{error.json_path}: {error.message[:300]}"


def _usage(model: str, completion: Any) -> Usage:
    counted = completion.usage
    return Usage(
        model=f"openai/{model}",
        request_id=completion.id,
        input_tokens=counted.prompt_tokens if counted else 0,
        output_tokens=counted.completion_tokens if counted else 0,
    )


_KINDS: tuple[tuple[type[openai.OpenAIError], ErrorKind, str], ...] = (
    (openai.AuthenticationError, ErrorKind.AUTH, "Check the API key of the connection 'media_ai_openai'."),
    (openai.PermissionDeniedError, ErrorKind.PERMISSION, "The key may not use this model."),
    (openai.NotFoundError, ErrorKind.INVALID, "Check the model's name and the base URL."),
    (openai.RateLimitError, ErrorKind.THROTTLED, "It is tried again later."),
    (openai.APIConnectionError, ErrorKind.TRANSIENT, "Check the base URL; it is tried again later."),
    (openai.InternalServerError, ErrorKind.TRANSIENT, "It is tried again later."),
    (openai.BadRequestError, ErrorKind.INVALID, "The server does not accept the request."),
)


def translate(error: openai.OpenAIError, what: str) -> ServiceError:
    """Return the library's error as one of ours; `what` names the model or the request."""
    kind, advice = next(
        ((kind, advice) for known, kind, advice in _KINDS if isinstance(error, known)), (ErrorKind.INVALID, "")
    )
    code = str(getattr(error, "code", None) or type(error).__name__)
    if code == "insufficient_quota":
        kind, advice = ErrorKind.QUOTA, "The account's quota is used up."
    status = getattr(error, "status_code", None)
    seen = f"HTTP {status}, {code}" if status else code
    if kind is ErrorKind.INVALID and status:
        seen = f"{seen}: {str(error)[:300]}"
    return ServiceError(f"openai/{what} failed ({seen}). {advice}".strip(), service="openai", code=code, kind=kind)
