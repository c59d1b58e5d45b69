"""Pictures read by Qwen-OCR, with the place of each line; in DashScope's own protocol, since the SDK's chat keeps only text."""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from media_ai.clients.access import Access
from media_ai.clients.credentials import ModelStudioCredentials
from media_ai.clients.model_studio_requests import Question, ask
from media_ai.clients.retrying import Retry
from media_ai.errors import ErrorKind, ServiceError
from media_ai.store.artifacts import Usage

MIN_PIXELS, MAX_PIXELS = 3_072, 8_388_608
"""
The documented bounds: the service enlarges or shrinks what is outside. Frames up to 4K are inside, so that places are in their
own pixels. Source: https://help.aliyun.com/en/model-studio/qwen-vl-ocr
"""
_PIXELS_OF_TOKEN = 28 * 28
_ANSWER_TOKENS = 4_096
_PATH = "/services/aigc/multimodal-generation/generation"

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Word:
    """A line that was read; `corners` are in pixels of the picture, and empty where the service told none."""

    text: str
    corners: tuple[Point, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OcrReply:
    """The lines of a picture; `is_cut` when there were more than fit into an answer."""

    words: tuple[Word, ...]
    is_cut: bool
    usage: Usage


def reads_places(model: str) -> bool:
    """Tell whether a model of Model Studio is one that this module is for."""
    return model.startswith("qwen-vl-ocr")


def read_picture(
    model: str, jpeg: bytes, access: Access, *, pixels: int = MAX_PIXELS, retry: Retry | None = None
) -> OcrReply:
    """
    Return the lines of a JPEG with their places.

    Args:
        model: Its name without the provider.
        jpeg: The picture.
        access: The way to the service.
        pixels: Of the picture; what it costs is estimated by them.
        retry: Which tries.

    Raises:
        ConfigurationError: There are no credentials.
        ServiceError: The service refused or failed.
    """
    credentials = access.credentials_of(ModelStudioCredentials)
    picture = {
        "image": f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}",
        "min_pixels": MIN_PIXELS,
        "max_pixels": MAX_PIXELS,
        "enable_rotate": False,
    }
    body = {
        "model": model,
        "input": {"messages": [{"role": "user", "content": [picture]}]},
        "parameters": {"ocr_options": {"task": "advanced_recognition"}},
    }
    tokens = min(pixels, MAX_PIXELS) / _PIXELS_OF_TOKEN + _ANSWER_TOKENS
    question = Question(
        model=model, path=_PATH, body=body, tokens=tokens, output_tokens=_ANSWER_TOKENS, count=_tokens_of
    )
    answer = ask(question, access, credentials, retry or Retry())
    try:
        choice = answer.body["output"]["choices"][0]
        words = _words(choice["message"]["content"])
    except (KeyError, IndexError, TypeError, ValueError):
        raise ServiceError(
            f"modelstudio/{model} answered without the places of words. Does it know the task advanced_recognition?",
            service="modelstudio",
            code="invalid_answer",
            kind=ErrorKind.INVALID,
        ) from None
    return OcrReply(words=words, is_cut=choice.get("finish_reason") == "length", usage=answer.usage)


def _tokens_of(counted: Mapping[str, Any]) -> tuple[int, int]:
    return int(counted.get("input_tokens") or 0), int(counted.get("output_tokens") or 0)


def _words(content: Sequence[Mapping[str, Any]]) -> tuple[Word, ...]:
    # A picture without text is answered without a list.
    found = content[0].get("ocr_result", {}).get("words_info") or () if content else ()
    return tuple(Word(text=text, corners=_corners(word)) for word in found if (text := _text(word).strip()))


def _text(word: Mapping[str, Any]) -> str:
    """Return the text without halves of surrogate pairs, which JSON can hold and no file or database can."""
    return str(word["text"]).encode("utf-8", "replace").decode()


def _corners(word: Mapping[str, Any]) -> tuple[Point, ...]:
    if word.get("location"):
        numbers = [float(number) for number in word["location"]]
        return tuple(zip(numbers[::2], numbers[1::2], strict=True))
    if word.get("rotate_rect"):
        x, y, width, height, degrees = (float(number) for number in word["rotate_rect"])
        across, up = math.cos(math.radians(degrees)) / 2, math.sin(math.radians(degrees)) / 2
        return tuple(
            (x + a * width * across - b * height * up, y + a * width * up + b * height * across)
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        )
    return ()
