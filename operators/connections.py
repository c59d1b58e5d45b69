"""Connections (media_ai.clients.credential_keeping) in Airflow's database, encrypted by its key; for the API server."""

import json
from collections.abc import Mapping
from typing import Any

from airflow.configuration import ensure_secrets_loaded
from airflow.models.connection import Connection
from airflow.models.crypto import get_fernet
from airflow.secrets.metastore import MetastoreBackend
from airflow.utils.session import create_session
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from media_ai.clients.credential_keeping import Kept
from media_ai.clients.credentials import IDENTITY_FIELDS, AlibabaCredentials, Credentials
from media_ai.errors import ConfigurationError, ConflictError
from operators.credentials import values_in


class AirflowConnections:
    """Finds connections where tasks find them, and writes those of Airflow's database."""

    def find(self, kind: type[Credentials]) -> Kept | None:
        """Return what the service's connection says, and whether it can be changed here."""
        found = _find(kind.connection_id)
        if found is None:
            return None
        connection, is_stored = found
        return Kept(values=values_in(kind, connection), place="connection" if is_stored else "elsewhere")

    def identity(self, connection_id: str) -> Mapping[str, Any] | None:
        """Return the keys and the role of any connection."""
        found = _find(connection_id)
        if found is None:
            return None
        values = values_in(AlibabaCredentials, found[0])
        return {name: values[name] for name in IDENTITY_FIELDS if name in values}

    def save(self, kind: type[Credentials], values: Mapping[str, Any]) -> None:
        """Replace the service's connection; raise ConfigurationError if nothing would be encrypted."""
        if not get_fernet().is_encrypted:
            raise ConfigurationError(
                "Credentials need AIRFLOW__CORE__FERNET_KEY: without it their secrets would lie open."
            )
        columns = {column: values.get(field) for column, field in kind.standard_fields.items()}
        extra = {name: value for name, value in values.items() if name not in kind.standard_fields.values()}
        try:
            with create_session() as session:
                same = select(Connection).where(Connection.conn_id == kind.connection_id)
                row = session.scalar(same.with_for_update()) or Connection(conn_id=kind.connection_id)
                row.conn_type, row.schema, row.port = kind.connection_type, None, None
                row.host, row.login = columns.get("host"), columns.get("login")
                row.set_password(columns.get("password"))
                # Whole: what the form does not know would make the connection unusable.
                row.set_extra(json.dumps(extra) if extra else None)
                session.add(row)
        except IntegrityError as exc:
            raise ConflictError(
                "Somebody else saved these credentials at the same moment. Look at them again."
            ) from exc

    def remove(self, kind: type[Credentials]) -> bool:
        """Remove the service's connection; tell whether there was one."""
        with create_session() as session:
            same = delete(Connection).where(Connection.conn_id == kind.connection_id)
            return session.scalar(same.returning(Connection.id)) is not None


def _find(connection_id: str) -> tuple[Connection, bool] | None:
    """Return a connection, and whether it is in Airflow's database, in the order in which Airflow looks."""
    for backend in ensure_secrets_loaded():
        if (found := backend.get_connection(conn_id=connection_id)) is not None:
            return found, isinstance(backend, MetastoreBackend)
    return None
