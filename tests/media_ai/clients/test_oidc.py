"""Sign-in with an OpenID Connect provider that signs real tokens."""

import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from media_ai.clients.oidc import PRESETS, OidcClient, OidcCredentials
from media_ai.errors import ServiceError
from tests.system.oidc_server import CLIENT_ID, CLIENT_SECRET, OidcServer, running_oidc

BACK = "https://media.example/media-ai/doors/provider/callback"


@pytest.fixture
def server():
    with running_oidc() as running:
        running.person = {"email": "zoe@studio.example", "email_verified": True}
        yield running


def make(server: OidcServer, **more: object) -> OidcClient:
    given = {"issuer": server.url, "client_id": CLIENT_ID, "client_secret": SecretStr(CLIENT_SECRET)}
    return OidcClient(OidcCredentials(**{**given, **more}))


def signed_in(client: OidcClient) -> str:
    """Go the whole way, as a browser does."""
    url, ticket = client.begin(BACK)
    back = httpx.get(url).headers["location"]
    found = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    assert found["state"] == ticket.state
    return client.finish(BACK, found["code"], ticket)


def test_a_verified_address_comes_back(server):
    """Code, PKCE, the client's secret and the signature are all checked on the way."""
    assert signed_in(make(server)) == "zoe@studio.example"


@pytest.mark.parametrize(
    ("person", "spoil", "said"),
    [
        ({"email": "zoe@studio.example", "email_verified": False}, {}, "not verified"),
        ({"email": "zoe@studio.example"}, {}, "not verified"),
        ({"email": "zoe@studio.example", "email_verified": "yes"}, {}, "not verified"),
        ({"email": 7, "email_verified": True}, {}, "no e-mail address"),
        (None, {"nonce": "another"}, "not to be trusted"),
        (None, {"aud": "somebody-else"}, "not to be trusted"),
        (None, {"iss": "https://evil.example"}, "not to be trusted"),
        (None, {"exp": int(time.time()) - 3600}, "not to be trusted"),
        (None, {"aud": [CLIENT_ID, "other"]}, "somebody else"),
    ],
)
def test_tokens_that_prove_nothing_are_refused(server, person, spoil, said):
    """Nobody is let in by an address that the provider has not verified, or by a token that was made for another purpose."""
    if person is not None:
        server.person = person
    server.spoil = spoil
    with pytest.raises(ServiceError, match=said):
        signed_in(make(server))


def test_a_signature_of_another_key_is_refused(server):
    """The token must be signed by a key that the provider publishes."""
    server.published = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
    with pytest.raises(ServiceError, match="not to be trusted"):
        signed_in(make(server))


def test_a_stolen_code_is_worth_nothing(server):
    """Without the verifier that the browser's owner has, and once it is used."""
    client = make(server)
    url, ticket = client.begin(BACK)
    code = parse_qs(urlsplit(httpx.get(url).headers["location"]).query)["code"][0]
    _, other = client.begin(BACK)
    with pytest.raises(ServiceError, match="invalid_grant"):
        client.finish(BACK, code, other)
    with pytest.raises(ServiceError, match="invalid_grant"):
        client.finish(BACK, code, ticket)


def test_only_allowed_domains_come_in(server):
    """Where domains are named."""
    assert signed_in(make(server, domains="other.example, studio.example")) == "zoe@studio.example"
    with pytest.raises(ServiceError, match="domain"):
        signed_in(make(server, domains="other.example"))


def test_a_document_of_another_issuer_is_refused(server):
    """A provider speaks for itself only."""
    with pytest.raises(ServiceError, match="another issuer"):
        _ = make(server, issuer=f"{server.url}/tenant").provider


def test_a_provider_that_does_not_answer_is_named():
    """And no secret of ours is."""
    client = OidcClient(
        OidcCredentials(issuer="http://127.0.0.1:9", client_id="a", client_secret=SecretStr("sentinel"))
    )
    with pytest.raises(ServiceError, match=r"127\.0\.0\.1:9 does not answer") as caught:
        client.begin(BACK)
    assert "sentinel" not in str(caught.value)


def test_alibaba_cloud_is_known_by_name():
    """Its endpoints need no discovery; PKCE, state and nonce go along."""
    client = OidcClient(OidcCredentials(preset="alibaba_cloud", client_id="a", client_secret=SecretStr("s")))
    url, ticket = client.begin(BACK)
    query = parse_qs(urlsplit(url).query)
    assert url.startswith("https://signin.aliyun.com/oauth2/v1/auth?")
    assert query["state"] == [ticket.state] and query["nonce"] == [ticket.nonce] and "code_challenge" in query
    assert client.label == "Alibaba Cloud"
    assert PRESETS["alibaba_cloud"].token == "https://oauth.aliyun.com/v1/token"
    assert PRESETS["alibaba_cloud"].userinfo == "https://oauth.aliyun.com/v1/userinfo"
