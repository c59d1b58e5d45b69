"""The parameters of an action, read with the checks of the service."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from media_ai_emulators.rpc.errors import refusal

_REFERENCE_ID = re.compile(r"[A-Za-z0-9_-]{6,64}")


@dataclass(frozen=True, kw_only=True)
class Codes:
    """The error codes by which a service refuses parameters; all come with HTTP 400."""

    missing: str = "MissingParameter"
    invalid: str = "InvalidParameter"
    too_long: str = "InvalidParameter"
    too_many_tags: str = "InvalidParameter"
    illegal_user_data: str = "InvalidParameter"


class Parameters:
    """
    The arguments of one call. Every method raises Refusal for what the service does not accept.

    An argument that is absent or empty is None. Lengths are in bytes of UTF-8 unless they are named characters. `host` is the
    name and port by which the caller reached the emulator.
    """

    def __init__(self, arguments: Mapping[str, str], codes: Codes, host: str = "") -> None:
        self.host = host
        self._arguments = arguments
        self._codes = codes

    def text(self, name: str, *, max_bytes: int | None = None, max_characters: int | None = None) -> str | None:
        """Return a text."""
        value = self._arguments.get(name) or None
        if value is not None and max_characters is not None and len(value) > max_characters:
            raise self._too_long(name, f"{max_characters} characters")
        if value is not None and max_bytes is not None and len(value.encode()) > max_bytes:
            raise self._too_long(name, f"{max_bytes} bytes")
        return value

    def required(self, name: str, *, max_bytes: int | None = None, max_characters: int | None = None) -> str:
        """Return a text that must be there."""
        value = self.text(name, max_bytes=max_bytes, max_characters=max_characters)
        if value is None:
            raise refusal(
                400,
                self._codes.missing,
                f'The input parameter "{name}" that is mandatory for processing this request is not supplied.',
            )
        return value

    def choice(self, name: str, choices: Collection[str]) -> str | None:
        """Return one of some texts."""
        value = self.text(name)
        if value is not None and value not in choices:
            raise self.invalid(name)
        return value

    def flag(self, name: str) -> bool:
        """Return a truth value, false by default; the SDKs write "True" and "true"."""
        value = (self.text(name) or "false").lower()
        if value not in {"true", "false"}:
            raise self.invalid(name)
        return value == "true"

    def number(self, name: str, default: int, *, lowest: int = 1, highest: int | None = None) -> int:
        """Return a whole number within limits."""
        value = self.text(name)
        if value is None:
            return default
        if not re.fullmatch(r"-?\d+", value) or int(value) < lowest or (highest is not None and int(value) > highest):
            raise self.invalid(name)
        return int(value)

    def listed(self, name: str, *, most: int) -> list[str]:
        """Return a comma-separated list that must have 1 to `most` members."""
        values = [value.strip() for value in self.required(name).split(",") if value.strip()]
        if not 1 <= len(values) <= most:
            raise self.invalid(name)
        return values

    def tags(self, name: str, *, most: int = 16, longest: int = 32, are_bytes: bool = True) -> str | None:
        """Return comma-separated tags, each at most `longest` bytes or characters."""
        value = self.text(name)
        tags = [tag for tag in (value or "").split(",") if tag]
        if len(tags) > most:
            raise refusal(
                400, self._codes.too_many_tags, f'The specified parameter "{name}" has more than {most} tags.'
            )
        if any(len(tag.encode() if are_bytes else tag) > longest for tag in tags):
            raise self._too_long(name, f"{longest} {'bytes' if are_bytes else 'characters'} in a tag")
        return ",".join(tags) or None

    def json_object(self, name: str, *, max_bytes: int | None = None) -> dict[str, Any] | None:
        """Return a JSON object."""
        value = self.text(name, max_bytes=max_bytes)
        if value is None:
            return None
        try:
            data = json.loads(value)
        except ValueError:
            raise self._illegal_json(name) from None
        if not isinstance(data, dict):
            raise self._illegal_json(name)
        return data

    def reference_id(self, name: str = "ReferenceId") -> str | None:
        """Return a custom id: 6 to 64 letters, digits, hyphens and underscores."""
        value = self.text(name)
        if value is not None and not _REFERENCE_ID.fullmatch(value):
            raise self.invalid(name)
        return value

    def _too_long(self, name: str, limit: str) -> Exception:
        return refusal(400, self._codes.too_long, f'The specified parameter "{name}" is longer than {limit}.')

    def _illegal_json(self, name: str) -> Exception:
        code = self._codes.illegal_user_data if name == "UserData" else self._codes.invalid
        return refusal(400, code, f'The specified parameter "{name}" is no JSON object.')

    def invalid(self, name: str) -> Exception:
        """Return the error of a parameter that is not valid."""
        return refusal(400, self._codes.invalid, f'The specified parameter "{name}" is not valid.')
