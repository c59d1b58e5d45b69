"""Run one step: find the finished work or do it. The local runner and Airflow's workers both come here."""

import logging
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from media_ai.clients.access import Access
from media_ai.clients.credentials import CredentialsOf, service_named
from media_ai.errors import InputError, MediaAIError
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.graph.plan import Step
from media_ai.graph.schema import Node
from media_ai.graph.upgrade import upgrade_node
from media_ai.job import Job, Publisher
from media_ai.model.artifacts import Artifact, ArtifactRef
from media_ai.model.base import digest_of
from media_ai.model.run import RunInput
from media_ai.nodes import node_type
from media_ai.progress import Progress
from media_ai.reviewing import AskPerson, nobody_here
from media_ai.store.artifacts import ArtifactStore, Outputs, StoredResult, result_key
from media_ai.store.lending import Lending
from media_ai.store.media_files import MediaFiles
from media_ai.waiting import Wait, wait_here

log = logging.getLogger(__name__)

InputRefs = Mapping[str, tuple[ArtifactRef, ...]]
"""What arrives at each input port; an optional output that was empty is left out."""


@dataclass(frozen=True, kw_only=True)
class Services:
    """
    What every step of a run shares.

    Attributes:
        run: Names the run: what a node causes at every run is caused once in it.
        language: BCP 47 tag of what models write for people, where a node has none of its own; None is the video's.
    """

    store: ArtifactStore
    files: MediaFiles
    access: Access
    lending: Lending
    publisher: Publisher
    wait: Wait = wait_here
    review: AskPerson = nobody_here
    run: str = ""
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class StepResult:
    """A finished step; `is_reused` says that the work had been done before."""

    node_id: str
    stored: StoredResult
    is_reused: bool

    @property
    def outputs(self) -> Outputs:
        """References to what the step produced, by output port."""
        return self.stored.outputs


def run_step(
    step: Step, *, run_input: RunInput, overrides: Mapping[str, Any], inputs: InputRefs, services: Services
) -> StepResult:
    """
    Return the stored result of the step, or do the work and store it.

    Args:
        step: The node and its wiring.
        run_input: What the task was started with.
        overrides: Params of this node for this task only; merged deeply into the node's own.
        inputs: References that arrived over the wires.
        services: What the run shares.

    Raises:
        MediaAIError: The work failed; the message names the node.
        RemoteJobPending: A service works on it, and `services.wait` leaves the waiting to others.
        ReviewPending: A person is asked, and `services.review` leaves the waiting to others.
    """
    kind = node_type(step.type)
    with _naming(step), tempfile.TemporaryDirectory(prefix=f"media-ai-{step.id}-") as folder:
        params = _params(kind, step, overrides, services.language)
        job = _job(step, run_input, services, Path(folder))
        key = result_key(
            node_type=kind.id,
            type_version=kind.version,
            params=params.model_dump(mode="json"),
            inputs=inputs,
            fingerprint=kind.fingerprint(params, job) if kind.fingerprint else None,
        )
        job.steps = services.store.steps_of(kind.id, digest_of([key, services.run]) if kind.always_runs else key)
        found = None if kind.always_runs else services.store.find_result(kind.id, key)
        if found:
            log.info("%s: done before, result reused (%s)", step.title or kind.title, _sizes(found))
            return StepResult(node_id=step.id, stored=found, is_reused=True)
        stored = _work(kind, params, inputs, job, key)
        log.info("%s: done in %.1f s (%s)", step.title or kind.title, stored.seconds, _sizes(stored))
        return StepResult(node_id=step.id, stored=stored, is_reused=False)


def services_needed(step: Step, run_input: RunInput | None, overrides: Mapping[str, Any]) -> tuple[str, ...]:
    """
    Return the services that a step cannot do without, the one that does its work first.

    Raises:
        InputError: Its params are wrong.
    """
    kind = node_type(step.type)
    return kind.services(_params(kind, step, overrides), run_input)


def check_services(
    steps: Iterable[Step], run_input: RunInput, overrides: Mapping[str, Any], credentials_of: CredentialsOf
) -> None:
    """
    Refuse a run before its first node works, if a later one would lack its credentials.

    Raises:
        ConfigurationError: They are missing or wrong; names the node and the connection.
    """
    for step in steps:
        with _naming(step):
            for service in services_needed(step, run_input, overrides.get(step.id, {})):
                credentials_of(service_named(service))


def merge(params: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Merge two levels of params deeply: objects field by field, everything else replaced."""
    merged = dict(params)
    for name, value in overrides.items():
        below = merged.get(name)
        merged[name] = merge(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def _params(kind: NodeType, step: Step, overrides: Mapping[str, Any], language: str | None = None) -> NodeParams:
    written = Node(id=step.id, type=kind.id, version=step.type_version, params=step.params)
    merged = merge(upgrade_node(written, kind).params, overrides)
    if language is not None:
        merged |= {name: language for name in kind.language_params if merged.get(name) is None}
    return kind.parse_params(step.id, merged)


def _job(step: Step, run_input: RunInput, services: Services, workdir: Path) -> Job:
    label = step.title or step.id
    return Job(
        node_id=step.id,
        input=run_input,
        files=services.files,
        store=services.store,
        workdir=workdir,
        access=services.access,
        lending=services.lending,
        wait=services.wait,
        review=services.review,
        publisher=services.publisher,
        progress=Progress(label, check_stopped=services.access.check_stopped),
    )


def _work(kind: NodeType, params: NodeParams, inputs: InputRefs, job: Job, key: str) -> StoredResult:
    ports = _load_inputs(kind, inputs, job.store)
    started = time.monotonic()
    produced = kind.run(params, ports, job)
    stored = StoredResult(
        node_type=kind.id,
        type_version=kind.version,
        key=key,
        outputs=_save_outputs(produced, job.store),
        notices=tuple(job.notices),
        usage=tuple(job.usage),
        seconds=round(time.monotonic() - started, 3),
        finished=datetime.now(UTC),
    )
    if not kind.always_runs:
        job.store.save_result(stored)
        if job.steps is not None:
            # Best effort: what stays is found by nobody, for the result is found first.
            with suppress(MediaAIError):
                job.steps.drop_all()
    return stored


def _load_inputs(kind: NodeType, inputs: InputRefs, store: ArtifactStore) -> NodePorts:
    loaded: dict[str, Artifact | tuple[Artifact, ...]] = {}
    for name, port in kind.input_ports.items():
        artifacts = tuple(store.load(ref) for ref in inputs.get(name, ()))
        if port.takes_many:
            loaded[name] = artifacts
        elif artifacts:
            loaded[name] = artifacts[0]
        elif port.is_required:
            raise InputError(f"input '{name}' got nothing from the nodes before it.")
    return kind.inputs.model_validate(loaded)


def _save_outputs(produced: NodePorts, store: ArtifactStore) -> Outputs:
    values = {name: getattr(produced, name) for name in type(produced).model_fields}
    return {name: store.save(value) if isinstance(value, Artifact) else None for name, value in values.items()}


def _sizes(stored: StoredResult) -> str:
    sizes = [f"{count} {name}" for ref in stored.outputs.values() if ref for name, count in ref.counts.items()]
    return ", ".join(sizes) or "no counts"


class _naming:
    """Put the node's name in front of the message of any error of ours."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, MediaAIError) and not error.message.startswith("Node '"):
            error.message = f"Node '{self._step.id}': {error.message}"
            error.args = (error.message,)
