"""Turns at Model Studio: so many calls and so many tokens a minute, for each model of an account."""

import math
from typing import Any

from media_ai.clients.access import Access
from media_ai.clients.credentials import ModelStudioCredentials
from media_ai.errors import InputError

_PICTURE_TOKENS = 1_300
"""Of a frame of about a million pixels: a token for each 28 x 28 of them, as documented for Qwen-VL."""
_BURST_S = 2.0
_MINUTE_S = 60.0


def take_turn(access: Access, credentials: ModelStudioCredentials, model: str, *, tokens: float = 0) -> None:
    """
    Wait until the model may be asked.

    Args:
        tokens: What the call may use, question and answer; estimated.

    Raises:
        InputError: The question is longer than the model takes.
        StoppedError: The run was stopped meanwhile.
    """
    facts = credentials.facts_of(model)
    if facts.context_tokens and tokens > facts.context_tokens:
        raise InputError(
            f"About {tokens:,.0f} tokens are more than the {facts.context_tokens:,} that modelstudio/{model} takes. Send fewer "
            "frames per request or shorter text, or correct the connection's model table."
        )
    key = f"{credentials.account}:{model}"
    access.take_turn(f"{key}:calls", per_second=facts.calls_per_minute / _MINUTE_S, burst_s=_BURST_S)
    if tokens and facts.tokens_per_minute:
        access.take_turn(
            f"{key}:tokens", per_second=facts.tokens_per_minute / _MINUTE_S, units=tokens, burst_s=_BURST_S
        )


def tokens_of(messages: list[dict[str, Any]]) -> int:
    """Estimate the tokens of a question from above: three letters of Latin script, or one character of another, are one."""
    return sum(_tokens_in(message["content"]) for message in messages)


def _tokens_in(content: Any) -> int:
    if isinstance(content, str):
        narrow = sum(map(str.isascii, content)) if not content.isascii() else len(content)
        return math.ceil(narrow / 3) + len(content) - narrow
    return sum(_PICTURE_TOKENS if "image_url" in part else _tokens_in(part.get("text", "")) for part in content)
