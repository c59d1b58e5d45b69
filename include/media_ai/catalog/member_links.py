"""One-time links: invitations, resets, and the one for the first person. Only digests of their tokens are kept."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, insert, select, text, update

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.errors import NotFoundError

_TABLE = tables.member_links
_LONGEST_TOKEN = 100


class LinkKind(StrEnum):
    """What a link opens."""

    INVITATION = "invitation"
    RESET = "reset"
    FIRST = "first"


@dataclass(frozen=True, kw_only=True)
class MemberLink:
    """
    A link without its token.

    Attributes:
        created_by: Who made it; empty for one that somebody asked for who had forgotten the password.
    """

    id: int
    kind: LinkKind
    address: str
    name: str
    role: str
    language: str
    created_by: str
    created_at: datetime
    expires_at: datetime


_FIELDS = tuple(_TABLE.c[name] for name in MemberLink.__dataclass_fields__)


class MemberLinks:
    """Issues links and lets each be used once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(
        self,
        kind: LinkKind,
        *,
        valid_for: timedelta,
        address: str = "",
        name: str = "",
        role: str = "",
        language: str = "en",
        by: str = "",
    ) -> tuple[MemberLink, str]:
        """Make a link; return it and its token, which nobody can read again. Earlier ones of its kind and address end."""
        token = secrets.token_urlsafe(32)
        values = {"kind": kind, "address": address, "name": name, "role": role, "language": language, "created_by": by}
        with self._database.transaction() as connection:
            # Two at the same time take turns: one of them stays open.
            connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": f"{kind} {address}"}
            )
            _revoke(connection, _TABLE.c.kind == kind, _TABLE.c.address == address)
            added = insert(_TABLE).values(
                **values, token_sha256=_digest(token), expires_at=func.clock_timestamp() + valid_for
            )
            return _link(connection.execute(added.returning(*_FIELDS)).mappings().one()), token

    def read(self, kind: LinkKind, token: str) -> MemberLink:
        """
        Return what a token opens, without using it.

        Raises:
            NotFoundError: It opens nothing.
        """
        with self._database.transaction() as connection:
            found = connection.execute(select(*_FIELDS).where(*_opens(kind, token))).mappings().first()
        return _link(_known(found))

    @contextmanager
    def use(self, kind: LinkKind, token: str) -> Iterator[MemberLink]:
        """
        Use a link up; what raises inside leaves it as it was. Others who come with it meanwhile wait for the outcome.

        Raises:
            NotFoundError: It opens nothing.
        """
        with self._database.transaction() as connection:
            yield _use_up(connection, *_opens(kind, token))

    @contextmanager
    def use_invitation_of(self, address: str) -> Iterator[MemberLink]:
        """Use up the invitation of an address that somebody else has proved to be theirs; raises as `use`."""
        with self._database.transaction() as connection:
            yield _use_up(connection, _TABLE.c.kind == LinkKind.INVITATION, _TABLE.c.address == address)

    def invitations(self) -> list[MemberLink]:
        """Return the invitations that nobody has answered yet, the newest first."""
        statement = select(*_FIELDS).where(_TABLE.c.kind == LinkKind.INVITATION, _is_open())
        with self._database.transaction() as connection:
            found = connection.execute(statement.order_by(_TABLE.c.created_at.desc())).mappings().all()
        return [_link(row) for row in found]

    def revoke_invitation(self, link_id: int) -> None:
        """
        Let an invitation open nothing from now on.

        Raises:
            NotFoundError: It is not open.
        """
        with self._database.transaction() as connection:
            if not _revoke(connection, _TABLE.c.kind == LinkKind.INVITATION, _TABLE.c.id == link_id):
                raise NotFoundError(f"There is no open invitation {link_id}.")

    def revoke_of(self, address: str) -> None:
        """Let all links of an address open nothing from now on."""
        with self._database.transaction() as connection:
            _revoke(connection, _TABLE.c.address == address)

    def has_anybody_come(self) -> bool:
        """Tell whether somebody has made an account by a link."""
        came = exists().where(_TABLE.c.kind != LinkKind.RESET, _TABLE.c.used_at.is_not(None))
        with self._database.transaction() as connection:
            return bool(connection.scalar(select(came)))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _is_open() -> ColumnElement[bool]:
    return _TABLE.c.used_at.is_(None) & _TABLE.c.revoked_at.is_(None) & (_TABLE.c.expires_at > func.clock_timestamp())


def _opens(kind: LinkKind, token: str) -> list[ColumnElement[bool]]:
    # Digests are compared, so that the time of an answer tells nothing of a token.
    digest = _digest(token) if len(token) <= _LONGEST_TOKEN and token.isascii() else ""
    return [_TABLE.c.kind == kind, _TABLE.c.token_sha256 == digest, _is_open()]


def _use_up(connection: Connection, *which: ColumnElement[bool]) -> MemberLink:
    used = update(_TABLE).where(*which, _is_open()).values(used_at=func.clock_timestamp())
    return _link(_known(connection.execute(used.returning(*_FIELDS)).mappings().first()))


def _revoke(connection: Connection, *which: ColumnElement[bool]) -> int:
    ended = update(_TABLE).where(*which, _is_open()).values(revoked_at=func.clock_timestamp())
    return connection.execute(ended).rowcount


def _known(found: Any) -> Any:
    if found is None:
        raise NotFoundError(
            "This link opens nothing: it was used, it was replaced, or its time is over. Ask for a new one."
        )
    return found


def _link(row: Any) -> MemberLink:
    return MemberLink(**{**row, "kind": LinkKind(row["kind"])})
