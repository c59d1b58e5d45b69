"""Embeddings for tests of the catalog: published over a real PostgreSQL with pgvector."""

from collections.abc import Sequence
from struct import pack

from media_ai.catalog.database import Database
from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.model.artifacts import Artifact, BlobRef
from media_ai.model.embeddings import EmbeddedItem, Embeddings
from media_ai.model.run import RunInput
from media_ai.model.time import Timecode, TimeRange
from media_ai_emulators.dashscope.vectors import vector_of

MODEL = "modelstudio/text-embedding-v4"
RUN = RunKey(dag_id="w", run_id="r")


class Blobs:
    """Bytes by their digest, in place of an artifact store."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def put(self, data: bytes) -> BlobRef:
        sha256 = f"{len(self._known):064x}"
        self._known[sha256] = data
        return BlobRef(sha256=sha256, size=len(data), content_type="application/octet-stream")

    def read(self, ref: BlobRef) -> bytes:
        return self._known[ref.sha256]


BLOBS = Blobs()


def span(start: float, end: float) -> TimeRange:
    return TimeRange(start=Timecode.of_seconds(str(start)), end=Timecode.of_seconds(str(end)))


def embeddings(
    texts: Sequence[str], *, model: str = MODEL, dimension: int = 64, kind: str = "speech", pictures: int = 0
) -> Embeddings:
    """Return the vectors that the emulator gives to these texts, and to pictures."""
    image = BlobRef(sha256="b" * 64, size=1, content_type="image/jpeg")
    vectors = [vector_of(text, dimension) for text in [*texts, *(f"picture {at}" for at in range(pictures))]]
    data = b"".join(pack(f"<{dimension}f", *vector) for vector in vectors)
    items = [EmbeddedItem(kind=kind, time=span(at, at + 1), text=text, row=at) for at, text in enumerate(texts)]
    items += [
        EmbeddedItem(kind="frame", time=span(at, at + 1), image=image, row=len(texts) + at) for at in range(pictures)
    ]
    return Embeddings(model=model, dimension=dimension, items=tuple(items), rows=len(vectors), vectors=BLOBS.put(data))


def publish(database: Database, *results: Artifact, run: RunKey = RUN, video_id: str = "bees") -> dict[str, int]:
    """Publish results of a run."""
    asset = RunInput(video="/bees.mp4", video_id=video_id, title="Bees").asset()
    return ResultRepository(database).publish(run, asset, results, BLOBS.read)
