"""Language and vision models of Model Studio (DashScope), through the SDK's own client."""

import re
from typing import Any

from media_ai.clients.access import Access
from media_ai.clients.credentials import ModelStudioCredentials
from media_ai.clients.foreseeing import foreseen_chat
from media_ai.clients.json_answers import Completion, Messages, ask_for_json
from media_ai.clients.model_studio_access import base_url_of, client_of, translated
from media_ai.clients.model_studio_turns import take_turn, tokens_of
from media_ai.clients.models import ModelReply, ModelRequest
from media_ai.clients.retrying import Retry
from media_ai.clients.spending import paying
from media_ai.store.artifacts import Usage

_SEES = re.compile(r"-vl|-ocr|qvq|-omni", re.IGNORECASE)

__all__ = ["ModelStudioModel", "base_url_of"]


class ModelStudioModel:
    """Chat with text and pictures, in either protocol; pictures go as data, so that the SDK uploads nothing."""

    def __init__(self, model: str, access: Access, retry: Retry | None = None) -> None:
        self._name = model
        self._retry = retry or Retry()
        self._access = access
        self._credentials = access.credentials_of(ModelStudioCredentials)

    def answer(self, request: ModelRequest) -> ModelReply:
        """
        Return an answer that satisfies the request's schema.

        Raises:
            InputError: The question is longer than the model takes.
            ServiceError: The service refused or failed, or answered twice against the schema.
        """
        client = client_of(self._credentials, retries=0)
        name = f"modelstudio/{self._name}"

        def complete(messages: Messages) -> Completion:
            return self._retry.call(name, lambda _: self._complete(client, messages, request))

        return ask_for_json(name, request, complete)

    def _chat(self, client: Any, request: ModelRequest) -> Any:
        # The native protocol has an address for text models, and one for all that can see.
        if self._credentials.protocol == "native" and (request.pictures or _SEES.search(self._name)):
            return client.multimodal.chat
        return client.chat.completions

    def _complete(self, client: Any, messages: Messages, request: ModelRequest) -> Completion:
        take_turn(self._access, self._credentials, self._name, tokens=tokens_of(messages) + request.max_output_tokens)
        foreseen = foreseen_chat(f"modelstudio/{self._name}", messages, request.max_output_tokens)
        with paying(self._access.spending, foreseen) as bill, translated(self._credentials, self._name):
            reply = self._chat(client, request).create(
                model=self._name,
                messages=messages,
                max_tokens=request.max_output_tokens,
                # Thinking models think by default, which excludes JSON answers.
                enable_thinking=False,
                response_format={"type": "json_object"},
            )
            usage = bill.add(_usage(self._name, reply))
        choice = reply.choices[0] if reply.choices else None
        return Completion(
            text=reply.output_text or "",
            is_cut=bool(choice and choice.finish_reason == "length"),
            usage=usage,
        )


def _usage(model: str, reply: Any) -> Usage:
    counted = reply.usage
    return Usage(
        model=f"modelstudio/{model}",
        request_id=reply.request_id,
        input_tokens=counted.input_tokens if counted else 0,
        output_tokens=counted.output_tokens if counted else 0,
    )
