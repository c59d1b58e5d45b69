"""
Have a model of Alibaba Cloud VOD choose or make covers of a video.

An AI template of type AIImage says how, and whether the best one becomes the video's cover. VOD offers this in Beijing and
Shanghai only, and tells nobody when it is done: it is asked. The addresses in the result are without signatures. Billed by VOD
for each job. RAM actions: vod:SubmitAIImageJob, vod:GetAIImageJobs, vod:ListJobInfo.
"""

from typing import Any

from pydantic import Field, field_validator

from media_ai.clients.vod_rules import image_user_data, require_image_region
from media_ai.errors import InputError
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.services import ServiceAsset
from media_ai.model.vod import VodImage, VodImages
from media_ai.nodes._vod_account import account_digest, now, open_calls, ready_video


class Params(NodeParams):
    """By which template."""

    ai_template: str = Field(
        default="",
        max_length=64,
        title="AI template id",
        description="Of type AIImage, which AddAITemplate makes and ListAITemplate lists. Must be given.",
    )
    pipeline: str = Field(default="", max_length=64, title="AI pipeline id", description="Empty: VOD's default one.")
    user_data: dict[str, Any] = Field(
        default_factory=dict,
        title="User data",
        description="JSON object with MessageCallback or Extend, at most 512 bytes. Empty: none.",
    )
    longest_wait: float = Field(default=7200, ge=60, le=86_400, title="Longest wait", description="Seconds.")

    @field_validator("user_data")
    @classmethod
    def _fits(cls, value: dict[str, Any]) -> dict[str, Any]:
        try:
            image_user_data(value)
        except InputError as exc:
            raise ValueError(exc.message) from exc
        return value


class Inputs(NodePorts):
    """A video in VOD."""

    asset: ServiceAsset = Field(title="VOD asset")


class Outputs(NodePorts):
    """The covers."""

    covers: VodImages = Field(title="Covers")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """
    Submit and ask until it is done.

    Raises:
        InputError: There is no template, the connection is in another region, or the asset is not in this account's VOD.
        ServiceError: VOD refused or failed.
    """
    from media_ai.clients.vod_covers import CoverJob, find_cover, submit_cover

    calls = open_calls(job)
    require_image_region(calls.credentials.region)
    if not params.ai_template:
        raise InputError("Name an AI template of type AIImage; ListAITemplate lists them.")
    video_id = ready_video(inputs.asset, job).id
    wanted = CoverJob(
        video_id=video_id,
        template=params.ai_template,
        pipeline=params.pipeline,
        user_data=image_user_data(params.user_data),
    )
    done = job.remote(
        "cover",
        lambda: submit_cover(calls, wanted, now()),
        recover=lambda since: find_cover(calls, wanted, since),
        longest_s=params.longest_wait,
    )
    images = tuple(VodImage(url=image["url"], score=image["score"]) for image in done["images"])
    if not images:
        job.notice("VOD made no cover.")
    return Outputs(covers=VodImages(video_id=video_id, job_id=done["job_id"], type="cover", images=images))


def fingerprint(params: Params, job: Job) -> str:
    """Identify the account that pays."""
    return account_digest(job)


NODE = NodeType(
    id="generate_vod_cover",
    version=1,
    title="Generate cover in VOD",
    category="Cloud media",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    services=lambda params, run_input: ("vod",),
    help=__doc__,
    fingerprint=fingerprint,
    preload=("alibabacloud_vod20170321.client", "media_ai.clients.vod"),
)
