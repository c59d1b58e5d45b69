"""What the doors of this deployment work with."""

from functools import cache

from airflow.api_fastapi.app import get_cookie_path

from media_ai.clients.oidc import OidcClient, OidcCredentials
from media_ai.settings import load_settings
from media_ai_web.house import House
from operators.deployment import public_base
from operators.members.accounts import FabAccounts
from operators.members.mail import SmtpMailer


def make_house() -> House:
    """Return it. Links lead to MEDIA_AI_PUBLIC_URL, else to Airflow's `[api] base_url`."""
    return House(
        accounts=FabAccounts(),
        mailer=SmtpMailer(),
        base_url=public_base(),
        root=get_cookie_path(),
        oidc=_oidc(),
    )


@cache
def provider_label() -> str:
    """Return the name of the provider that people may sign in with; empty without one."""
    client = _oidc()
    return client.label if client else ""


@cache
def _oidc() -> OidcClient | None:
    settings = load_settings()
    if not settings.has_credentials(OidcCredentials):
        return None
    return OidcClient(settings.credentials_of(OidcCredentials))
