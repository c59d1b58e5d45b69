"""What the processes of a deployment share: its key and the address that people reach it at."""

from media_ai.catalog.member_keys import Cipher
from media_ai.errors import ConfigurationError
from media_ai.settings import load_settings


def cipher() -> Cipher:
    """Encrypt with the key that Airflow encrypts its connections with."""
    from airflow.models.crypto import get_fernet

    def encrypt(text: str) -> str:
        fernet = get_fernet()
        if not fernet.is_encrypted:
            raise ConfigurationError(
                "Secrets need AIRFLOW__CORE__FERNET_KEY: without it those of access keys and webhooks would lie open."
            )
        return fernet.encrypt(text.encode()).decode()

    return Cipher(encrypt=encrypt, decrypt=lambda text: get_fernet().decrypt(text.encode()).decode())


def public_base() -> str:
    """Return MEDIA_AI_PUBLIC_URL, else Airflow's `[api] base_url`; empty if neither is an address."""
    from airflow.sdk.configuration import conf

    base = load_settings().public_url or str(conf.get("api", "base_url", fallback=""))
    return base if base.startswith(("http://", "https://")) else ""
