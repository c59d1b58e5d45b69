"""Mounts the web API in Airflow's API server, behind Airflow's own sign-in and permissions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from media_ai.catalog.member_keys import Cipher


def web_apps(arguments: Sequence[str]) -> list[dict[str, Any]]:
    """Return what to mount; nothing in processes that serve no web, which would only pay for the import."""
    if not any(argument in ("api-server", "standalone") for argument in arguments):
        return []
    from media_ai_web.app import create_app
    from media_ai_web.status_call import PREFIX, create_status_app
    from operators.credentials import credentials_of
    from operators.inner_airflow import caller_api
    from operators.web_gate import AirflowGate, may_read_tasks

    cipher = _cipher()
    app = create_app(gate=AirflowGate(), airflow=caller_api, cipher=cipher, credentials=credentials_of)
    status = create_status_app(cipher=cipher, may_read=may_read_tasks)
    return [
        {"app": app, "url_prefix": "/media-ai", "name": "Media AI"},
        {"app": status, "url_prefix": PREFIX, "name": "Media AI status call"},
    ]


def _cipher() -> "Cipher":
    """Encrypt with the key that Airflow encrypts its connections with."""
    from airflow.models.crypto import get_fernet

    from media_ai.catalog.member_keys import Cipher
    from media_ai.errors import ConfigurationError

    def encrypt(text: str) -> str:
        fernet = get_fernet()
        if not fernet.is_encrypted:
            raise ConfigurationError(
                "Access keys need AIRFLOW__CORE__FERNET_KEY: without it their secrets would lie open."
            )
        return fernet.encrypt(text.encode()).decode()

    return Cipher(encrypt=encrypt, decrypt=lambda text: get_fernet().decrypt(text.encode()).decode())
