"""Fakes and tiny-media makers that tests, here and in users' projects, may use."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from media_ai.clients.access import Access
from media_ai.clients.credentials import C
from media_ai.errors import ConfigurationError
from media_ai.job import Job
from media_ai.model.artifacts import Artifact, BlobRef
from media_ai.model.base import digest_of
from media_ai.model.media import MediaAsset
from media_ai.model.run import RunInput
from media_ai.progress import Progress
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.file_store import FileStore
from media_ai.store.lending import Lending
from media_ai.store.media_files import MediaFiles


class RecordingPublisher:
    """A publisher that keeps what it was given."""

    def __init__(self) -> None:
        self.published: list[tuple[MediaAsset, tuple[Artifact, ...]]] = []

    def publish(
        self, asset: MediaAsset, results: Sequence[Artifact], read: Callable[[BlobRef], bytes]
    ) -> dict[str, int]:
        self.published.append((asset, tuple(results)))
        return {"results": len(results)}


def no_credentials(kind: type[C], /) -> C:
    """Refuse every service."""
    raise ConfigurationError(f"No credentials for {kind.title} in this test.")


def make_job(folder: Path, *, video: str = "/nowhere.mp4", **changes: Any) -> Job:
    """Return a job whose store and working folder are below `folder`; `changes` replace its fields."""
    workdir = folder / "work"
    workdir.mkdir(exist_ok=True)
    store = ArtifactStore(FileStore(folder / "store"))
    access = changes.get("access") or Access(credentials_of=no_credentials)
    fields: dict[str, Any] = {
        "node_id": "node",
        "input": RunInput(video=video),
        "files": MediaFiles([Path("/")]),
        "store": store,
        "steps": store.steps_of("node", digest_of(str(folder))),
        "workdir": workdir,
        "access": access,
        "lending": Lending("", access.credentials_of),
        "publisher": RecordingPublisher(),
        "progress": Progress("node"),
    }
    return Job(**(fields | changes))
