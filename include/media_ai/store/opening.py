"""From a store's URL to the store."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from media_ai.clients.credentials import CredentialsOf, OssCredentials
from media_ai.errors import ConfigurationError
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.file_store import FileStore
from media_ai.store.object_store import ObjectStore


def open_store(url: str, credentials_of: CredentialsOf) -> ArtifactStore:
    """
    Return the artifact store at `url`: file:///var/lib/media-ai/artifacts or oss://bucket/prefix.

    Raises:
        ConfigurationError: The scheme is not known, or the credentials are missing.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc:
        return ArtifactStore(FileStore(Path(unquote(parts.path))))
    if parts.scheme == "oss":
        return ArtifactStore(_oss_store(url, credentials_of))
    raise ConfigurationError(
        f"MEDIA_AI_STORE_URL is '{parts.scheme}://...'; this installation knows file:///folder and oss://bucket/prefix."
    )


def _oss_store(url: str, credentials_of: CredentialsOf) -> ObjectStore:
    from media_ai.clients.oss import OssClient
    from media_ai.clients.oss_address import split_address
    from media_ai.store.oss_store import OssStore

    bucket, prefix = split_address(url)
    return OssStore(OssClient(credentials_of(OssCredentials), bucket), prefix)
