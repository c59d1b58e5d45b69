"""Checks the signature of an RPC request, its time, its nonce and its security token."""

import hashlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass

from media_ai_emulators.clock import Clock, from_iso, is_skewed
from media_ai_emulators.credentials import Keyring, Token
from media_ai_emulators.rpc import acs3, hmac_sha1
from media_ai_emulators.rpc.errors import refusal
from media_ai_emulators.rpc.request import RpcRequest

_TOKEN_ERRORS = {
    Token.MISSING: "MissingSecurityToken",
    Token.INVALID: "InvalidSecurityToken.Malformed",
    Token.EXPIRED: "InvalidSecurityToken.Expired",
}
_ALWAYS_SIGNED = (
    "host",
    "x-acs-action",
    "x-acs-version",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-content-sha256",
)
_KEPT_NONCES = 100_000


@dataclass(frozen=True, kw_only=True)
class _Claim:
    key_id: str
    token: str | None
    time: str
    nonce: str


class Authenticator:
    """Checks both signature versions. Nonces are remembered across the services, as the real gateway does."""

    def __init__(self, keyring: Keyring, clock: Clock) -> None:
        self._keyring = keyring
        self._clock = clock
        self._nonces: OrderedDict[str, None] = OrderedDict()

    def check(self, request: RpcRequest) -> None:
        """
        Let a request pass, or refuse it.

        Raises:
            Refusal: There is no signature, it is wrong, too old or used before, or its token is not valid.
        """
        if "authorization" in request.headers:
            claim = self._v3(request)
        elif "Signature" in request.params:
            claim = self._v1(request)
        else:
            raise refusal(400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action.")
        self._check_time_and_nonce(claim)
        grant = self._keyring.grant(claim.key_id, claim.token, self._clock.now())
        if grant.token in _TOKEN_ERRORS:
            raise refusal(400, _TOKEN_ERRORS[grant.token])

    def _v3(self, request: RpcRequest) -> _Claim:
        authorization = acs3.Authorization.parse(request.headers["authorization"])
        if authorization is None or not request.headers["authorization"].startswith(acs3.ALGORITHM):
            raise refusal(400, "IncompleteSignature")
        unsigned = [name for name in _ALWAYS_SIGNED if name not in authorization.signed_headers]
        body_sha256 = hashlib.sha256(request.body).hexdigest()
        if unsigned or request.headers.get("x-acs-content-sha256") != body_sha256:
            raise refusal(400, "SignatureDoesNotMatch")
        secret = self._secret(authorization.key_id)
        # The installed SDK signs an empty value as "name=", the vendor's older one as "name".
        expected = [
            acs3.sign(
                method=request.method,
                path=request.path,
                query=request.query,
                headers=request.headers,
                signed_headers=authorization.signed_headers,
                body_sha256=body_sha256,
                secret=secret,
                is_empty_bare=is_empty_bare,
            )
            for is_empty_bare in (False, True)
        ]
        _compare(authorization.signature, *expected)
        return _Claim(
            key_id=authorization.key_id,
            token=request.headers.get("x-acs-security-token"),
            time=request.headers.get("x-acs-date", ""),
            nonce=request.headers.get("x-acs-signature-nonce", ""),
        )

    def _v1(self, request: RpcRequest) -> _Claim:
        params = dict(request.params)
        signature = params.pop("Signature")
        key_id = params.get("AccessKeyId", "")
        _compare(signature, hmac_sha1.sign(method=request.method, params=params, secret=self._secret(key_id)))
        return _Claim(
            key_id=key_id,
            token=params.get("SecurityToken"),
            time=params.get("Timestamp", ""),
            nonce=params.get("SignatureNonce", ""),
        )

    def _secret(self, key_id: str) -> str:
        secret = self._keyring.secret_of(key_id)
        if secret is None:
            raise refusal(404, "InvalidAccessKeyId.NotFound")
        return secret

    def _check_time_and_nonce(self, claim: _Claim) -> None:
        try:
            at = from_iso(claim.time)
        except ValueError:
            raise refusal(400, "InvalidTimeStamp.Format") from None
        if is_skewed(at):
            raise refusal(400, "InvalidTimeStamp.Expired")
        if not claim.nonce or claim.nonce in self._nonces:
            raise refusal(400, "SignatureNonceUsed")
        self._nonces[claim.nonce] = None
        while len(self._nonces) > _KEPT_NONCES:
            self._nonces.popitem(last=False)


def _compare(given: str, *expected: str) -> None:
    if not any(hmac.compare_digest(given.encode(), right.encode()) for right in expected):
        raise refusal(400, "SignatureDoesNotMatch")
