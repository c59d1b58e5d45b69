"""
Have Alibaba Cloud IMS recognize what is in a registered video: things, places, people, speech and text as labels.

The analysis is billed by the minute. An analysis that the registration has begun is taken instead of paying for a second one.
RAM actions: ice:SubmitSmarttagJob, ice:QuerySmarttagJob, ice:GetMediaInfo.
"""

import json
from typing import Any

from pydantic import Field

from media_ai.clients.credentials import ImsCredentials
from media_ai.clients.remote import RemoteJob
from media_ai.errors import InputError
from media_ai.graph.foresight import Expected, Work
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.base import digest_of
from media_ai.model.services import Labels, ServiceAsset
from media_ai.nodes._paid_length import SMART_TAGS, foreseen_length, whole_length
from media_ai.store.artifacts import Usage


class Params(NodeParams):
    """Which analysis."""

    template: str = Field(
        default="S00000103-000001",
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        title="Template",
        description="S00000101-300080: what is said and read; S00000103-000001: everything; S00000103-000002: everything but "
        "the meaning of texts; or one of your own.",
    )
    media_title: str = Field(
        default="", max_length=2000, title="Title", description="Helps the analysis. At most 256 bytes; more is cut."
    )
    content: str = Field(
        default="",
        max_length=20_000,
        title="Content",
        description="What the video is about, which helps the analysis. At most 1,024 bytes; more is cut.",
    )
    options: dict[str, Any] = Field(
        default_factory=dict,
        title="Options",
        description='The service\'s own, such as {"needAsrData": true, "needOcrData": true}.',
    )
    takes_existing: bool = Field(
        default=True,
        title="Take an existing analysis",
        description="One that the registration began, or an earlier task; otherwise a new one is paid for.",
    )
    longest_wait: float = Field(
        default=4 * 3600,
        ge=60,
        le=7 * 86_400,
        title="Longest wait",
        description="Seconds. By default IMS works on two videos of an account at a time.",
    )


class Inputs(NodePorts):
    """A registered video."""

    asset: ServiceAsset = Field(title="IMS asset")


class Outputs(NodePorts):
    """What was recognized."""

    labels: Labels = Field(title="Labels")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """
    Submit the analysis once, wait, and read its labels.

    Raises:
        InputError: The asset is not one of IMS, or is no longer there.
        ServiceError: IMS refused, or the analysis failed.
    """
    from media_ai.clients.ims_tags import CONTENT_BYTES, TITLE_BYTES, hint, labels_in

    if inputs.asset.service != "ims":
        raise InputError(
            f"The asset {inputs.asset.id} is one of {inputs.asset.service.upper()}; wire that of register_ims_media."
        )
    hints = {
        "title": hint(params.media_title or job.input.asset().title, "The title", TITLE_BYTES, job.notice),
        "content": hint(params.content, "The content", CONTENT_BYTES, job.notice),
        "options": json.dumps(params.options, ensure_ascii=False) if params.options else "",
    }
    paid = whole_length(SMART_TAGS, inputs.asset)
    data = job.remote(
        "tags",
        lambda: _submit(params, inputs.asset.id, hints, paid, job),
        recover=lambda since: _recover(inputs.asset.id, job),
        longest_s=params.longest_wait,
        used=lambda data: (paid,) if data["is_new"] else (),
    )
    if not data["is_new"]:
        job.notice("An analysis that had been begun before was taken; title, content and options were not used.")
    labels = labels_in(data["results"])
    if not labels:
        job.notice("IMS recognized nothing in the video.")
    return Outputs(labels=Labels(model=f"ims/{params.template}", labels=tuple(labels), raw=tuple(data["results"])))


def fingerprint(params: Params, job: Job) -> str:
    """Identify the account that pays."""
    credentials = job.access.credentials_of(ImsCredentials)
    return digest_of([credentials.region, credentials.key_id])


def _submit(params: Params, media_id: str, hints: dict[str, str], paid: Usage, job: Job) -> RemoteJob:
    from media_ai.clients.ims_calls import ImsCalls
    from media_ai.clients.ims_tags import has_failed, submit_smart_tags, tags_job

    known, calls = _last_job(media_id, job), ImsCalls(job.access)
    if known and params.takes_existing and not has_failed(calls, known):
        return tags_job(known, is_new=False)
    job.forget("before")
    job.keep("before", lambda: {"job": known})
    return job.pay(paid, lambda: submit_smart_tags(calls, media_id, template=params.template, **hints))


def _recover(media_id: str, job: Job) -> RemoteJob | None:
    """Return the job that the asset has now and did not have before one was submitted."""
    from media_ai.clients.ims_tags import tags_job

    known = _last_job(media_id, job)
    before = job.keep("before", lambda: {"job": known})["job"]
    return tags_job(known, is_new=True) if known and known != before else None


def _last_job(media_id: str, job: Job) -> str | None:
    from media_ai.clients.ims_library import open_media

    record = open_media(job.access).get(media_id)
    if record is None:
        raise InputError(f"IMS has no asset {media_id}; it was deleted. Restart the task to register it anew.")
    return record.tags_job


def foresee(params: Params, expected: Expected) -> Work:
    """The whole video is analysed."""
    return foreseen_length(SMART_TAGS, expected)


NODE = NodeType(
    id="tag_ims_media",
    version=1,
    title="Tag with IMS",
    category="Cloud media",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    foresee=foresee,
    services=lambda params, run_input: ("ims",),
    help=__doc__,
    fingerprint=fingerprint,
    preload=("alibabacloud_ice20201109.client", "media_ai.clients.ims", "media_ai.clients.ims_tags"),
)
