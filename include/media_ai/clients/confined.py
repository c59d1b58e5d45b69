"""Requests to addresses that users name: only to public machines, or to networks that the operator lists."""

import ipaddress
import socket
import time
from collections.abc import Iterable, Sequence
from typing import Any

import httpcore
from httpcore import NetworkBackend, NetworkStream

from media_ai.errors import ErrorKind, InputError, ServiceError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def resolve(host: str, port: int, networks: Sequence[Network]) -> list[str]:
    """
    Return the addresses of a host.

    Raises:
        InputError: One of them is of this machine, a private network or a reserved one, and in none of `networks`.
        ServiceError: The name leads nowhere.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise ServiceError(
            f"The name '{host[:100]}' leads nowhere ({type(exc).__name__}).",
            service="webhook", code="name", kind=ErrorKind.TRANSIENT,
        ) from exc  # fmt: skip
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        parsed = ipaddress.ip_address(address.partition("%")[0])
        if not (_is_public(parsed) or is_listed(parsed, networks)):
            raise InputError(
                f"'{host[:100]}' is a machine of a private network. Name a public one, or have the operator list the network in "
                "MEDIA_AI_NOTIFY_NETWORKS.",
                kind=ErrorKind.PERMISSION,
            )
    return addresses


def is_listed(address: Address, networks: Sequence[Network]) -> bool:
    """Tell whether an address is in one of some networks."""
    return any(address in network for network in networks)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        # What carries an IPv4 address in it leads there.
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(inner)
    return address.is_global and not address.is_multicast


class ConfinedBackend(NetworkBackend):
    """
    Connects to addresses that it has looked at itself, so that a name cannot lead elsewhere a moment later.

    All that is read and written ends at one moment, however slowly the other side speaks.
    """

    def __init__(self, networks: Sequence[Network], *, longest_s: float) -> None:
        self._networks = networks
        self._backend = httpcore.SyncBackend()
        self._until = time.monotonic() + longest_s

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        """Connect to the first address that answers."""
        last: Exception = httpcore.ConnectError(f"'{host}' has no address")
        for address in resolve(host, port, self._networks):
            try:
                stream = self._backend.connect_tcp(
                    address, port, left(self._until, timeout), local_address, socket_options
                )
                return _Bounded(stream, self._until)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as exc:
                last = exc
        raise last


class _Bounded(NetworkStream):
    """A stream that ends at a moment of time.monotonic()."""

    def __init__(self, stream: NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read some bytes."""
        return self._stream.read(max_bytes, left(self._until, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all bytes."""
        self._stream.write(buffer, left(self._until, timeout))

    def close(self) -> None:
        """Close it."""
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        """Go on encrypted, with the machine that the certificate names."""
        stream = self._stream.start_tls(ssl_context, server_hostname, left(self._until, timeout))
        return _Bounded(stream, self._until)

    def get_extra_info(self, info: str) -> Any:
        """Return what is known of the connection."""
        return self._stream.get_extra_info(info)


def left(until: float, timeout: float | None) -> float:
    """Return how long may be waited; raise httpcore.ReadTimeout if the time is over."""
    rest = until - time.monotonic()
    if rest <= 0:
        raise httpcore.ReadTimeout("it takes too long")
    return rest if timeout is None else min(rest, timeout)
