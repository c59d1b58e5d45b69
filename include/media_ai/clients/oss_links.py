"""Signed links that come out the same whenever they are made: by them a service can be asked for what it was sent."""

from datetime import UTC, datetime
from typing import Any

import oss2
from pydantic import SecretStr

from media_ai.clients.credentials import OssCredentials
from media_ai.clients.oss_access import open_buckets
from media_ai.clients.oss_errors import translated
from media_ai.errors import ConfigurationError


def link_signed_at(credentials: OssCredentials, bucket: str, key: str, *, signed_at: datetime, ttl_s: int) -> SecretStr:
    """
    Return a link on the public endpoint as it was, or would have been, signed at a time. It is a secret, as any signed link.

    Args:
        credentials: With permanent keys: temporary ones are other ones at each time.
        bucket: Where the object is.
        key: Which object.
        signed_at: To the second.
        ttl_s: Life of the link from then on, 604,800 at most.

    Raises:
        ConfigurationError: The keys are temporary.
        ServiceError: The bucket's name or the endpoint is not one.
    """
    require_permanent(credentials)
    _, links = open_buckets(credentials, bucket)
    links.auth = _SignsAt(links.auth.credentials_provider, signed_at.astimezone(UTC))
    with translated("oss:GetObject", bucket, key):
        return SecretStr(links.sign_url("GET", key, ttl_s, slash_safe=True))


def require_permanent(credentials: OssCredentials) -> None:
    """
    Refuse keys with which links die sooner than a service may come for the file.

    Raises:
        ConfigurationError: They are an STS token's or a role's.
    """
    if credentials.role_arn or credentials.security_token.get_secret_value():
        raise ConfigurationError(
            f"The connection '{credentials.connection_id}' has temporary keys; its links die with them, and the service may "
            "fetch the file days later. Use permanent keys, or send the file instead of its address."
        )


class _SignsAt(oss2.ProviderAuthV4):  # type: ignore[misc]  # oss2 is untyped
    """Signs links as oss2 does, but for the time, which oss2 takes from the clock."""

    def __init__(self, provider: Any, at: datetime) -> None:
        super().__init__(provider)
        self._at = at.strftime("%Y%m%dT%H%M%SZ")

    def _sign_url(self, req: Any, bucket_name: str, key: str, expires: int, in_additional_headers: Any = None) -> str:
        keys = self.credentials_provider.get_credentials()
        scope = self._ProviderAuthV4__get_scope(self._at[:8], req)
        req.params |= {
            "x-oss-date": self._at,
            "x-oss-expires": str(expires),
            "x-oss-signature-version": "OSS4-HMAC-SHA256",
            "x-oss-credential": f"{keys.get_access_key_id()}/{scope}",
        }
        req.params["x-oss-signature"] = self._ProviderAuthV4__make_signature(req, bucket_name, key, [], keys, self._at)
        return f"{req.url}?{'&'.join(_pair(name, value) for name, value in req.params.items())}"


def _pair(name: str, value: str) -> str:
    return f"{oss2.compat.urlquote(name, '')}={oss2.compat.urlquote(value, '')}"
