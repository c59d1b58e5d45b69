"""
What sessions are tied to: a session ends when its account's password changes, or when the account is deactivated.

A token carries a fingerprint of the password's hash. It is compared on every request with that of now, which is read once a
second for each account: the time that an old session lives on at most.
"""

import hashlib
from threading import Lock

from airflow.providers.fab.auth_manager.models import User
from airflow.utils.session import create_session
from cachetools import TTLCache
from sqlalchemy import select

CLAIM = "signin"
_MOST = 10_000
_SECONDS = 1.0


def fingerprint(password_hash: str | None) -> str:
    """Return what a token carries of a password's hash. The hash is salted: nobody can try passwords on it."""
    return hashlib.sha256(f"media-ai sign-in {password_hash or ''}".encode()).hexdigest()[:24]


class SignIns:
    """The fingerprints of now."""

    def __init__(self) -> None:
        self._known: TTLCache[int, str] = TTLCache(maxsize=_MOST, ttl=_SECONDS)
        self._lock = Lock()

    def of(self, user_id: int) -> str:
        """Return the fingerprint of an active account; empty for any other."""
        with self._lock:
            found = self._known.get(user_id)
        if found is None:
            found = _read(user_id)
            with self._lock:
                self._known[user_id] = found
        return found

    def forget(self, user_id: int) -> None:
        """Have an account read again, because it was changed here."""
        with self._lock:
            self._known.pop(user_id, None)


def _read(user_id: int) -> str:
    with create_session(scoped=False) as session:
        row = session.execute(select(User.password, User.active).where(User.id == user_id)).first()
    return fingerprint(row.password) if row and row.active else ""
