"""Sign-in with an OpenID Connect provider: authorization code with PKCE, state and nonce; the ID token's signature is checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr

from media_ai.clients.credentials import Credentials
from media_ai.errors import ErrorKind, ServiceError

_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
_TIMEOUT_S = 10
_LEEWAY_S = 30


class OidcCredentials(Credentials):
    """
    Who the product is to a provider.

    With a preset, only the client id and its secret are needed.
    """

    service = "oidc"
    title: ClassVar[str] = "Sign-in with OpenID Connect"
    connection_type = "media_ai_oidc"
    connection_id = "media_ai_oidc"

    preset: Literal["", "alibaba_cloud", "alibaba_cloud_international"] = ""
    issuer: str = Field(default="", description="https://accounts.example; its discovery document is below it.")
    client_id: str = Field(min_length=1)
    client_secret: SecretStr
    label: str = Field(default="", max_length=60, description="What the button says; the provider's host if empty.")
    domains: str = Field(default="", description="Addresses of these domains only, separated by ','; all if empty.")
    scope: str = "openid email profile"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """
    Where a provider is.

    Attributes:
        address_claim: The claim with the person's e-mail address.
        is_always_verified: The provider hands out the addresses itself, and says nothing of having verified them.
    """

    issuer: str
    authorize: str = ""
    token: str = ""
    userinfo: str = ""
    keys: str = ""
    scope: str = "openid email profile"
    label: str = ""
    address_claim: str = "email"
    is_always_verified: bool = False


def _alibaba(domain: str, signin: str) -> Provider:
    # A RAM user's principal name, user@account.onaliyun.com, is given out by Alibaba Cloud; there is no claim "email".
    return Provider(
        issuer=f"https://oauth.{domain}",
        authorize=f"https://{signin}/oauth2/v1/auth",
        token=f"https://oauth.{domain}/v1/token",
        userinfo=f"https://oauth.{domain}/v1/userinfo",
        keys=f"https://oauth.{domain}/v1/keys",
        scope="openid aliuid profile",
        label="Alibaba Cloud",
        address_claim="upn",
        is_always_verified=True,
    )


PRESETS: Mapping[str, Provider] = {
    "alibaba_cloud": _alibaba("aliyun.com", "signin.aliyun.com"),
    "alibaba_cloud_international": _alibaba("alibabacloud.com", "signin.alibabacloud.com"),
}


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What a browser keeps while its person is at the provider."""

    state: str
    nonce: str
    verifier: str


class OidcClient:
    """One provider. Its discovery document is read when it is first needed."""

    def __init__(self, credentials: OidcCredentials) -> None:
        self._credentials = credentials

    @property
    def label(self) -> str:
        """What people know the provider by."""
        preset = PRESETS.get(self._credentials.preset)
        host = self._credentials.issuer.partition("://")[2].partition("/")[0]
        return self._credentials.label or (preset.label if preset else host)

    @cached_property
    def provider(self) -> Provider:
        """
        Where the provider is.

        Raises:
            ServiceError: Its discovery document cannot be read.
        """
        preset = PRESETS.get(self._credentials.preset)
        return preset or self._discover()

    def begin(self, redirect_uri: str) -> tuple[str, Ticket]:
        """Return where to send the browser, and what it must bring back."""
        from authlib.common.security import generate_token

        ticket = Ticket(state=generate_token(40), nonce=generate_token(40), verifier=generate_token(64))
        with self._session(redirect_uri) as session:
            url, _ = session.create_authorization_url(
                self.provider.authorize, state=ticket.state, nonce=ticket.nonce, code_verifier=ticket.verifier
            )
        return str(url), ticket

    def finish(self, redirect_uri: str, code: str, ticket: Ticket) -> str:
        """
        Return the verified e-mail address of who has signed in at the provider.

        Raises:
            ServiceError: The provider refuses the code, or its answer proves no address (kind permission).
        """
        with self._session(redirect_uri) as session:
            token = self._asked(
                lambda: session.fetch_token(self.provider.token, code=code, code_verifier=ticket.verifier)
            )
            claims = self._claims(str(token.get("id_token", "")), ticket.nonce)
            if self.provider.address_claim not in claims and self.provider.userinfo:
                more = self._asked(lambda: _body(session.get(self.provider.userinfo)))
                if more.get("sub") != claims["sub"]:
                    raise _refused("its user info is about somebody else")
                claims = {**more, **claims}
        return self._address(claims)

    def _address(self, claims: Mapping[str, Any]) -> str:
        address = claims.get(self.provider.address_claim)
        if not isinstance(address, str) or "@" not in address:
            raise _refused("it tells no e-mail address of yours")
        # Some providers write the truth as text.
        if not self.provider.is_always_verified and claims.get("email_verified") not in (True, "true"):
            raise _refused("it has not verified your e-mail address")
        domains = [part.strip().lower() for part in self._credentials.domains.split(",") if part.strip()]
        if domains and address.rpartition("@")[2].lower() not in domains:
            raise _refused("addresses of your domain are not taken here")
        return address

    def _claims(self, id_token: str, nonce: str) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        found: Any = self._json(self.provider.keys)
        rules = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self.provider.issuer},
            aud={"essential": True, "value": self._credentials.client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = jwt.decode(id_token, KeySet.import_key_set(found), algorithms=_ALGORITHMS).claims
            rules.validate(claims)
        except (JoseError, ValueError) as exc:
            raise _refused(f"its ID token is not to be trusted ({type(exc).__name__})") from exc
        others = claims["aud"] if isinstance(claims["aud"], list) else []
        if len(others) > 1 and claims.get("azp") != self._credentials.client_id:
            raise _refused("its ID token is for somebody else")
        return dict(claims)

    def _discover(self) -> Provider:
        issuer = self._credentials.issuer.rstrip("/")
        found = self._json(f"{issuer}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != issuer:
            raise _refused("its discovery document is another issuer's")
        return Provider(
            issuer=str(found["issuer"]),
            authorize=str(found["authorization_endpoint"]),
            token=str(found["token_endpoint"]),
            userinfo=str(found.get("userinfo_endpoint", "")),
            keys=str(found["jwks_uri"]),
            scope=self._credentials.scope,
        )

    def _session(self, redirect_uri: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self._credentials.client_id,
            self._credentials.client_secret.get_secret_value(),
            scope=self.provider.scope,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            default_timeout=_TIMEOUT_S,
        )

    def _json(self, url: str) -> dict[str, Any]:
        import requests

        return dict(self._asked(lambda: _body(requests.get(url, timeout=_TIMEOUT_S))))

    def _asked(self, ask: Any) -> Any:
        import requests
        from authlib.common.errors import AuthlibBaseError

        try:
            return ask()
        except AuthlibBaseError as exc:
            raise _refused(f"it said {str(getattr(exc, 'error', ''))[:60]!r}") from exc
        except (requests.RequestException, ValueError) as exc:
            raise ServiceError(
                f"{self.label} does not answer ({type(exc).__name__}). Try again, or sign in with your password.",
                service="oidc", code=type(exc).__name__, kind=ErrorKind.TRANSIENT,
            ) from exc  # fmt: skip


def _body(reply: Any) -> Any:
    reply.raise_for_status()
    return reply.json()


def _refused(reason: str) -> ServiceError:
    return ServiceError(
        f"The provider has not let you in: {reason}.", service="oidc", code="refused", kind=ErrorKind.PERMISSION
    )
