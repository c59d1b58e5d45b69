"""From credentials to oss2's buckets: V4 signatures, timeouts, large reads."""

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


class _Keys:
    """What oss2 calls a credentials provider; asked at each request, so that a session is renewed in time."""

    def __init__(self, source: KeysSource) -> None:
        self._source = source

    def get_credentials(self) -> Any:
        keys = self._source()
        return oss2.credentials.Credentials(keys.key_id, keys.secret, keys.security_token)


class _LargeBlocks(requests.adapters.HTTPAdapter):
    """Sends files in reads of 256 KB in place of 16 KB, each of which takes the interpreter's lock."""

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
                enable_crc=False,  # oss_checksum does it, ten times as fast
                region=credentials.region,
            )
            for endpoint in (credentials.io_endpoint, credentials.link_endpoint)
        )
    return io, links


def read_to_end(answer: Any) -> Any:
    """Return an answer of oss2 whose body it leaves unread: until then the connection is not free for the next request."""
    answer.resp.read()
    return answer


def _is_cname(endpoint: str) -> bool:
    # A domain of one's own is bound to one bucket; Alibaba's take the bucket's name in front.
    return not (urlsplit(endpoint).hostname or "").endswith(".aliyuncs.com")
