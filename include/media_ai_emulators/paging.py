"""Pages of a list that a token continues."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from media_ai_emulators.rpc.errors import refusal


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some of the items; `token` is "" at the end, and where to go on before it."""

    items: list[Any]
    token: str


def page_by_token(items: Sequence[Any], *, token: str | None, size: int, parameter: str) -> Page:
    """
    Return the items after a token.

    Raises:
        Refusal: The token was not made here.
    """
    start = _opened(token, parameter) if token else 0
    end = start + size
    return Page(items=list(items[start:end]), token=token_at(end) if end < len(items) else "")


def token_at(start: int) -> str:
    """Return the token of the page that begins with the item at `start`."""
    return base64.b32encode(f"emulator-page-{start:06d}".encode()).decode()


def _opened(token: str, parameter: str) -> int:
    try:
        return int(base64.b32decode(token).decode().removeprefix("emulator-page-"))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise refusal(400, "InvalidParameter", f'The specified parameter "{parameter}" is not valid.') from None
