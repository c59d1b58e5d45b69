"""What the processes of a deployment share: its key and the address that people reach it at."""

from airflow.sdk.configuration import conf

from media_ai.catalog.member_keys import Cipher
from media_ai.errors import ConfigurationError
from media_ai.settings import load_settings

_LOST_KEY = (
    "A kept secret was encrypted with a key that is not in AIRFLOW__CORE__FERNET_KEY any more: make a new secret."
)


def cipher() -> Cipher:
    """Encrypt with the key that Airflow encrypts its connections with."""
    from airflow.models.crypto import get_fernet
    from cryptography.fernet import InvalidToken

    def encrypt(text: str) -> str:
        fernet = get_fernet()
        if not fernet.is_encrypted:
            raise ConfigurationError(
                "Secrets need AIRFLOW__CORE__FERNET_KEY: without it those of access keys and webhooks would lie open."
            )
        return fernet.encrypt(text.encode()).decode()

    def decrypt(text: str) -> str:
        try:
            return get_fernet().decrypt(text.encode()).decode()
        except InvalidToken:
            raise ConfigurationError(_LOST_KEY) from None

    return Cipher(encrypt=encrypt, decrypt=decrypt)


def renewed(text: str) -> str | None:
    """Encrypt with the newest key what an older one has; None: it is. Raise ConfigurationError if no key opens it."""
    from airflow.models.crypto import get_fernet
    from cryptography.fernet import Fernet, InvalidToken

    newest = str(conf.get("core", "fernet_key", fallback="")).partition(",")[0]
    try:
        if newest:
            Fernet(newest).decrypt(text)
        return None
    except InvalidToken:
        opened = cipher().decrypt(text)
    return get_fernet().encrypt(opened.encode()).decode()


def public_base() -> str:
    """Return MEDIA_AI_PUBLIC_URL, else Airflow's `[api] base_url`; empty if neither is an address."""
    base = load_settings().public_url or str(conf.get("api", "base_url", fallback=""))
    return base if base.startswith(("http://", "https://")) else ""
