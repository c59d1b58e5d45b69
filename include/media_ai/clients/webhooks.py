"""Messages to web addresses of users, signed as standardwebhooks.com has it."""

import base64
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

from media_ai.clients.confined import ConfinedBackend, Network, is_listed, resolve
from media_ai.errors import ErrorKind, InputError, ServiceError

LONGEST_S = 10.0
"""From the look-up of the name to the last byte of the answer."""
_MOST_ANSWER = 4096
_LONGEST_URL = 2000
_LONGEST_PAUSE_S = 86400.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """
    What a receiver answered.

    Attributes:
        retry_after_s: How long it asks to be left alone; 0 if it does not.
    """

    status: int
    retry_after_s: float = 0.0

    @property
    def is_accepted(self) -> bool:
        """Whether the message arrived: any status from 200 to 299."""
        return 200 <= self.status < 300


def new_secret() -> str:
    """Return a new secret to sign with."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def signed_headers(secret: str, message_id: str, body: str) -> dict[str, str]:
    """Return the headers that let a receiver know who sent a message, and when."""
    from standardwebhooks import Webhook

    now = datetime.now(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(msg_id=message_id, timestamp=now, data=body),
    }


def check_url(url: str, networks: Sequence[Network]) -> str:
    """
    Return an address that messages may be sent to, in its plain form.

    Raises:
        InputError: It is no address, holds a password, is not https, or leads into a network that is not listed.
        ServiceError: Its name leads nowhere.
    """
    parsed = _parsed(url)
    addresses = resolve(parsed.host, parsed.port or 443, networks)
    if parsed.scheme != "https" and not all(_is_in(address, networks) for address in addresses):
        raise InputError(
            "A web address begins with https://; http:// is for networks of MEDIA_AI_NOTIFY_NETWORKS only."
        )
    return str(parsed)


def post(url: str, body: str, headers: Mapping[str, str], networks: Sequence[Network]) -> Answer:
    """
    Send a message; a redirection is an answer like any other and is not followed.

    Raises:
        InputError: The address may not be asked (any more).
        ServiceError: Nobody answers in time.
    """
    parsed = _parsed(url)
    if parsed.scheme != "https":
        check_url(url, networks)
    content = body.encode()
    sent = {"host": parsed.netloc.decode(), "content-type": "application/json", "user-agent": "media-ai", **headers}
    target = httpcore.URL(scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path)
    backend = ConfinedBackend(networks, longest_s=LONGEST_S)
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), LONGEST_S)
    try:
        with (
            httpcore.ConnectionPool(_certificates(), network_backend=backend) as pool,
            pool.stream(
                "POST", target, headers=list(sent.items()), content=content, extensions={"timeout": timeouts}
            ) as reply,
        ):
            received = 0
            for part in reply.iter_stream():
                received += len(part)
                if received > _MOST_ANSWER:
                    break
            return Answer(status=reply.status, retry_after_s=_pause_of(reply.headers))
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as exc:
        raise ServiceError(
            f"It did not answer ({type(exc).__name__}: {str(exc)[:200]}).",
            service="webhook", code=type(exc).__name__, kind=ErrorKind.TRANSIENT,
        ) from exc  # fmt: skip


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, TypeError) as exc:
        raise InputError("This is no web address; write https://host/path.") from exc
    if parsed.scheme not in ("https", "http") or not parsed.host or len(str(parsed)) > _LONGEST_URL:
        raise InputError("This is no web address; write https://host/path.")
    if parsed.port is not None and not 0 < parsed.port < 65536:
        raise InputError(f"Port {parsed.port} is none; it is a number from 1 to 65535.")
    if parsed.userinfo:
        raise InputError("A web address holds no user and password here; messages are signed instead.")
    return parsed.copy_with(fragment=None)


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    import ipaddress

    return is_listed(ipaddress.ip_address(address.partition("%")[0]), networks)


def _pause_of(headers: Sequence[tuple[bytes, bytes]]) -> float:
    """Return the seconds of Retry-After, which is a number or a date; 0 for none."""
    given = next((value for name, value in headers if name.lower() == b"retry-after"), b"").decode("latin-1").strip()
    try:
        seconds = float(given) if given.isdigit() else parsedate_to_datetime(given).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(0.0, seconds), _LONGEST_PAUSE_S)


@cache
def _certificates() -> SSLContext:
    context: Any = httpx.create_ssl_context(trust_env=False)
    return context  # type: ignore[no-any-return]
