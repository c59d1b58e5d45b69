"""Credentials of model providers from Airflow connections, or from the environment where there is no connection."""

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from media_ai.clients.models import Credentials
from media_ai.errors import ConfigurationError
from media_ai.settings import load_settings

CONNECTIONS = {"openai": "media_ai_openai"}
"""Provider -> id of its connection."""


def credentials_of(provider: str) -> Credentials:
    """
    Return a provider's credentials.

    Raises:
        ConfigurationError: There is neither a connection nor an environment variable; names both.
    """
    connection_id = CONNECTIONS.get(provider)
    if connection_id is None:
        raise ConfigurationError(f"No connection is known for the provider '{provider}'.")
    try:
        connection = BaseHook.get_connection(connection_id)
    except AirflowNotFoundException:
        try:
            return load_settings().credentials_of(provider)
        except ConfigurationError as exc:
            raise ConfigurationError(
                f"Models of '{provider}' need the Airflow connection '{connection_id}' (Admin > Connections): "
                "its host is the server's base URL, its password the API key."
            ) from exc
    if not connection.host:
        raise ConfigurationError(
            f"The Airflow connection '{connection_id}' has no host; set it to the server's base URL."
        )
    return Credentials(base_url=connection.host, api_key=connection.password or "")
