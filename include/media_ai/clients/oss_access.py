"""From credentials to oss2's buckets: V4 signatures, timeouts, checksums."""

import base64
import hashlib
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import oss2
import requests

from media_ai.clients.access_keys import KeysSource, keys_source
from media_ai.clients.credentials import OssCredentials
from media_ai.clients.oss_errors import translated

TIMEOUTS_S = (5.0, 60.0)
"""To connect, and between two bytes."""
_BLOCK = 256 << 10
HAS_FAST_CRC = find_spec("crcmod._crcfunext") is not None
"""Whether crcmod was compiled where it was installed; its Python fallback takes minutes for a video."""


class _Keys:
    """What oss2 calls a credentials provider; asked at each request, so that a session is renewed in time."""

    def __init__(self, source: KeysSource) -> None:
        self._source = source

    def get_credentials(self) -> Any:
        keys = self._source()
        return oss2.credentials.Credentials(keys.key_id, keys.secret, keys.security_token)


class _LargeBlocks(requests.adapters.HTTPAdapter):
    """Sends files in reads of 256 KB in place of 16 KB: the checksum is computed per read, in Python."""

    def init_poolmanager(self, *given: Any, **more: Any) -> None:
        super().init_poolmanager(*given, **more, blocksize=_BLOCK)


def open_buckets(credentials: OssCredentials, bucket: str, keys: KeysSource | None = None) -> tuple[Any, Any]:
    """
    Return oss2's bucket for this machine's work, and the one that signs links for others.

    Raises:
        ServiceError: The bucket's name or an endpoint is not one.
    """
    auth = oss2.ProviderAuthV4(_Keys(keys or keys_source(credentials)))
    with translated("oss:GetObject", bucket):
        io, links = (
            oss2.Bucket(
                auth,
                endpoint,
                bucket,
                is_cname=_is_cname(endpoint),
                connect_timeout=TIMEOUTS_S,
                session=oss2.Session(adapter=_LargeBlocks()),
                enable_crc=HAS_FAST_CRC,
                region=credentials.region,
            )
            for endpoint in (credentials.io_endpoint, credentials.link_endpoint)
        )
    return io, links


def md5_header(data: bytes) -> dict[str, str]:
    """Return the header by which OSS checks what arrives, where the CRC would be computed by Python at 1 MB/s."""
    if HAS_FAST_CRC:
        return {}
    return {"Content-MD5": base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()}


def _is_cname(endpoint: str) -> bool:
    # A domain of one's own is bound to one bucket; Alibaba's take the bucket's name in front.
    return not (urlsplit(endpoint).hostname or "").endswith(".aliyuncs.com")
