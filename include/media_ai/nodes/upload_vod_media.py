"""
Upload the video to Alibaba Cloud VOD, and its subtitles if there are any.

One content is uploaded once, whatever is tried again, restarted or killed: a large file goes on where it was. A video in OSS is
fetched by VOD, which may take hours; its link is made when it is sent, and kept nowhere. Without a storage address, a template
group or a workflow VOD's own defaults apply. VOD bills storage and transcoding. RAM actions: vod:CreateUploadVideo,
vod:RefreshUploadVideo, vod:GetVideoInfo, vod:GetVideoInfos, vod:UpdateVideoInfo; to fetch vod:UploadMediaByURL,
vod:GetURLUploadInfos; for subtitles vod:CreateUploadAttachedMedia, vod:SearchMedia.
"""

import hashlib
from typing import Any, Literal

from pydantic import Field

from media_ai.clients.credentials import VodCredentials
from media_ai.clients.vod_rules import VideoTexts
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.base import digest_of
from media_ai.model.media import SubtitleFile, Video
from media_ai.model.run import RunInput
from media_ai.model.services import ServiceAsset
from media_ai.nodes._vod_account import account_digest, open_calls

_STATES = {"ready": ("Normal",), "uploaded": ("UploadSucc", "Transcoding", "TranscodeFail", "Normal")}
_MARK_DIGITS = 20


class Params(NodeParams):
    """Which way the video goes, what is said of it, and what VOD makes of it."""

    source: Literal["auto", "file", "address"] = Field(
        default="auto",
        title="Source",
        description="file: this machine sends it. address: VOD fetches it from OSS, which needs permanent keys in the OSS "
        "connection and is offered in few regions. auto: address for a video in OSS in cn-shanghai and ap-southeast-1, else "
        "file.",
    )
    media_title: str = Field(
        default="", max_length=2000, title="Title", description="Empty: the task's. At most 128 bytes; more is cut."
    )
    media_description: str = Field(
        default="",
        max_length=20_000,
        title="Description",
        description="Empty: the task's. At most 1,024 bytes; more is cut.",
        json_schema_extra={"format": "multiline"},
    )
    tags: tuple[str, ...] = Field(
        default=(), max_length=200, title="Tags", description="VOD takes 16 of 32 bytes each; the rest is left out."
    )
    category_id: int | None = Field(default=None, ge=1, le=2**63 - 1, title="Category id")
    cover_url: str = Field(
        default="", max_length=4096, pattern=r"^$|^https?://\S+$", title="Address of the cover", description="Public."
    )
    storage: str = Field(
        default="",
        max_length=256,
        title="Storage address",
        description="As the console lists it, outin-….oss-cn-shanghai.aliyuncs.com. Empty: VOD's default.",
    )
    template_group: str = Field(
        default="",
        max_length=64,
        title="Transcoding template group",
        description="Empty: VOD's default one. VOD_NO_TRANSCODE transcodes nothing.",
    )
    workflow: str = Field(
        default="",
        max_length=64,
        title="VOD workflow id",
        description="Runs after the upload, and wins over the group.",
    )
    user_data: dict[str, Any] = Field(
        default_factory=dict, title="User data", description="JSON object with MessageCallback and Extend."
    )
    wait_for: Literal["ready", "uploaded"] = Field(
        default="ready",
        title="Wait until",
        description="ready: VOD has processed it, as other nodes need it. uploaded: the file has arrived; for formats that are "
        "only stored.",
    )
    longest_wait: float = Field(
        default=21_600, ge=60, le=604_800, title="Longest wait", description="Seconds, after the file has arrived."
    )
    longest_fetch: float = Field(
        default=172_800,
        ge=60,
        le=518_400,
        title="Longest fetch",
        description="Seconds that VOD may take to fetch a file.",
    )


class Inputs(NodePorts):
    """What is uploaded."""

    video: Video = Field(title="Video")
    subtitles: SubtitleFile | None = Field(default=None, title="Subtitles", description="A .srt or .vtt file.")


class Outputs(NodePorts):
    """The video in VOD."""

    asset: ServiceAsset = Field(title="VOD asset")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """
    Upload, then wait until VOD can be asked to work on the video.

    Raises:
        InputError: The file has a name or a place that VOD does not take, or may not be read.
        ConfigurationError: VOD is to fetch it, and the OSS connection has temporary keys.
        ServiceError: VOD or OSS refused or failed.
    """
    from media_ai.clients.vod_videos import video_job
    from media_ai.nodes._vod_upload import Upload, begun_anew, reference_of

    task, calls = job.input.asset(), open_calls(job)
    texts = VideoTexts(
        title=params.media_title or task.title or task.video_id,
        description=params.media_description or task.description,
        tags=params.tags,
        category_id=params.category_id,
        cover_url=params.cover_url,
    ).prepared()
    for notice in texts.notices:
        job.notice(notice)
    reference = reference_of(inputs.video, task.video_id)
    upload = Upload(params=params, video=inputs.video, reference_id=reference, texts=texts, calls=calls, job=job)
    with begun_anew(job):
        video_id = upload.run()
        attached = _attach(inputs.subtitles, video_id, job)
        until = _STATES[params.wait_for]
        about = job.remote("ready", lambda: video_job(video_id, until=until), longest_s=params.longest_wait)
    return Outputs(asset=_asset(about, reference, attached, job))


def _attach(subtitles: SubtitleFile | None, video_id: str, job: Job) -> dict[str, str] | None:
    if subtitles is None:
        return None
    from media_ai.clients.vod_attached import Subtitles, find_subtitles, upload_subtitles

    calls = open_calls(job)
    # Of the video and the content: the same file is found again, and another one is another.
    mark = hashlib.sha256(f"{video_id} {subtitles.content.sha256}".encode()).hexdigest()[:_MARK_DIGITS]
    file = Subtitles(name=subtitles.name, data=job.store.read(subtitles.content), mark=f"for-{mark}")
    return job.once(
        "subtitles", lambda: upload_subtitles(calls, file), recover=lambda since: find_subtitles(calls, file)
    )


def _asset(about: dict[str, Any], reference: str, attached: dict[str, str] | None, job: Job) -> ServiceAsset:
    kept = ("title", "tags", "size", "duration_s", "cover_url", "app_id", "created")
    attributes: dict[str, Any] = {name: about[name] for name in kept if about.get(name)}
    if attached is not None:
        attributes["subtitles"] = [attached]
    return ServiceAsset(
        service="vod",
        region=job.access.credentials_of(VodCredentials).region,
        id=about["id"],
        uri=f"vod://{about['id']}",
        reference_id=about.get("reference_id") or reference,
        state=about["status"],
        attributes=attributes,
    )


def fingerprint(params: Params, job: Job) -> str:
    """Identify the account and what the task says of the video."""
    return digest_of([account_digest(job), job.input.asset().model_dump()])


def _services(params: Params, run_input: RunInput | None) -> tuple[str, ...]:
    is_fetched = params.source == "address" or (
        params.source == "auto" and run_input is not None and run_input.video.startswith("oss://")
    )
    return ("vod", "oss") if is_fetched else ("vod",)


NODE = NodeType(
    id="upload_vod_media",
    version=1,
    title="Upload to VOD",
    category="Cloud media",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    services=_services,
    help=__doc__,
    fingerprint=fingerprint,
    preload=("alibabacloud_vod20170321.client", "media_ai.clients.vod"),
)
