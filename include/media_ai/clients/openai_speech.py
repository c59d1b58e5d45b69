"""Speech recognition behind any server with OpenAI's transcription endpoint: OpenAI, whisper.cpp, vLLM, Speaches."""

import math
from typing import Any

import openai

from media_ai.clients.credentials import OpenAICredentials
from media_ai.clients.openai_compatible import open_client, translate
from media_ai.clients.speech import SpeechReply, SpeechRequest, SpokenLine
from media_ai.clients.spending import FREE, Spending, paying
from media_ai.errors import ErrorKind, ServiceError
from media_ai.store.artifacts import Usage

_NO_SPEECH, _UNLIKELY = 0.6, -1.0
"""A line is taken for invented when both hold: the defaults of Whisper's own decoder (Radford et al. 2022)."""


class OpenAISpeech:
    """Transcriptions with the times of their lines, where the server tells them."""

    def __init__(self, model: str, credentials: OpenAICredentials, spending: Spending = FREE) -> None:
        self._name = model
        self._spending = spending
        self._client = open_client(credentials)

    def transcribe(self, request: SpeechRequest) -> SpeechReply:
        """
        Return what is said.

        Raises:
            ServiceError: The service refused or failed.
        """
        usage = Usage(model=f"openai/{self._name}", audio_seconds=round(request.seconds, 3))
        with paying(self._spending, usage) as bill:
            reply = self._ask(request)
            bill.add(usage)
        data = reply.model_dump() if hasattr(reply, "model_dump") else None
        if not isinstance(data, dict):
            raise ServiceError(
                f"openai/{self._name} answered with something else than a transcription. Check the base URL.",
                service="openai",
                code="invalid_answer",
                kind=ErrorKind.INVALID,
            )
        return SpeechReply(lines=_lines(data, request.seconds), language=data.get("language"), usage=(usage,))

    def _ask(self, request: SpeechRequest) -> Any:
        language: Any = request.language.split("-")[0] if request.language else openai.omit
        try:
            return self._client.audio.transcriptions.create(
                model=self._name,
                file=("part.wav", request.wav, "audio/wav"),
                response_format="verbose_json",
                timestamp_granularities=["segment"],
                language=language,
            )
        except openai.OpenAIError as exc:
            raise translate(exc, self._name) from exc


def _lines(data: dict[str, Any], seconds: float) -> tuple[SpokenLine, ...]:
    # A server that tells no times: the whole part is one line.
    segments = data.get("segments") or [{"text": data.get("text") or ""}]
    return tuple(
        SpokenLine(
            start_s=_seconds(item.get("start"), 0.0),
            end_s=_seconds(item.get("end"), seconds),
            text=text,
            speaker=item.get("speaker"),
            confidence=_confidence(item),
        )
        for item in segments
        if (text := str(item.get("text", "")).strip()) and not _is_invented(item)
    )


def _seconds(value: Any, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else otherwise


def _is_invented(item: dict[str, Any]) -> bool:
    """Whisper writes words into silence; it knows by itself when it is likely to have."""
    return (item.get("no_speech_prob") or 0) > _NO_SPEECH and (item.get("avg_logprob") or 0) < _UNLIKELY


def _confidence(item: dict[str, Any]) -> float | None:
    average = item.get("avg_logprob")
    return None if average is None else round(min(math.exp(average), 1.0), 4)
