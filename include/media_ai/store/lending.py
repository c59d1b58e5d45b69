"""Files that services fetch for themselves: put into OSS, given out as links that die, and taken back."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from media_ai.clients.credentials import CredentialsOf, OssCredentials
from media_ai.errors import ConfigurationError

if TYPE_CHECKING:
    from media_ai.clients.oss import OssClient

LINK_LIVES_S = 24 * 3600
"""A job may wait in its service's queue for hours before the file is fetched."""


class Lending:
    """
    Lends files through the bucket of the artifact store, or else through the one that the OSS connection names.

    A link is a secret: made when it is sent, never stored or logged.
    """

    def __init__(self, store_url: str, credentials_of: CredentialsOf) -> None:
        self._store_url = store_url
        self._credentials_of = credentials_of

    def check(self, what: str) -> None:
        """
        Refuse early where nothing can be lent.

        Raises:
            ConfigurationError: There is no OSS connection, or it names no bucket.
        """
        try:
            self._place()
        except ConfigurationError as exc:
            raise ConfigurationError(f"{what} is fetched by the service from OSS. {exc.message}") from exc

    def put(self, path: Path, name: str, *, content_type: str) -> str:
        """Upload a file unless it is there, and return its address; `name` must tell its content, such as a digest."""
        client, prefix = self._place()
        key = f"{prefix}lent/{name}"
        client.put_file(key, path, replace=False, content_type=content_type)
        return f"oss://{client.bucket}/{key}"

    def link(self, address: str, *, ttl_s: int = LINK_LIVES_S) -> SecretStr:
        """Return a link to any object that the OSS connection may read. With temporary keys it dies with them."""
        from media_ai.clients.oss_address import split_address

        bucket, key = split_address(address)
        return self._client(bucket).sign(key, ttl_s=ttl_s)

    def take_back(self, address: str) -> None:
        """Remove a lent file."""
        from media_ai.clients.oss_address import split_address

        bucket, key = split_address(address)
        self._client(bucket).delete(key)

    def _place(self) -> "tuple[OssClient, str]":
        from media_ai.clients.oss_address import split_address

        credentials = self._credentials_of(OssCredentials)
        if self._store_url.startswith("oss://"):
            bucket, prefix = split_address(self._store_url)
            return self._client(bucket), f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        if not credentials.bucket:
            raise ConfigurationError(
                f"Name a bucket in the connection '{OssCredentials.connection_id}', or in MEDIA_AI_OSS_BUCKET."
            )
        return self._client(credentials.bucket), "media-ai/"

    def _client(self, bucket: str) -> "OssClient":
        from media_ai.clients.oss import OssClient

        return OssClient(self._credentials_of(OssCredentials), bucket)
