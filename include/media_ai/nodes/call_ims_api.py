"""
Call any operation of Alibaba Cloud IMS, and wait for what it began.

Parameters are checked against the SDK's own model before anything is called: names, types, what is required. What changes
something is called once for a task; what only reads is called again at every try. Addresses in the answer lose their
signatures. The RAM action is ice: and the operation's name.
"""

from pydantic import Field

from media_ai.clients.credentials import ImsCredentials
from media_ai.graph.node_type import NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.base import digest_of
from media_ai.model.services import ServiceAnswer
from media_ai.nodes._api_call import Caller, CallInputs, CallParams, run_call


class Params(CallParams):
    """Which operation of IMS."""

    action: str = Field(
        default="ListMediaBasicInfos",
        max_length=100,
        pattern=r"^[A-Za-z0-9]+$",
        title="Operation",
        description="As IMS names it: SearchMedia, UpdateMediaInfo, SubmitSnapshotJob.",
    )


class Inputs(CallInputs):
    """What parameters may refer to."""


class Outputs(NodePorts):
    """What IMS said."""

    answer: ServiceAnswer = Field(title="Answer")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """
    Call and wait; see run_call.

    Raises:
        InputError: Operation or parameters are wrong; nothing was called.
        ServiceError: IMS refused or failed, or what was waited for failed.
    """
    from media_ai.clients.ims_calls import ImsCalls, call_job, ims_api

    caller = Caller(api=ims_api(), call=ImsCalls(job.access).call, wait_job=call_job)
    return Outputs(answer=run_call(params, inputs, caller, job))


def fingerprint(params: Params, job: Job) -> str:
    """Identify the account and the task."""
    credentials = job.access.credentials_of(ImsCredentials)
    return digest_of([credentials.region, credentials.key_id, job.input.video, job.input.asset().model_dump()])


NODE = NodeType(
    id="call_ims_api",
    version=1,
    title="Call IMS",
    category="Cloud media",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    services=lambda params, run_input: ("ims",),
    help=__doc__,
    fingerprint=fingerprint,
    always_runs=True,
    preload=("alibabacloud_ice20201109.client", "media_ai.clients.ims"),
)
