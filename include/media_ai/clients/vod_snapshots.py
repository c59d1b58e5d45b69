"""Pictures that VOD takes from a video."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from media_ai.clients.access import Access
from media_ai.clients.remote import RemoteJob, RemoteState
from media_ai.clients.unsigned import without_signatures
from media_ai.clients.vod_calls import VodCalls, vod_error
from media_ai.clients.vod_jobs import jobs_since
from media_ai.errors import ErrorKind
from media_ai.model.base import Model

KIND = "vod.snapshot"
MOST_TIMES = 30
SnapshotType = Literal["CoverSnapshot", "NormalSnapshot", "SpriteSnapshot", "SpriteOriginSnapshot", "WebVttSnapshot"]
_PAGE = 100


class Snapshots(Model):
    """Which pictures are to be taken. With a template VOD looks at nothing else."""

    video_id: str
    template: str = ""
    times_ms: tuple[int, ...] = Field(default=(), max_length=MOST_TIMES)
    count: int = Field(default=1, ge=1)
    interval_s: int = Field(default=1, ge=0, description="0 spreads them evenly.")
    width: int | None = Field(default=None, ge=8, le=4096)
    height: int | None = Field(default=None, ge=8, le=4096)
    sprite: str = Field(default="", description="SpriteSnapshotConfig, JSON.")
    user_data: str = Field(default="", description="JSON.")

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of SubmitSnapshotJob."""
        if self.template:
            given: dict[str, Any] = {"SnapshotTemplateId": self.template}
        elif self.times_ms:
            given = {"SpecifiedOffsetTimes": list(self.times_ms)}
        else:
            given = {"Count": self.count, "Interval": self.interval_s}
        size = {"Width": self.width and str(self.width), "Height": self.height and str(self.height)}
        more = {**size, "SpriteSnapshotConfig": self.sprite, "UserData": self.user_data}
        return {"VideoId": self.video_id, **given, **{name: value for name, value in more.items() if value}}


def submit_snapshots(calls: VodCalls, wanted: Snapshots, since: datetime) -> RemoteJob:
    """
    Submit a snapshot job, and return it as a remote job.

    Raises:
        ServiceError: VOD refused, with kind NOT_FOUND_YET if the video is not ready; or nobody knows, with kind TRANSIENT.
    """

    def do() -> RemoteJob:
        answer = calls.call_once("SubmitSnapshotJob", wanted.parameters())
        return RemoteJob(kind=KIND, id=str(answer["SnapshotJob"]["JobId"]))

    return calls.submit("VOD SubmitSnapshotJob", do, lambda: find_snapshots(calls, wanted, since))


def find_snapshots(calls: VodCalls, wanted: Snapshots, since: datetime) -> RemoteJob | None:
    """
    Return the job that was submitted after a time, or None.

    Two jobs on one video at the same time are not told apart. They cannot both be read anyhow: VOD lists the pictures of the
    newest job of a type alone.
    """
    return next(
        (RemoteJob(kind=KIND, id=found) for found in jobs_since(calls, wanted.video_id, "snapshot", since)), None
    )


def poll_snapshot(job: RemoteJob, access: Access) -> RemoteState:
    """Ask how far a snapshot job is; see media_ai.clients.remote."""
    asked = {"JobId": job.id, "JobType": "snapshot"}
    detail = VodCalls(access).call_once("GetJobDetail", asked).get("SnapshotJobDetail") or {}
    status = str(detail.get("Status") or "").lower()
    if status.startswith("fail"):
        raise vod_error(
            f"snapshot job {job.id} failed. Check that the times lie inside of the video.", "Fail", ErrorKind.INVALID
        )
    return RemoteState(is_done=status.startswith("succ"), data={"job_id": job.id}, note=status)


def list_snapshots(calls: VodCalls, video_id: str, job_id: str, kind: SnapshotType) -> Iterator[tuple[int, str]]:
    """
    Yield number and address, without its signature, of the pictures of a job that has ended.

    Raises:
        ServiceError: A later job has taken the place of this one, with kind CONFLICT.
    """
    seen, number = 0, 1
    while True:
        asked = {"VideoId": video_id, "SnapshotType": kind, "PageNo": str(number), "PageSize": str(_PAGE)}
        found = calls.call("ListSnapshots", asked).get("MediaSnapshot") or {}
        pictures = (found.get("Snapshots") or {}).get("Snapshot") or []
        if pictures and found.get("JobId") not in (None, "", job_id):
            raise vod_error(
                f"lists the {kind} of a later job on video {video_id}. Take snapshots of a video one after another, "
                "or with one node.",
                "LaterJob",
                ErrorKind.CONFLICT,
            )
        for picture in pictures:
            yield int(picture.get("Index") or 0), without_signatures(str(picture["Url"]))
        seen, number = seen + len(pictures), number + 1
        if not pictures or seen >= int(found.get("Total") or 0):
            return
