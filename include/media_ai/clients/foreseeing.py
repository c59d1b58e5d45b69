"""What a question to a model may use at most, before it is asked: promised to the budgets."""

import base64
import math
import struct
from typing import Any

from media_ai.clients.model_studio_turns import tokens_of
from media_ai.store.artifacts import Usage

_MOST_PICTURE_TOKENS = 16_384
"""The services shrink pictures that have more."""
_SIZES = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
"""Markers of a JPEG that are followed by its size (ITU-T T.81, table B.1)."""


def foreseen_chat(model: str, messages: list[dict[str, Any]], max_output_tokens: int) -> Usage:
    """Return what a chat of "provider/model" uses at most, estimated from above."""
    pictures = [part for message in messages if not isinstance(message["content"], str) for part in message["content"]]
    beyond = sum(_beyond_usual(part["image_url"]["url"]) for part in pictures if "image_url" in part)
    return Usage(model=model, input_tokens=tokens_of(messages) + beyond, output_tokens=max_output_tokens)


def picture_tokens(jpeg: bytes) -> int:
    """Return the tokens of a picture, 0 if its size cannot be read: one for each 28 x 28 pixels, and two around it."""
    width, height = _size(jpeg)
    tokens = math.ceil(width / 28) * math.ceil(height / 28)
    return min(tokens, _MOST_PICTURE_TOKENS) + 2 if tokens else 0


def _beyond_usual(address: str) -> int:
    """Return the tokens of a picture beyond those that every picture is counted with."""
    _, _, data = address.partition(";base64,")
    # The size is in the first bytes; a whole number of groups of four characters can be decoded.
    usual = tokens_of([{"content": [{"type": "image_url", "image_url": ""}]}])
    return max(picture_tokens(base64.b64decode(data[: 1 << 17])) - usual, 0)


def _size(jpeg: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(jpeg) and jpeg[at] == 0xFF:
        if jpeg[at + 1] in _SIZES:
            height, width = struct.unpack(">HH", jpeg[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + int(struct.unpack(">H", jpeg[at + 2 : at + 4])[0])
    return 0, 0
