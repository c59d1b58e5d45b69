"""Secrets of the embedded system: made at random at the first start, kept in one file for its owner only."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from media_ai.errors import ConfigurationError


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """Keys and passwords; `repr` shows none of them."""

    fernet_key: str
    jwt_secret: str
    api_secret_key: str
    admin_password: str
    database_password: str
    database_admin_password: str

    def __repr__(self) -> str:
        return "Secrets(...)"


def load_secrets(path: Path) -> Secrets:
    """Return the secrets in `path`, making them first if the file does not exist."""
    if not path.exists():
        write_private(path, json.dumps(asdict(_make()), indent=2))
    try:
        return Secrets(**json.loads(path.read_text()))
    except (ValueError, TypeError) as exc:
        names = ", ".join(field.name for field in fields(Secrets))
        raise ConfigurationError(
            f"{path} is damaged; it must hold {names}. Restore it: it decrypts stored credentials."
        ) from exc


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(text)
    temporary.replace(path)


def _make() -> Secrets:
    return Secrets(
        fernet_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        jwt_secret=secrets.token_urlsafe(48),
        api_secret_key=secrets.token_urlsafe(48),
        # The product's rule: 8 to 20 characters with a digit, a lower-case, an upper-case and a special one.
        admin_password=f"{secrets.token_hex(6)}aA1!",
        database_password=secrets.token_urlsafe(24),
        database_admin_password=secrets.token_urlsafe(24),
    )
