"""Connections to the catalog's database, and its errors in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DataError, InterfaceError, OperationalError, ProgrammingError

from media_ai.errors import CatalogError, ConfigurationError, ErrorKind


class Database:
    """
    The catalog's PostgreSQL. Opening is cheap: nothing connects before the first transaction.

    Args:
        url: postgresql://user:password@host/name
        patience_s: Longest wait for a statement, for callers that must not be held up.
    """

    def __init__(self, url: str, *, patience_s: int | None = None) -> None:
        self._patience_s = patience_s
        try:
            parsed = make_url(url)
        except ArgumentError as exc:
            raise ConfigurationError(
                "MEDIA_AI_DATABASE_URL is not a database address; write postgresql://user:password@host/name."
            ) from exc
        if parsed.get_backend_name() != "postgresql":
            raise ConfigurationError(
                f"The catalog needs PostgreSQL; MEDIA_AI_DATABASE_URL is '{parsed.get_backend_name()}://...'."
            )
        self._url = parsed.set(drivername="postgresql+psycopg2")

    @cached_property
    def engine(self) -> Engine:
        """The engine; connections are checked before use, so that a restarted server is not noticed."""
        options: dict[str, Any] = {"connect_timeout": self._patience_s or 5}
        if self._patience_s:
            options |= {
                "options": f"-c statement_timeout={1000 * self._patience_s}",
                "tcp_user_timeout": 1000 * self._patience_s,
            }
        return create_engine(self._url, pool_pre_ping=True, pool_size=5, connect_args=options)

    @property
    def place(self) -> str:
        """Where the database is, without the password, for messages."""
        return f"{self._url.host}:{self._url.port or 5432}/{self._url.database}"

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """
        Open a transaction; it is committed at the end and undone by an exception.

        Raises:
            CatalogError: The database cannot be reached, or its tables are missing.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except (OperationalError, InterfaceError) as exc:
            reason = str(exc.orig).strip().splitlines()[0]
            raise CatalogError(
                f"The catalog at {self.place} does not answer ({reason}). Is PostgreSQL running?"
            ) from exc
        except DataError as exc:
            reason = str(exc.orig).strip().splitlines()[0]
            raise CatalogError(f"The catalog cannot hold this: {reason}.", kind=ErrorKind.INVALID) from exc
        except ProgrammingError as exc:
            if "UndefinedTable" not in type(exc.orig).__name__ and "InvalidSchemaName" not in type(exc.orig).__name__:
                raise
            raise CatalogError(
                f"The catalog at {self.place} has no tables. Run 'media-ai migrate'.", kind=ErrorKind.INVALID
            ) from exc

    def ping(self) -> None:
        """
        Ask the database for an answer.

        Raises:
            CatalogError: It gives none.
        """
        with self.transaction() as connection:
            connection.execute(text("SELECT 1"))
