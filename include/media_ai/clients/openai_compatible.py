"""Models behind any OpenAI-compatible server: OpenAI, Ollama, vLLM, Model Studio's compatible mode."""

from typing import Any

import openai

from media_ai.clients.checks import Report, Step, run_checks
from media_ai.clients.credentials import OpenAICredentials
from media_ai.clients.foreseeing import foreseen_chat
from media_ai.clients.json_answers import Completion, ask_for_json
from media_ai.clients.models import ModelReply, ModelRequest
from media_ai.clients.spending import FREE, Spending, paying
from media_ai.errors import ErrorKind, ServiceError
from media_ai.store.artifacts import Usage

_TIMEOUT_S = 300.0


class OpenAICompatibleModel:
    """Chat completions with pictures and a JSON schema; the answer is validated and asked for once more if it fails."""

    def __init__(self, model: str, credentials: OpenAICredentials, spending: Spending = FREE) -> None:
        self._name = model
        self._spending = spending
        self._client = open_client(credentials)

    def answer(self, request: ModelRequest) -> ModelReply:
        """
        Return an answer that satisfies the request's schema.

        Raises:
            ServiceError: The service refused or failed, or answered twice against the schema.
        """
        return ask_for_json(f"openai/{self._name}", request, lambda messages: self._complete(messages, request))

    def _complete(self, messages: Any, request: ModelRequest) -> Completion:
        schema = {"name": "answer", "schema": dict(request.output_schema)}
        answer_format: Any = {"type": "json_schema", "json_schema": schema}
        foreseen = foreseen_chat(f"openai/{self._name}", messages, request.max_output_tokens)
        with paying(self._spending, foreseen) as bill:
            try:
                reply = self._client.chat.completions.create(
                    model=self._name,
                    messages=messages,
                    max_tokens=request.max_output_tokens,
                    response_format=answer_format,
                )
            except openai.OpenAIError as exc:
                raise translate(exc, self._name) from exc
            usage = bill.add(_usage(self._name, reply))
        choice = reply.choices[0] if reply.choices else None
        return Completion(
            text=(choice.message.content or "") if choice else "",
            is_cut=bool(choice and choice.finish_reason == "length"),
            usage=usage,
        )


def list_models(credentials: OpenAICredentials) -> list[str]:
    """
    Return the names of the models that the server offers.

    Raises:
        ServiceError: The server refused or cannot be reached.
    """
    try:
        return [model.id for model in open_client(credentials).models.list()]
    except openai.OpenAIError as exc:
        raise translate(exc, "models") from exc


def check_openai(credentials: OpenAICredentials) -> Report:
    """Ask the server for its list of models."""

    def ask() -> str:
        models = list_models(credentials)
        return f"{credentials.base_url} offers {len(models)} models: {', '.join(models[:5])}"

    return run_checks([Step(name="list models", permission="API key", work=ask)])


def open_client(credentials: OpenAICredentials) -> openai.OpenAI:
    """Return a client of the server."""
    # Servers on the own machine need no key, but the library insists on one.
    key = credentials.api_key.get_secret_value() or "none"
    return openai.OpenAI(base_url=credentials.base_url, api_key=key, timeout=_TIMEOUT_S, max_retries=2)


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


_BLOCKED = frozenset({"data_inspection_failed", "datainspectionfailed", "content_filter", "content_policy_violation"})


def translate(error: openai.OpenAIError, what: str) -> ServiceError:
    """Return the library's error as one of ours; `what` names the model or the request."""
    kind, advice = next(
        ((kind, advice) for known, kind, advice in _KINDS if isinstance(error, known)), (ErrorKind.INVALID, "")
    )
    code = str(getattr(error, "code", None) or type(error).__name__)
    if code == "insufficient_quota":
        kind, advice = ErrorKind.QUOTA, "The account's quota is used up."
    if code.lower() in _BLOCKED:
        kind, advice = ErrorKind.BLOCKED_CONTENT, "The content was refused by the provider's content filter."
    status = getattr(error, "status_code", None)
    seen = f"HTTP {status}, {code}" if status else code
    if kind is ErrorKind.INVALID and status:
        seen = f"{seen}: {str(error)[:300]}"
    return ServiceError(f"openai/{what} failed ({seen}). {advice}".strip(), service="openai", code=code, kind=kind)
