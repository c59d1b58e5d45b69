"""The fixed, obviously fake keys of the emulator, and temporary keys that need no storage."""

import base64
import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

_TEMPORARY = "STS."


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What a caller configures; they open nothing but an emulator."""

    access_key_id: str = "emulator-key-id"
    access_key_secret: str = field(default="emulator-key-secret", repr=False)
    api_key: str = field(default="sk-emulator-api-key", repr=False)


@dataclass(frozen=True, kw_only=True)
class TemporaryKeys:
    """What STS gives out. `expires_at` is POSIX seconds."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    security_token: str = field(repr=False)
    expires_at: float


class Token(Enum):
    """What a security token is worth together with the key id that came with it."""

    VALID = "valid"
    MISSING = "missing"
    INVALID = "invalid"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """The verdict on a security token, the only "bucket/key" prefixes that it opens (None for all), and whether it may read."""

    token: Token
    prefixes: tuple[str, ...] | None = None
    is_write_only: bool = False

    def allows(self, bucket: str, key: str, *, reads: bool = False) -> bool:
        """Tell whether an object may be touched; `reads` says that its bytes or headers are asked for."""
        if reads and self.is_write_only:
            return False
        return self.prefixes is None or any(f"{bucket}/{key}".startswith(prefix) for prefix in self.prefixes)


class Keyring:
    """
    The secrets behind key ids.

    Temporary keys carry their own expiry and scope, signed, so that they outlive a restart without being stored.
    """

    def __init__(self, keys: Keys) -> None:
        self.keys = keys

    def secret_of(self, key_id: str) -> str | None:
        """Return the secret of a key id, or None if there is no such key."""
        if key_id == self.keys.access_key_id:
            return self.keys.access_key_secret
        return self._seal(f"secret:{key_id}") if key_id.startswith(_TEMPORARY) else None

    def issue(
        self, *, expires_at: float, prefixes: tuple[str, ...] | None = None, is_write_only: bool = False
    ) -> TemporaryKeys:
        """Return new temporary keys; `prefixes` limits them to "bucket/key" beginnings."""
        key_id = f"{_TEMPORARY}emulator{uuid.uuid4().hex[:16]}"
        claims = {"id": key_id, "expires_at": expires_at, "prefixes": prefixes, "is_write_only": is_write_only}
        text = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()
        return TemporaryKeys(
            access_key_id=key_id,
            access_key_secret=self._seal(f"secret:{key_id}"),
            security_token=f"{text}.{self._seal(text)}",
            expires_at=expires_at,
        )

    def grant(self, key_id: str, token: str | None, now: float) -> Grant:
        """Judge the token that came with a key id; a permanent key needs none."""
        if not key_id.startswith(_TEMPORARY):
            return Grant(token=Token.INVALID if token else Token.VALID)
        if not token:
            return Grant(token=Token.MISSING)
        claims = self._open(token)
        if claims is None or claims["id"] != key_id:
            return Grant(token=Token.INVALID)
        if claims["expires_at"] <= now:
            return Grant(token=Token.EXPIRED)
        prefixes = claims["prefixes"]
        return Grant(
            token=Token.VALID,
            prefixes=None if prefixes is None else tuple(prefixes),
            is_write_only=claims["is_write_only"],
        )

    def _open(self, token: str) -> dict[str, Any] | None:
        text, _, seal = token.partition(".")
        if not hmac.compare_digest(seal.encode(), self._seal(text).encode()):
            return None
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text))
        return claims

    def _seal(self, text: str) -> str:
        return hmac.new(self.keys.access_key_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
