"""
Register the video with Alibaba Cloud IMS, with a title, a description and tags made from the results.

The video must be in OSS, or be an asset of VOD. It is registered once, whatever is tried again; the node ends when IMS has
read the file. Texts that are too long are shortened, and the result says so. Sprites, snapshots and smart tags cost money and
are off until you switch them on. RAM actions: ice:RegisterMediaInfo, ice:GetMediaInfo, ice:BatchGetMediaInfos, and
ice:UpdateMediaInfo for 'update'.
"""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from media_ai.clients.credentials import ImsCredentials
from media_ai.clients.ims_rules import BusinessType, MediaType, SmartTagTemplate
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.base import digest_of
from media_ai.model.media import Video
from media_ai.model.people import People
from media_ai.model.services import Labels, ServiceAsset
from media_ai.model.speech import Transcript
from media_ai.model.text import Summary, TextContent
from media_ai.model.vision import Analyses
from media_ai.nodes._failures import counted_failures

Policy = Literal["reuse", "update", "fail", "overwrite"]


class Params(NodeParams):
    """What is said of the video, what IMS makes of it, and what happens if it is registered already."""

    media_title: str = Field(
        default="", max_length=2000, title="Title", description="Empty: the task's. At most 128 bytes; more is cut."
    )
    media_description: str = Field(
        default="",
        max_length=20_000,
        title="Description",
        description="Empty: the summary, the task's description or the first words. At most 1,024 bytes; more is cut.",
        json_schema_extra={"format": "multiline"},
    )
    tags: tuple[str, ...] = Field(
        default=(),
        max_length=200,
        title="Tags",
        description="Before those of the results. IMS takes 16 of 32 bytes each; the rest is left out.",
    )
    cover_url: str = Field(
        default="",
        max_length=4096,
        pattern=r"^$|^(https?|oss)://\S+$",
        title="Address of the cover",
        description="Public and at most 128 bytes; a longer or a signed one is left out.",
    )
    user_data: dict[str, Any] = Field(
        default_factory=dict,
        title="User data",
        description="JSON object, at most 1,024 bytes; the video's id and metadata are added where they fit. NotifyAddress "
        "names who is called back.",
    )
    business_type: BusinessType = Field(default="general", title="Business type")
    media_type: MediaType = Field(default="video", title="Media type", description="text: subtitles or font only.")
    category_id: int | None = Field(default=None, ge=1, le=2**63 - 1, title="Category id")
    workflow_id: str = Field(
        default="", max_length=64, title="IMS workflow id", description="Run by IMS on the asset; billed."
    )
    smart_tag_template: SmartTagTemplate | None = Field(
        default=None,
        title="Smart tags",
        description="Billed. S00000101-300080: what is said and read; S00000103-000001: everything; S00000103-000002: "
        "everything but the meaning of texts.",
    )
    need_sprite: bool = Field(default=False, title="Make a sprite", description="Billed by IMS.")
    need_snapshot: bool = Field(default=False, title="Make a snapshot", description="Billed by IMS.")
    cover_start: float | None = Field(
        default=None, ge=0, le=10_000_000, title="Cover at", description="Seconds; four decimal places count."
    )
    search_library: str = Field(
        default="", max_length=64, title="Search library", description="A library of your own, which must exist."
    )
    has_reference_id: bool = Field(
        default=True,
        title="Set the ReferenceId",
        description="Made from the video id. It must be unique in the account: switch it off to register another file of the "
        "same video.",
    )
    already_registered: Policy = Field(
        default="reuse",
        title="Already registered",
        description="If the address is: reuse takes the asset as it is, update also writes texts and tags, fail fails, "
        "overwrite deletes the asset, so that links to it break, and registers anew.",
    )
    longest_wait: float = Field(default=1800, ge=60, le=86_400, title="Longest wait", description="Seconds.")

    @model_validator(mode="after")
    def _text_has_business(self) -> Self:
        if self.media_type == "text" and self.business_type not in ("subtitles", "font"):
            raise ValueError("media type 'text' needs the business type 'subtitles' or 'font'")
        return self


class Inputs(NodePorts):
    """The video, and results to describe it with."""

    video: Video = Field(title="Video")
    uploaded: ServiceAsset | None = Field(
        default=None, title="Uploaded to VOD", description="Registers this asset of VOD instead of the file in OSS."
    )
    summary: Summary | None = Field(default=None, title="Summary")
    people: People | None = Field(default=None, title="People")
    analyses: Analyses | None = Field(default=None, title="Analyses")
    labels: Labels | None = Field(default=None, title="Labels")
    text: TextContent | None = Field(default=None, title="Text")
    transcript: Transcript | None = Field(default=None, title="Transcript")


class Outputs(NodePorts):
    """The media asset."""

    asset: ServiceAsset = Field(title="IMS asset")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """
    Register and wait until the asset is ready.

    Raises:
        InputError: The video is nowhere that IMS reads from, or the user data do not fit.
        ConflictError: The address is registered, and that was to fail.
        ServiceError: IMS refused or failed, or cannot read the file.
    """
    from media_ai.clients.ims_library import open_media
    from media_ai.nodes._ims_registration import Registration
    from media_ai.nodes._ims_request import asset_of, request_of, texts_of

    library = open_media(job.access)
    with counted_failures(job) as failures:
        request = request_of(params, inputs, job, failures)
        prepared = request.prepared()
        for notice in prepared.notices:
            job.notice(notice)
        registration = Registration(request=request, policy=params.already_registered, library=library)
        data = job.remote("register", registration.submit, recover=registration.recover, longest_s=params.longest_wait)
    if not data["is_new"]:
        _say_reused(params, data["id"], job)
        if params.already_registered == "update":
            job.once("update", lambda: library.update(data["id"], texts_of(prepared)))
    return Outputs(asset=asset_of(data, job))


def fingerprint(params: Params, job: Job) -> str:
    """Identify the account and what is said of the video."""
    credentials = job.access.credentials_of(ImsCredentials)
    return digest_of([credentials.region, credentials.key_id, job.input.video, job.input.asset().model_dump()])


def _say_reused(params: Params, media_id: str, job: Job) -> None:
    if params.already_registered == "update":
        job.notice(f"The address was registered as {media_id}; its texts and tags were replaced.")
    else:
        job.notice(f"The address was registered as {media_id}, which was taken as it is: no text or tag was changed.")


NODE = NodeType(
    id="register_ims_media",
    version=1,
    title="Register with IMS",
    category="Cloud media",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    services=lambda params, run_input: ("ims",),
    help=__doc__,
    fingerprint=fingerprint,
    preload=(
        "alibabacloud_ice20201109.client",
        "media_ai.clients.ims",
        "media_ai.nodes._ims_registration",
        "media_ai.nodes._ims_request",
    ),
)
