"""VOD's review of what a video shows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from media_ai.clients.access import Access
from media_ai.clients.remote import RemoteJob, RemoteState
from media_ai.clients.unsigned import unsigned
from media_ai.clients.vod_calls import VodCalls
from media_ai.clients.vod_jobs import job_failed, jobs_since
from media_ai.errors import ErrorKind, ServiceError
from media_ai.model.base import Model

KIND = "vod.review"
SCENES = ("Porn", "Terrorism", "Ad", "Live", "Logo")
_DETAILS_PAGE = 20


class ReviewJob(Model):
    """A review of a video; without a template VOD's default one."""

    video_id: str
    template: str = ""
    user_data: str = Field(default="", description="JSON.")

    def parameters(self) -> dict[str, str]:
        """Return the parameters of SubmitAIMediaAuditJob."""
        given = {"MediaId": self.video_id, "TemplateId": self.template, "UserData": self.user_data}
        return {name: value for name, value in given.items() if value}


def submit_review(calls: VodCalls, wanted: ReviewJob, since: datetime) -> RemoteJob:
    """Submit a review, and return it as a remote job; raises as `submit_cover`."""

    def do() -> RemoteJob:
        answer = calls.call_once("SubmitAIMediaAuditJob", wanted.parameters())
        return RemoteJob(kind=KIND, id=str(answer["JobId"]))

    return calls.submit("VOD SubmitAIMediaAuditJob", do, lambda: find_review(calls, wanted, since))


def find_review(calls: VodCalls, wanted: ReviewJob, since: datetime) -> RemoteJob | None:
    """
    Return the review of the video that was submitted after a time, or None.

    VOD keeps one result for a video, that of its newest review, so that reviews need not be told apart.
    """
    for job_id in jobs_since(calls, wanted.video_id, "ai", since):
        try:
            calls.call("GetAIMediaAuditJob", {"JobId": job_id})
        except ServiceError as exc:
            # AI images are in the same list.
            if exc.kind not in {ErrorKind.NOT_FOUND, ErrorKind.INVALID}:
                raise
        else:
            return RemoteJob(kind=KIND, id=job_id)
    return None


def poll_review(job: RemoteJob, access: Access) -> RemoteState:
    """Ask how far a review is; see media_ai.clients.remote. `data` are {"job_id", "verdict"}, as in Data."""
    info = VodCalls(access).call_once("GetAIMediaAuditJob", {"JobId": job.id}).get("MediaAuditJob") or {}
    status = str(info.get("Status") or "")
    if status == "fail":
        raise job_failed("review", job.id, info)
    return RemoteState(
        is_done=status == "success",
        data={"job_id": job.id, "verdict": unsigned(dict(info.get("Data") or {}))},
        note=status,
    )


def review_verdict(calls: VodCalls, video_id: str) -> dict[str, Any]:
    """Return the verdict on a video (GetMediaAuditResult), without signed addresses."""
    verdict: dict[str, Any] = unsigned(
        calls.call("GetMediaAuditResult", {"MediaId": video_id}).get("MediaAuditResult") or {}
    )
    return verdict


def review_timeline(calls: VodCalls, video_id: str) -> Iterator[dict[str, Any]]:
    """Yield scene, label, score (0 to 100) and time in ms of each moment that the review lists."""
    found = calls.call("GetMediaAuditResultTimeline", {"MediaId": video_id}).get("MediaAuditResultTimeline") or {}
    for scene in SCENES:
        for moment in found.get(scene) or []:
            yield _moment(scene, moment.get("Label"), moment.get("Score"), moment.get("Timestamp"))


def review_details(calls: VodCalls, video_id: str, *, most: int = 2000) -> Iterator[dict[str, Any]]:
    """Yield the same as `review_timeline` from the pictures that were looked at, at most `most` of them."""
    seen, number = 0, 1
    while seen < most:
        asked = {"MediaId": video_id, "PageNo": number}
        found = calls.call("GetMediaAuditResultDetail", asked).get("MediaAuditResultDetail") or {}
        pictures: Sequence[Mapping[str, Any]] = found.get("List") or []
        for picture in pictures:
            for scene in SCENES:
                yield _moment(
                    scene, picture.get(f"{scene}Label"), picture.get(f"{scene}Score"), picture.get("Timestamp")
                )
        seen, number = seen + len(pictures), number + 1
        if len(pictures) < _DETAILS_PAGE or seen >= int(found.get("Total") or 0):
            return


def _moment(scene: str, label: Any, score: Any, time_ms: Any) -> dict[str, Any]:
    return {
        "scene": scene.lower(),
        "label": str(label or "normal"),
        "score": float(score or 0),
        "time_ms": int(float(time_ms or 0)),
    }
