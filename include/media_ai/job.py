"""What a node is given beside its params and inputs: the run's input, the store, models, and ways to speak."""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from media_ai.clients.access import Access
from media_ai.clients.models import Model, ModelReply, ModelRequest, open_model
from media_ai.clients.remote import RemoteJob
from media_ai.clients.spending import paying
from media_ai.errors import ConfigurationError, ErrorKind, MediaAIError, ServiceError
from media_ai.model.artifacts import Artifact, BlobRef
from media_ai.model.base import digest_of
from media_ai.model.media import MediaAsset
from media_ai.model.run import RunInput
from media_ai.progress import Progress
from media_ai.reviewing import AskPerson, nobody_here
from media_ai.store.artifacts import ArtifactStore, Usage
from media_ai.store.lending import Lending
from media_ai.store.media_files import MediaFiles
from media_ai.store.steps import Recover, Steps
from media_ai.waiting import Wait, is_verdict, wait_here

log = logging.getLogger(__name__)


class Publisher(Protocol):
    """Writes results where people search and query them."""

    def publish(
        self, asset: MediaAsset, results: Sequence[Artifact], read: Callable[[BlobRef], bytes]
    ) -> dict[str, int]:
        """Replace what this run published before; return the rows written, by table. `read` returns a blob's bytes."""
        ...


def question_step(model: str, request: ModelRequest) -> str:
    """Return the name of the step that keeps a model's answer: equal questions have the same."""
    pictures = [(float(one.time.seconds), one.label, hashlib.sha256(one.jpeg).hexdigest()) for one in request.pictures]
    asked = [
        model,
        request.instructions,
        request.text,
        pictures,
        dict(request.output_schema),
        request.max_output_tokens,
    ]
    return f"asked/{digest_of(asked)}"


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
        access: The way to remote services.
        lending: Lends files to services that fetch them.
        wait: Waits for a remote job, here or by leaving the process.
        review: Asks a person, and leaves the process while they think.
        steps: What this work has caused elsewhere already.
        publisher: Writes to the catalog.
        progress: Reports progress and raises StoppedError after a stop.
        notices: What a reader of the result should know; filled by `notice`.
        usage: What was paid for: calls to models and the work of services; filled by `ask` and `remote`.
    """

    node_id: str
    input: RunInput
    files: MediaFiles
    store: ArtifactStore
    workdir: Path
    access: Access
    lending: Lending
    publisher: Publisher
    progress: Progress
    notices: list[str] = field(default_factory=list)
    usage: list[Usage] = field(default_factory=list)
    wait: Wait = wait_here
    review: AskPerson = nobody_here
    steps: Steps | None = None
    _models: dict[str, Model] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)

    def notice(self, text: str) -> None:
        """Record something that the reader of the result should know, and log it."""
        self.notices.append(text)
        log.warning("%s", text)

    def ask(self, model: str, request: ModelRequest) -> ModelReply:
        """
        Ask "provider/model"; its usage is recorded with the result.

        The answer is kept for this work: a try after a failure, or after a restart, asks only what was not answered yet.
        """
        step = question_step(model, request)
        kept = self.keep(step, lambda: self._ask(model, request))
        reply = ModelReply(data=kept["data"], usage=tuple(Usage.model_validate(item) for item in kept["usage"]))
        if step not in self._asked:
            self._asked.add(step)
            self.usage.extend(reply.usage)
        return reply

    def _ask(self, model: str, request: ModelRequest) -> dict[str, Any]:
        if model not in self._models:
            self._models[model] = open_model(model, self.access)
        reply = self._models[model].answer(request)
        return {"data": reply.data, "usage": [item.model_dump(mode="json") for item in reply.usage]}

    def once(self, name: str, do: Callable[[], dict[str, Any]], *, recover: Recover | None = None) -> dict[str, Any]:
        """
        Do a step that changes something elsewhere, once for this work: later tries, restarts and equal work get its outcome.

        Args:
            name: Of the step, unique in the node.
            do: Does it and returns what is worth keeping: JSON, no secret, no signed address.
            recover: Asks the service whether a step that a killed process began at a time (UTC) was done.
        """
        return self._steps.once(name, do, recover=recover, check_stopped=self.access.check_stopped)

    def keep(self, name: str, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Do work that is slow but changes nothing elsewhere, and keep its outcome (JSON) for this work's later tries."""
        return self._steps.keep(name, do)

    def forget(self, name: str) -> None:
        """Let a step, or work that was kept, be done again; a try whose end nobody saw is taken for not done."""
        self._steps.drop(name)
        self._steps.forget(name)

    @property
    def work(self) -> str:
        """A name for this piece of work: the same at every try, and for equal work elsewhere."""
        return self._steps.work

    def pay(self, foreseen: Usage, submit: Callable[[], RemoteJob]) -> RemoteJob:
        """
        Submit a job that is paid for; what it may use at most is promised until `remote` has counted what it used.

        Raises:
            BudgetError: A budget would be crossed; nothing is submitted.
        """
        with paying(self.access.spending, foreseen) as bill:
            job = submit()
            bill.job = job.name
        return job

    def remote(
        self,
        name: str,
        submit: Callable[[], RemoteJob],
        *,
        recover: Callable[[datetime], RemoteJob | None] | None = None,
        longest_s: float,
        used: Callable[[Mapping[str, Any]], Sequence[Usage]] = lambda data: (),
    ) -> dict[str, Any]:
        """
        Have a service do something and wait for it; return what the service says of it in the end.

        The job is submitted once for this work; every later try collects. One that failed for good is forgotten, so that a
        restart submits anew. In Airflow the process ends while the service works.

        Args:
            name: Of the step, unique in the node.
            submit: Starts the job; must not repeat a call whose outcome is in doubt.
            recover: Finds a job that was submitted after a time (UTC) and whose answer was lost.
            longest_s: How long to wait in all, in seconds.
            used: What a job that was paid for has used, by what the service says of it in the end; counted once.

        Raises:
            ServiceError: The service refused, or the job failed, was cancelled or took too long.
        """

        def find(since: datetime) -> dict[str, Any] | None:
            found = recover(since) if recover else None
            return None if found is None else found.model_dump(mode="json")

        for _ in range(2):
            kept = self.once(name, lambda: submit().model_dump(mode="json"), recover=find if recover else None)
            job = RemoteJob.model_validate(kept)
            try:
                state = self.wait(job, self.access, longest_s)
            except MediaAIError as exc:
                if is_verdict(exc):
                    self._steps.forget(name, kept)
                    self.access.spending.give_up(job.name)
                raise
            if not state.is_gone:
                self._count(job, used(state.data))
                return dict(state.data)
            log.warning("%s %s was cancelled or has expired (%s); it is submitted again", job.kind, job.id, state.note)
            self._steps.forget(name, kept)
            self.access.spending.give_up(job.name)
        raise ServiceError(
            f"{job.kind} {job.id} was cancelled or has expired twice ({state.note}). It is tried again later.",
            service=job.kind.partition(".")[0],
            code="gone",
            kind=ErrorKind.TRANSIENT,
        )

    def _count(self, job: RemoteJob, used: Sequence[Usage]) -> None:
        if used:
            self.access.spending.collect(job.name, used)
            self.usage.extend(used)

    @property
    def _steps(self) -> Steps:
        if self.steps is None:
            raise ConfigurationError("This job keeps no steps; run it through media_ai.execution.")
        return self.steps
