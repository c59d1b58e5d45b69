"""Credentials of services from Airflow connections, or from the environment where there is no connection."""

from typing import Any

from airflow.sdk.definitions.connection import Connection

from media_ai.clients.credentials import IDENTITY_FIELDS, AlibabaCredentials, C, Credentials, read_credentials
from media_ai.errors import ConfigurationError
from media_ai.settings import load_settings
from operators.connection_lookup import find_connection


def credentials_of(kind: type[C], /) -> C:
    """
    Return a service's credentials: those of its default connection, else of the environment.

    Raises:
        ConfigurationError: There is neither; names both.
        ServiceError: Airflow does not say whether there is a connection.
    """
    connection = find_connection(kind.connection_id)
    if connection is None:
        try:
            return load_settings().credentials_of(kind)
        except ConfigurationError as exc:
            raise ConfigurationError(
                f"{exc.message} Or add the Airflow connection '{kind.connection_id}' (Media AI > Credentials)."
            ) from exc
    return from_connection(kind, connection)


def from_connection(kind: type[C], connection: Connection) -> C:
    """
    Return what a connection says, with the identity of another one where it names one.

    Raises:
        ConfigurationError: A field is missing or wrong; names the connection and the field.
    """
    values = values_in(kind, connection)
    if other := values.get("identity"):
        shared = values_in(AlibabaCredentials, _named(str(other), connection.conn_id))
        values = {name: shared[name] for name in IDENTITY_FIELDS if shared.get(name)} | values
    return read_credentials(kind, values, where=f"connection '{connection.conn_id}', field '{{field}}'")


def _named(connection_id: str, by: str) -> Connection:
    connection = find_connection(connection_id)
    if connection is None:
        raise ConfigurationError(f"Connection '{by}' names the connection '{connection_id}', which does not exist.")
    return connection


def values_in(kind: type[Credentials], connection: Any) -> dict[str, Any]:
    """Return the fields that a connection says, unchecked; a connection of Airflow's SDK, or a row of its database."""
    own = {field: getattr(connection, name) for name, field in kind.standard_fields.items()}
    return {name: value for name, value in {**connection.extra_dejson, **own}.items() if value not in (None, "")}
