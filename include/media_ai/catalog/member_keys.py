"""Access keys of members: what clients sign the status call with."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.errors import ConflictError, NotFoundError

_TABLE = tables.access_keys
_MOST = 20
_LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Cipher:
    """Encrypts what is kept: a signature cannot be checked with a hash of the secret."""

    encrypt: Callable[[str], str]
    decrypt: Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class AccessKey:
    """A key without its secret."""

    access_key: str
    owner_id: str
    owner: str
    label: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


_FIELDS = tuple(_TABLE.c[name] for name in AccessKey.__dataclass_fields__)


class MemberKeys:
    """Issues, lists and revokes keys; the secret is told once."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    def issue(self, owner_id: str, owner: str, *, label: str = "") -> tuple[AccessKey, str]:
        """
        Make a key; return it and its secret, which nobody can read again.

        Raises:
            ConflictError: The member has too many keys.
        """
        if sum(key.revoked_at is None for key in self.of(owner_id)) >= _MOST:
            raise ConflictError(f"You have {_MOST} access keys. Revoke one that you do not use.")
        secret = secrets.token_urlsafe(30)
        values = {"access_key": f"MAI{secrets.token_hex(12).upper()}", "owner_id": owner_id, "owner": owner}
        added = insert(_TABLE).values(**values, label=label[:_LONGEST], secret=self._cipher.encrypt(secret))
        with self._database.transaction() as connection:
            row = connection.execute(added.returning(*_FIELDS)).mappings().one()
        return AccessKey(**row), secret

    def of(self, owner_id: str) -> list[AccessKey]:
        """Return the keys of a member, the newest first."""
        statement = select(*_FIELDS).where(_TABLE.c.owner_id == owner_id).order_by(_TABLE.c.created_at.desc())
        with self._database.transaction() as connection:
            return [AccessKey(**row) for row in connection.execute(statement).mappings()]

    def revoke(self, owner_id: str, access_key: str) -> AccessKey:
        """
        Let a key open nothing from now on; twice is once.

        Raises:
            NotFoundError: The member has no such key.
        """
        own = (_TABLE.c.owner_id == owner_id) & (_TABLE.c.access_key == access_key)
        ended = update(_TABLE).where(own).values(revoked_at=func.coalesce(_TABLE.c.revoked_at, func.now()))
        with self._database.transaction() as connection:
            row = connection.execute(ended.returning(*_FIELDS)).mappings().first()
        if row is None:
            raise NotFoundError(f"You have no access key '{access_key[:60]}'.")
        return AccessKey(**row)

    def secret_of(self, access_key: str) -> tuple[AccessKey, str] | None:
        """Return a key that is in force, with its secret."""
        wanted = (_TABLE.c.access_key == access_key) & _TABLE.c.revoked_at.is_(None)
        with self._database.transaction() as connection:
            row: Any = connection.execute(select(*_FIELDS, _TABLE.c.secret).where(wanted)).mappings().first()
        if row is None:
            return None
        fields = {name: value for name, value in row.items() if name != "secret"}
        return AccessKey(**fields), self._cipher.decrypt(row["secret"])

    def used(self, access_key: str) -> None:
        """Note that a key was used, once a minute at most."""
        stale = func.coalesce(_TABLE.c.used_at < func.now() - func.make_interval(0, 0, 0, 0, 0, 1), True)
        noted = update(_TABLE).where(_TABLE.c.access_key == access_key, stale).values(used_at=func.now())
        with self._database.transaction() as connection:
            connection.execute(noted)
