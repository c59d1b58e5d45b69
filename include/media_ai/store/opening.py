"""From a store's URL to the store."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from media_ai.errors import ConfigurationError
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.file_store import FileStore


def open_store(url: str) -> ArtifactStore:
    """
    Return the artifact store at `url`, such as file:///var/lib/media-ai/artifacts.

    Raises:
        ConfigurationError: The scheme is not known.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc:
        return ArtifactStore(FileStore(Path(unquote(parts.path))))
    raise ConfigurationError(f"MEDIA_AI_STORE_URL is '{parts.scheme}://...'; this installation knows file:///folder.")
