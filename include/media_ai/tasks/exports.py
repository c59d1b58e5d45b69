"""What a task produced as files that people and other programs open."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.errors import NotFoundError
from media_ai.graph.address import did_you_mean
from media_ai.model.artifacts import Artifact, ArtifactRef
from media_ai.model.vision import FrameSet
from media_ai.store.artifacts import ArtifactStore
from media_ai.tasks.export_files import FILES, sprite, sprite_count

A = TypeVar("A", bound=Artifact)


@dataclass(frozen=True, kw_only=True)
class ExportFile:
    """A file to hand out."""

    name: str
    content_type: str
    data: bytes


class TaskExports:
    """The files of one task; each is made when it is asked for."""

    def __init__(self, results: ResultRepository, store: ArtifactStore, run: RunKey) -> None:
        """
        Read what the task produced.

        Raises:
            NotFoundError: Nothing is known of the run.
        """
        results.run(run)
        self._store = store
        self._found = list(_artifacts(results, store, run))

    def names(self) -> tuple[str, ...]:
        """Return the names of the files that this task has."""
        frames = self._last(FrameSet)
        sprites = range(sprite_count(frames)) if frames else ()
        made = (name for name, kind in FILES.items() if self._last(kind.source) is not None)
        return (*made, *(f"sprite-{number}.jpg" for number in sprites))

    def file(self, name: str) -> ExportFile:
        """
        Return a file.

        Raises:
            NotFoundError: The task has no such file; suggests a near name.
        """
        if name not in self.names():
            raise NotFoundError(f"This task has no export '{name}'.{did_you_mean(name, self.names())}")
        if number := re.fullmatch(r"sprite-(\d+)\.jpg", name):
            data = sprite(self._one(FrameSet), int(number[1]), self._store)
            return ExportFile(name=name, content_type="image/jpeg", data=data)
        kind = FILES[name]
        written = kind.write(self._one(kind.source), self._store)
        data = written.encode() if isinstance(written, str) else written
        return ExportFile(name=name, content_type=kind.content_type, data=data)

    def _last(self, kind: type[A]) -> A | None:
        """Return the last artifact of a kind that holds anything: de-duplicated frames rather than all of them."""
        of_kind = [artifact for artifact in self._found if isinstance(artifact, kind)]
        return next((item for item in reversed(of_kind) if any(item.counts().values())), None)

    def _one(self, kind: type[A]) -> A:
        found = self._last(kind)
        if found is None:
            raise NotFoundError(f"This task has no {kind.__name__}.")
        return found


def _artifacts(results: ResultRepository, store: ArtifactStore, run: RunKey) -> Iterator[Artifact]:
    for node in results.nodes(run):
        for value in node["outputs"].values():
            if value is None:
                continue
            try:
                yield store.load(ArtifactRef.model_validate(value))
            except NotFoundError:
                # Retention has deleted it.
                continue
