"""What a node is given beside its params and inputs: the run's input, the store, models, and ways to speak."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from media_ai.clients.credentials import CredentialsOf
from media_ai.clients.models import Model, ModelReply, ModelRequest, open_model
from media_ai.model.artifacts import Artifact
from media_ai.model.media import MediaAsset
from media_ai.model.run import RunInput
from media_ai.progress import Progress
from media_ai.store.artifacts import ArtifactStore, Usage
from media_ai.store.media_files import MediaFiles

log = logging.getLogger(__name__)


class Publisher(Protocol):
    """Writes results where people search and query them."""

    def publish(self, asset: MediaAsset, results: Sequence[Artifact]) -> dict[str, int]:
        """Replace what this run published before; return the rows written, by table."""
        ...


@dataclass(kw_only=True)
class Job:
    """
    One execution of one node.

    Attributes:
        node_id: The node's id in its workflow.
        input: What the task was started with.
        files: Opens the user's files.
        store: Keeps bytes.
        workdir: An empty folder of this try's own, removed afterwards.
        credentials_of: Finds a service's credentials.
        publisher: Writes to the catalog.
        progress: Reports progress and raises StoppedError after a stop.
        notices: What a reader of the result should know; filled by `notice`.
        usage: What calls to models used; filled by `ask`.
    """

    node_id: str
    input: RunInput
    files: MediaFiles
    store: ArtifactStore
    workdir: Path
    credentials_of: CredentialsOf
    publisher: Publisher
    progress: Progress
    notices: list[str] = field(default_factory=list)
    usage: list[Usage] = field(default_factory=list)
    _models: dict[str, Model] = field(default_factory=dict)

    def notice(self, text: str) -> None:
        """Record something that the reader of the result should know, and log it."""
        self.notices.append(text)
        log.warning("%s", text)

    def ask(self, model: str, request: ModelRequest) -> ModelReply:
        """Ask "provider/model"; its usage is recorded with the result."""
        if model not in self._models:
            self._models[model] = open_model(model, self.credentials_of)
        reply = self._models[model].answer(request)
        self.usage.extend(reply.usage)
        return reply
