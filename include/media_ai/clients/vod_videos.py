"""Videos of VOD: described, found, changed, deleted, and waited for."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import Field

from media_ai.clients.access import Access
from media_ai.clients.remote import RemoteJob, RemoteState
from media_ai.clients.unsigned import unsigned, without_signatures
from media_ai.clients.vod_calls import VodCalls, vod_error
from media_ai.errors import ErrorKind, ServiceError
from media_ai.model.base import Model

KIND = "vod.video"
UPLOADING, UPLOAD_FAILED, NORMAL = "Uploading", "UploadFail", "Normal"
ARRIVED = ("UploadSucc", "Transcoding", "TranscodeFail", NORMAL)
MOST_IDS = 20
"""In one call."""
VISIBLE_AFTER_S = 30.0
"""How long after its creation a video that is not found is only not visible yet."""
_PAGE = 100
_FAILED: Mapping[str, tuple[ErrorKind, str]] = {
    UPLOAD_FAILED: (
        ErrorKind.INVALID,
        "Its file did not arrive whole or cannot be read; restart the task to send it again.",
    ),
    "TranscodeFail": (ErrorKind.INVALID, "The console says why; delete it there to have it uploaded anew."),
    "Blocked": (ErrorKind.BLOCKED_CONTENT, "A review has blocked it; see it in the console."),
}


class VodVideo(Model):
    """A video as VOD describes it; addresses are without signatures."""

    id: str
    status: str = Field(
        description="Uploading, UploadSucc, Transcoding, Normal, ...Fail, Blocked; there may be others."
    )
    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    reference_id: str | None = None
    cover_url: str | None = None
    category_id: int | None = None
    app_id: str = ""
    size: int | None = Field(default=None, description="Bytes.")
    duration_s: float | None = None
    created: str = Field(default="", description="UTC, as VOD writes it.")

    @classmethod
    def of(cls, info: Mapping[str, Any]) -> "VodVideo":
        """Return GetVideoInfo's Video, or an entry of GetVideoInfos or SearchMedia; all but the id may be missing."""
        return cls(
            id=str(info.get("VideoId") or info.get("MediaId") or ""),
            status=str(info.get("Status") or ""),
            title=str(info.get("Title") or ""),
            description=str(info.get("Description") or ""),
            tags=tuple(tag for tag in str(info.get("Tags") or "").split(",") if tag),
            reference_id=info.get("ReferenceId") or None,
            cover_url=without_signatures(str(info.get("CoverURL") or "")) or None,
            category_id=info.get("CateId") or None,
            app_id=str(info.get("AppId") or ""),
            size=int(info["Size"]) if info.get("Size") else None,
            duration_s=float(info["Duration"]) if info.get("Duration") else None,
            created=str(info.get("CreationTime") or ""),
        )


def get_video(calls: VodCalls, video_id: str) -> VodVideo:
    """
    Return a video.

    Raises:
        ServiceError: There is none, with kind NOT_FOUND; or VOD refused.
    """
    return VodVideo.of(calls.call("GetVideoInfo", {"VideoId": video_id}).get("Video") or {})


def find_video(calls: VodCalls, reference_id: str) -> VodVideo | None:
    """Return the video with a ReferenceId, or None."""
    found = calls.call("GetVideoInfos", {"ReferenceIds": reference_id}).get("VideoList") or []
    return VodVideo.of(found[0]) if found else None


def search_media(calls: VodCalls, match: str = "", *, kind: str = "video", most: int | None = None) -> Iterator[Any]:
    """
    Yield what fits a condition as VOD describes it, without signatures, the newest first.

    Args:
        calls: The way to VOD.
        match: In VOD's language, https://help.aliyun.com/document_detail/86991.html; empty: all.
        kind: video, audio, image or attached.
        most: How many; all if absent. Beyond 5,000 VOD needs the token that each page brings, which is always sent.
    """
    size = min(_PAGE, most or _PAGE)
    parameters: dict[str, Any] = {"SearchType": kind, "PageNo": 1, "PageSize": size}
    if match:
        parameters["Match"] = match
    count = 0
    while True:
        answer = calls.call("SearchMedia", parameters)
        found = answer.get("MediaList") or []
        for item in found:
            yield unsigned(item)
            count += 1
            if count == most:
                return
        token = answer.get("ScrollToken")
        if len(found) < size or not token:
            return
        parameters |= {"PageNo": parameters["PageNo"] + 1, "ScrollToken": token}


def search_videos(calls: VodCalls, match: str = "", *, most: int | None = None) -> Iterator[VodVideo]:
    """Yield the videos that fit a condition; see `search_media`."""
    for item in search_media(calls, match, most=most):
        yield VodVideo.of({"VideoId": item.get("MediaId"), **(item.get("Video") or {})})


def update_video(calls: VodCalls, video_id: str, changes: Mapping[str, Any]) -> None:
    """Change a video; `changes` are parameters of UpdateVideoInfo, what is left out stays as it is."""
    calls.call("UpdateVideoInfo", {**changes, "VideoId": video_id}, is_repeatable=True)


def delete_videos(calls: VodCalls, video_ids: Sequence[str]) -> tuple[str, ...]:
    """
    Delete videos and all their files for good, 20 in a call; return the ids of those that were not there.

    Raises:
        ServiceError: One may not be deleted, with kind PERMISSION.
    """
    ids = list(dict.fromkeys(video_ids))
    missing: list[str] = []
    for start in range(0, len(ids), MOST_IDS):
        part = ids[start : start + MOST_IDS]
        # Deleting what is gone is no error, so that a repetition is harmless.
        answer = calls.call("DeleteVideo", {"VideoIds": ",".join(part)}, is_repeatable=True)
        missing += answer.get("NonExistVideoIds") or []
        if forbidden := answer.get("ForbiddenVideoIds"):
            raise vod_error(
                f"DeleteVideo may not delete {', '.join(forbidden[:5])}: they belong to another application. "
                "Grant vod:DeleteVideo for it.",
                "ForbiddenVideoIds",
                ErrorKind.PERMISSION,
            )
    return tuple(missing)


def video_job(video_id: str, *, until: Sequence[str] = (NORMAL,), is_new: bool = True) -> RemoteJob:
    """Return the wait for a video as a remote job: until it has one of these statuses. `is_new`: it was created just now."""
    details = {"until": list(until), "created": time.time() if is_new else 0.0}
    return RemoteJob(kind=KIND, id=video_id, details=details)


def poll_video(job: RemoteJob, access: Access) -> RemoteState:
    """Ask whether a video is ready; see media_ai.clients.remote. A status that nobody knows is one on the way."""
    calls = VodCalls(access)
    try:
        info = calls.call_once("GetVideoInfo", {"VideoId": job.id}).get("Video") or {}
    except ServiceError as exc:
        if exc.kind is ErrorKind.NOT_FOUND and time.time() - job.details["created"] < VISIBLE_AFTER_S:
            return RemoteState(is_done=False, note="not visible yet")
        raise
    video = VodVideo.of(info)
    if video.status in job.details["until"]:
        return RemoteState(is_done=True, data=video.model_dump(mode="json"), note=video.status)
    if video.status in _FAILED:
        kind, advice = _FAILED[video.status]
        raise vod_error(f"video {job.id} is {video.status}. {advice}", video.status, kind)
    return RemoteState(is_done=False, note=video.status)
