"""What call_ims_api and call_vod_api have in common: any operation of a service, and a wait for what it began."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pydantic import Field

from media_ai.clients.api_waits import WaitCondition, filled_in
from media_ai.clients.ims_rules import client_token
from media_ai.clients.remote import RemoteJob
from media_ai.clients.unsigned import unsigned
from media_ai.errors import ErrorKind, InputError, ServiceError
from media_ai.graph.node_type import NodeParams, NodePorts
from media_ai.job import Job
from media_ai.model.media import Video
from media_ai.model.services import ServiceAnswer, ServiceAsset
from media_ai.nodes._failures import counted_failures


class CallParams(NodeParams):
    """Which operation, with what; a node type gives `action` a default of its own."""

    action: str = Field(default="", max_length=100, pattern=r"^[A-Za-z0-9]+$", title="Operation")
    parameters: dict[str, Any] = Field(
        default_factory=dict,
        title="Parameters",
        description='JSON object, as the operation\'s page names them. "$.asset.id", "$.asset.uri", "$.video.uri" and '
        '"$.task.video_id" stand for what is wired in and for the task.',
    )
    wait: WaitCondition | None = Field(
        default=None, title="Wait until", description="Another operation says that what was begun is done."
    )


class CallInputs(NodePorts):
    """What parameters may refer to."""

    asset: ServiceAsset | None = Field(default=None, title="Asset")
    video: Video | None = Field(default=None, title="Video")


class Operations(Protocol):
    """What a service knows, as media_ai.clients.api_calls.Api does."""

    @property
    def service(self) -> str:
        """Its name for people."""
        ...

    def check(self, action: str, parameters: Mapping[str, Any], *, has_references: bool = False) -> list[str]:
        """Return what is wrong with a call."""
        ...

    def is_read(self, action: str) -> bool:
        """Tell whether an operation only reads."""
        ...

    def takes_token(self, action: str) -> bool:
        """Tell whether an operation takes a ClientToken."""
        ...

    def is_repeatable(self, action: str, parameters: Mapping[str, Any]) -> bool:
        """Tell whether a call may be made again."""
        ...


@dataclass(frozen=True, kw_only=True)
class Caller:
    """
    The way to a service.

    Attributes:
        api: What it knows.
        call: Calls an operation; what may not be repeated is tried once.
        wait_job: Makes a remote job of a condition, its filled-in parameters and a name for people.
    """

    api: Operations
    call: Callable[[str, Mapping[str, Any]], dict[str, Any]]
    wait_job: Callable[[WaitCondition, Mapping[str, Any], str], RemoteJob]


def run_call(params: CallParams, inputs: CallInputs, caller: Caller, job: Job) -> ServiceAnswer:
    """
    Call and wait. What changes something is called once for this work; what only reads is called at every try.

    Raises:
        InputError: Operation or parameters are wrong; nothing was called.
        ServiceError: The service refused or failed, what was waited for failed, or nobody knows whether the call was done.
    """
    parameters = filled_in(params.parameters, _known(inputs, job))
    _refuse_problems(params, parameters, caller.api)
    with counted_failures(job) as failures:
        if caller.api.takes_token(params.action) and not parameters.get("ClientToken"):
            parameters["ClientToken"] = client_token(job.work, params.action, str(failures))
        # By the number of failures: what was begun and failed is begun anew by a restart.
        answer = _answer(params.action, parameters, caller, job, step=f"call-{failures}")
        final = None
        if params.wait is not None:
            waited = params.wait
            final = job.remote(
                f"wait-{failures}",
                lambda: caller.wait_job(waited, filled_in(waited.parameters, answer), params.action),
                longest_s=waited.longest_s,
            )
    return ServiceAnswer(service=caller.api.service.lower(), action=params.action, answer=answer, final=final)


def _answer(action: str, parameters: Mapping[str, Any], caller: Caller, job: Job, *, step: str) -> dict[str, Any]:
    def call() -> dict[str, Any]:
        answer: dict[str, Any] = unsigned(caller.call(action, parameters))
        return answer

    if caller.api.is_read(action):
        return call()

    def ask_a_person(since: datetime) -> None:
        job.forget(step)
        raise ServiceError(
            f"{caller.api.service} {action} was begun at {since:%H:%M:%S} UTC and its answer was lost, so that nobody knows "
            "whether it was done. Look there; restart the task to call it again.",
            service=caller.api.service.lower(),
            code="InDoubt",
            kind=ErrorKind.CONFLICT,
        )

    return job.once(step, call, recover=None if caller.api.is_repeatable(action, parameters) else ask_a_person)


def _known(inputs: CallInputs, job: Job) -> dict[str, Any]:
    asset = job.input.asset()
    known: dict[str, Any] = {
        "task": {"video_id": asset.video_id, "title": asset.title, "video": job.input.video, "metadata": asset.metadata}
    }
    if inputs.asset is not None:
        known["asset"] = inputs.asset.model_dump(mode="json")
    if inputs.video is not None:
        known["video"] = {"uri": inputs.video.uri, "sha256": inputs.video.sha256}
    return known


def _refuse_problems(params: CallParams, parameters: Mapping[str, Any], api: Operations) -> None:
    problems = [f"{params.action}: {problem}" for problem in api.check(params.action, parameters)]
    if params.wait is not None:
        wait = params.wait
        found = api.check(wait.action, wait.parameters, has_references=True)
        problems += [f"Wait, {wait.action}: {problem}" for problem in found]
        if not found and not api.is_read(wait.action):
            problems.append(f"Wait, {wait.action}: it changes something; only what reads can be repeated.")
    if problems:
        raise InputError("\n".join(problems))
