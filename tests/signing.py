"""Signs events as the services do, with a certificate of the tests' own."""

import base64
import datetime as dt
import hashlib
import time
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

EVENTBRIDGE_CERTIFICATE = "https://cn-shanghai-eventbridge.oss-accelerate.aliyuncs.com/x509_public_certificate.pem"
MNS_CERTIFICATE = "https://mnstest.oss-cn-hangzhou.aliyuncs.com/x509_public_certificate.pem"


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key().public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key(), SHA256())
    )
    return made.public_bytes(Encoding.PEM)


def fetch(address: str) -> bytes:
    """Return the certificate at the two addresses that the services use."""
    return {EVENTBRIDGE_CERTIFICATE: certificate(), MNS_CERTIFICATE: certificate()}[address]


def callback_headers(prefix: str, url: str, secret: str, *, at: float | None = None) -> dict[str, str]:
    """Sign as VOD ("x-vod") and IMS ("x-ice") do."""
    timestamp = str(int(at or time.time()))
    return {
        f"{prefix}-timestamp": timestamp,
        f"{prefix}-signature": hashlib.md5(f"{url}|{timestamp}|{secret}".encode()).hexdigest(),
    }


def eventbridge_headers(url: str, body: bytes, *, at: float | None = None, **changes: str) -> dict[str, str]:
    """Sign as EventBridge does, version 2."""
    headers = {
        "x-eventbridge-signature-timestamp": str(int((at or time.time()) * 1000)),
        "x-eventbridge-signature-hash-method": "SHA256withRSA",
        "x-eventbridge-signature-version": "2.0",
        "x-eventbridge-signature-url": EVENTBRIDGE_CERTIFICATE,
        "x-eventbridge-signature-token": "",
        **changes,
    }
    lines = [f"{name}: {value}" for name, value in headers.items()]
    signed = "\n".join([url, *lines, ""]).encode() + body
    signature = key().sign(signed, padding.PKCS1v15(), SHA256())
    return {**headers, "x-eventbridge-signature-v2": base64.b64encode(signature).decode()}


def mns_headers(
    path: str, body: bytes, *, at: float | None = None, certificate_at: str = MNS_CERTIFICATE
) -> dict[str, str]:
    """Sign as MNS does."""
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(at))
    headers = {
        "content-md5": base64.b64encode(hashlib.md5(body).hexdigest().encode()).decode(),
        "content-type": "text/xml;charset=utf-8",
        "date": date,
        "x-mns-request-id": "57458276F0E3D56D7C00",
        "x-mns-signing-cert-url": base64.b64encode(certificate_at.encode()).decode(),
        "x-mns-version": "2015-06-06",
    }
    own = [f"{name}:{value}" for name, value in sorted(headers.items()) if name.startswith("x-mns-")]
    signed = "\n".join(["POST", headers["content-md5"], headers["content-type"], date, *own, path]).encode()
    signature = key().sign(signed, padding.PKCS1v15(), SHA1())
    return {**headers, "authorization": base64.b64encode(signature).decode()}
