"""The protocol behind which speech recognition sits, and the providers that implement it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from media_ai.clients.access import Access
from media_ai.clients.credentials import OpenAICredentials
from media_ai.clients.models import open_of
from media_ai.store.artifacts import Usage


@dataclass(frozen=True, kw_only=True)
class SpeechRequest:
    """A part of a sound track: a WAV file of one channel, 16 kHz, 16 bits. `language` is a BCP 47 tag."""

    wav: bytes = field(repr=False)
    seconds: float
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class SpokenLine:
    """A line that was heard, in seconds since the start of the part; `words` are (start, end, text) each."""

    start_s: float
    end_s: float
    text: str
    speaker: str | None = None
    confidence: float | None = None
    words: tuple[tuple[float, float, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class SpeechReply:
    """What was heard, in which language (BCP 47 or the service's own word), and what it cost."""

    lines: tuple[SpokenLine, ...]
    language: str | None = None
    usage: tuple[Usage, ...] = ()


class SpeechModel(Protocol):
    """A model that writes down what is said."""

    def transcribe(self, request: SpeechRequest) -> SpeechReply:
        """
        Return what is said.

        Raises:
            ServiceError: The service refused or failed.
        """
        ...


def open_speech_model(name: str, access: Access) -> SpeechModel:
    """
    Return the speech model "provider/model".

    Raises:
        ConfigurationError: The provider is unknown here, or its credentials are missing.
    """
    return open_of(_PROVIDERS, name, access)


def _openai(model: str, access: Access) -> SpeechModel:
    from media_ai.clients.openai_speech import OpenAISpeech

    return OpenAISpeech(model, access.credentials_of(OpenAICredentials), access.spending)


_PROVIDERS: dict[str, Callable[[str, Access], SpeechModel]] = {"openai": _openai}
