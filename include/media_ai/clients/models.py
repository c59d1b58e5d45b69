"""The one protocol behind which every language and vision model sits, and the providers that implement it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from media_ai.clients.access import Access
from media_ai.clients.credentials import OpenAICredentials
from media_ai.errors import ConfigurationError, InputError
from media_ai.graph.address import did_you_mean
from media_ai.model.time import Timecode
from media_ai.store.artifacts import Usage

T = TypeVar("T")

LOCAL = "local"
"""The provider that runs on this machine with no key; nodes implement it themselves."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A frame to show to a model. A marker with its time goes before it, or with `label` if it is no frame."""

    time: Timecode
    jpeg: bytes
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class ModelRequest:
    """One question. `output_schema` is the JSON Schema that the answer must satisfy."""

    instructions: str
    text: str
    pictures: tuple[Picture, ...] = ()
    output_schema: Mapping[str, Any]
    max_output_tokens: int = 4096


@dataclass(frozen=True, kw_only=True)
class ModelReply:
    """An answer that satisfies the schema, and what it cost."""

    data: dict[str, Any]
    usage: tuple[Usage, ...] = field(default=())


class Model(Protocol):
    """A model that answers in JSON."""

    def answer(self, request: ModelRequest) -> ModelReply:
        """
        Return an answer that satisfies the request's schema.

        Raises:
            ServiceError: The service refused or failed, or answered twice against the schema.
        """
        ...


def split_model(name: str) -> tuple[str, str]:
    """
    Split "provider/model" at the first slash.

    Raises:
        InputError: There is no provider or no model in the name.
    """
    provider, _, model = name.partition("/")
    if not provider or not model:
        raise InputError(f"'{name}' is not a model; write provider/model, such as local/extractive or openai/qwen3-vl.")
    return provider, model


def services_of(name: str) -> tuple[str, ...]:
    """Return the service whose credentials "provider/model" needs; none on this machine. Names that are no models need none."""
    provider, _, _ = name.partition("/")
    return (provider,) if provider in _PROVIDERS else ()


def open_model(name: str, access: Access) -> Model:
    """
    Return the model "provider/model".

    Raises:
        ConfigurationError: The provider is unknown here, or its credentials are missing.
    """
    return open_of(_PROVIDERS, name, access)


def open_of(providers: Mapping[str, Callable[[str, Access], T]], name: str, access: Access) -> T:
    """
    Return the model "provider/model" of one of `providers`.

    Raises:
        ConfigurationError: The provider is none of them, or its credentials are missing.
    """
    provider, model = split_model(name)
    if provider not in providers:
        known = [LOCAL, *providers]
        raise ConfigurationError(f"Model '{name}': unknown provider '{provider}'.{did_you_mean(provider, known)}")
    return providers[provider](model, access)


def _openai(model: str, access: Access) -> Model:
    from media_ai.clients.openai_compatible import OpenAICompatibleModel

    return OpenAICompatibleModel(model, access.credentials_of(OpenAICredentials), access.spending)


def _model_studio(model: str, access: Access) -> Model:
    from media_ai.clients.model_studio import ModelStudioModel

    return ModelStudioModel(model, access)


_PROVIDERS: dict[str, Callable[[str, Access], Model]] = {"openai": _openai, "modelstudio": _model_studio}
