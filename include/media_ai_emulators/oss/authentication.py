"""Which of the four forms of signature a request carries, and whether it is right."""

import hmac
from dataclasses import dataclass

from media_ai_emulators.clock import Clock
from media_ai_emulators.credentials import Grant, Keyring, Token
from media_ai_emulators.oss import signature_v1, signature_v4, signed_parts
from media_ai_emulators.oss.errors import refusal
from media_ai_emulators.oss.request import OssRequest

_LONGEST_V4_URL_S = 7 * 24 * 3600
_TOKEN_ERRORS = {
    Token.MISSING: "InvalidAccessKeyId",
    Token.INVALID: "InvalidSecurityToken",
    Token.EXPIRED: "SecurityTokenExpired",
}


@dataclass(frozen=True, kw_only=True)
class _Claim:
    """Who says to have signed, with what, and what the right signature is for a secret."""

    key_id: str
    token: str | None
    signature: str


class Authenticator:
    """Checks signatures: V4 and V1, in the header and in the query."""

    def __init__(self, keyring: Keyring, clock: Clock) -> None:
        self._keyring = keyring
        self._clock = clock

    def check(self, request: OssRequest) -> None:
        """
        Let a request pass, or refuse it.

        Raises:
            Refusal: There is no signature, it is wrong or too old, or the key may not touch the object.
        """
        authorization = request.headers.get("authorization", "")
        if authorization.startswith(signature_v4.ALGORITHM):
            grant = self._v4_header(request, authorization)
        elif authorization.startswith("OSS "):
            grant = self._v1_header(request, authorization)
        elif request.params.get("x-oss-signature-version") == signature_v4.ALGORITHM:
            grant = self._v4_query(request)
        elif "OSSAccessKeyId" in request.params:
            grant = self._v1_query(request)
        elif authorization or "x-oss-signature-version" in request.params:
            raise refusal(501, "NotImplemented", "The emulator knows the signatures V1 and V4 only.")
        else:
            raise refusal(403, "AccessDenied", "Anonymous access is forbidden for this operation.")
        reads = request.method in {"GET", "HEAD"} and "uploadId" not in request.params
        if not grant.allows(request.bucket, request.key, reads=reads):
            raise refusal(403, "AccessDenied", "You have no right to access this object because of RAM policy.")

    def _v4_header(self, request: OssRequest, authorization: str) -> Grant:
        fields = signed_parts.fields(authorization.removeprefix(signature_v4.ALGORITHM))
        key_id, scope = signed_parts.credential(fields.get("Credential", ""))
        date_time = request.headers.get("x-oss-date", "")
        signed_parts.check_skew(signed_parts.v4_time(date_time))
        expected = signature_v4.sign(
            method=request.method,
            bucket=request.bucket,
            key=request.key,
            params=request.params,
            headers=request.headers,
            additional=signed_parts.names(fields.get("AdditionalHeaders", "")),
            date_time=date_time,
            scope=scope,
            secret=self._secret(key_id),
        )
        token = request.headers.get("x-oss-security-token")
        return self._compare(_Claim(key_id=key_id, token=token, signature=fields.get("Signature", "")), expected)

    def _v4_query(self, request: OssRequest) -> Grant:
        params = dict(request.params)
        signature = params.pop("x-oss-signature", "")
        key_id, scope = signed_parts.credential(params.get("x-oss-credential", ""))
        date_time = params.get("x-oss-date", "")
        lifetime = params.get("x-oss-expires", "")
        if not lifetime.isdigit() or int(lifetime) > _LONGEST_V4_URL_S:
            raise refusal(400, "InvalidArgument", "x-oss-expires must be seconds, at most 604800.")
        expected = signature_v4.sign(
            method=request.method,
            bucket=request.bucket,
            key=request.key,
            params=params,
            headers=request.headers,
            additional=signed_parts.names(params.get("x-oss-additional-headers", "")),
            date_time=date_time,
            scope=scope,
            secret=self._secret(key_id),
        )
        self._check_expiry(signed_parts.v4_time(date_time) + int(lifetime))
        token = params.get("x-oss-security-token")
        return self._compare(_Claim(key_id=key_id, token=token, signature=signature), expected)

    def _v1_header(self, request: OssRequest, authorization: str) -> Grant:
        key_id, _, signature = authorization.removeprefix("OSS ").partition(":")
        date = request.headers.get("x-oss-date") or request.headers.get("date", "")
        signed_parts.check_skew(signed_parts.v1_time(date))
        expected = signature_v1.sign(
            method=request.method,
            bucket=request.bucket,
            key=request.key,
            params=request.params,
            headers=request.headers,
            date=date,
            secret=self._secret(key_id),
        )
        token = request.headers.get("x-oss-security-token")
        return self._compare(_Claim(key_id=key_id, token=token, signature=signature), expected)

    def _v1_query(self, request: OssRequest) -> Grant:
        key_id = request.params["OSSAccessKeyId"]
        expires = request.params.get("Expires", "")
        if not expires.isdigit():
            raise refusal(400, "InvalidArgument", "Expires must be POSIX seconds.")
        expected = signature_v1.sign(
            method=request.method,
            bucket=request.bucket,
            key=request.key,
            params=request.params,
            headers=request.headers,
            date=expires,
            secret=self._secret(key_id),
        )
        self._check_expiry(float(expires))
        claim = _Claim(
            key_id=key_id,
            token=request.params.get("security-token"),
            signature=request.params.get("Signature", ""),
        )
        return self._compare(claim, expected)

    def _secret(self, key_id: str) -> str:
        secret = self._keyring.secret_of(key_id)
        if secret is None:
            raise refusal(403, "InvalidAccessKeyId")
        return secret

    def _compare(self, claim: _Claim, expected: str) -> Grant:
        if not hmac.compare_digest(claim.signature.encode(), expected.encode()):
            raise refusal(403, "SignatureDoesNotMatch")
        grant = self._keyring.grant(claim.key_id, claim.token, self._clock.now())
        if grant.token in _TOKEN_ERRORS:
            raise refusal(403, _TOKEN_ERRORS[grant.token])
        return grant

    def _check_expiry(self, expires_at: float) -> None:
        if expires_at < self._clock.now():
            raise refusal(403, "AccessDenied", "Request has expired.")
