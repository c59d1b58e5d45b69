"""
Have Alibaba Cloud VOD take pictures from a video.

At given times, or a number of them evenly or at an interval, or as a snapshot template of yours says. The addresses in the
result are without signatures: whether they open depends on your domain's settings. VOD lists the pictures of the newest job of
a type alone, so take snapshots of one video one after another. Billed by VOD for each picture. RAM actions:
vod:SubmitSnapshotJob, vod:GetJobDetail, vod:ListSnapshots, vod:ListJobInfo.
"""

import json
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from media_ai.clients.vod_rules import user_data_text
from media_ai.clients.vod_snapshots import MOST_TIMES, SnapshotType
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.services import ServiceAsset
from media_ai.model.vod import VodImage, VodImages
from media_ai.nodes._vod_account import account_digest, now, open_calls, ready_video

if TYPE_CHECKING:
    from media_ai.clients.vod_snapshots import Snapshots


class Params(NodeParams):
    """Which pictures, and how large."""

    snapshot_template: str = Field(
        default="", max_length=64, title="Snapshot template id", description="Nothing else counts where one is given."
    )
    times: tuple[Annotated[float, Field(ge=0, le=10_000_000)], ...] = Field(
        default=(), max_length=MOST_TIMES, title="Times", description="Seconds, at most 30 of them; milliseconds count."
    )
    count: int = Field(default=5, ge=1, le=1000, title="Pictures", description="At most, where no times are given.")
    interval: int = Field(
        default=0, ge=0, le=86_400, title="Interval", description="Seconds; 0 spreads the pictures over the video."
    )
    width: int | None = Field(default=None, ge=8, le=4096, title="Width", description="Pixels. Empty: the video's.")
    height: int | None = Field(default=None, ge=8, le=4096, title="Height", description="Pixels. Empty: the video's.")
    sprite: dict[str, Any] = Field(
        default_factory=dict,
        title="Sprite",
        description='SpriteSnapshotConfig; a sprite is made too: {"CellWidth": "120", "CellHeight": "68", "Columns": "3", '
        '"Lines": "10"}.',
    )
    listed: SnapshotType = Field(
        default="NormalSnapshot", title="Result", description="Which of the pictures that were made are the result."
    )
    user_data: dict[str, Any] = Field(
        default_factory=dict, title="User data", description="JSON object with MessageCallback and Extend."
    )
    longest_wait: float = Field(default=3600, ge=60, le=86_400, title="Longest wait", description="Seconds.")


class Inputs(NodePorts):
    """A video in VOD."""

    asset: ServiceAsset = Field(title="VOD asset")


class Outputs(NodePorts):
    """The pictures."""

    images: VodImages = Field(title="Pictures")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """
    Submit, wait and list.

    Raises:
        InputError: The asset is not in this account's VOD.
        ServiceError: VOD refused or failed, or another job has taken the place of this one.
    """
    from media_ai.clients.vod_snapshots import find_snapshots, list_snapshots, submit_snapshots

    video_id, calls = ready_video(inputs.asset, job).id, open_calls(job)
    wanted = _wanted(params, video_id)
    done = job.remote(
        "snapshots",
        lambda: submit_snapshots(calls, wanted, now()),
        recover=lambda since: find_snapshots(calls, wanted, since),
        longest_s=params.longest_wait,
    )
    listed = list(list_snapshots(calls, video_id, done["job_id"], params.listed))
    if not listed:
        job.notice(f"VOD lists no {params.listed} of this job.")
    images = tuple(VodImage(url=url, number=number) for number, url in listed)
    return Outputs(images=VodImages(video_id=video_id, job_id=done["job_id"], type=params.listed, images=images))


def _wanted(params: Params, video_id: str) -> "Snapshots":
    from media_ai.clients.vod_snapshots import Snapshots

    return Snapshots(
        video_id=video_id,
        template=params.snapshot_template,
        times_ms=tuple(round(time * 1000) for time in params.times),
        count=params.count,
        interval_s=params.interval,
        width=params.width,
        height=params.height,
        sprite=json.dumps(params.sprite) if params.sprite else "",
        user_data=user_data_text(params.user_data),
    )


def fingerprint(params: Params, job: Job) -> str:
    """Identify the account that pays."""
    return account_digest(job)


NODE = NodeType(
    id="snapshot_vod_media",
    version=1,
    title="Take snapshots in VOD",
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
