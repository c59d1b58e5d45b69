"""Covers that VOD's models make: AI images."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import Field, SecretStr

from media_ai.clients.access import Access
from media_ai.clients.remote import RemoteJob, RemoteState
from media_ai.clients.unsigned import without_signatures
from media_ai.clients.vod_calls import VodCalls, vod_error
from media_ai.clients.vod_jobs import job_failed, jobs_since
from media_ai.errors import ErrorKind
from media_ai.model.base import Model

KIND = "vod.cover"
MOST_JOBS = 10
"""In one question about AI images."""


class CoverJob(Model):
    """A job for covers of a video; `user_data` as vod_rules.image_user_data makes it."""

    video_id: str
    template: str = Field(min_length=1)
    pipeline: str = ""
    user_data: str = ""

    def parameters(self) -> dict[str, str]:
        """Return the parameters of SubmitAIImageJob."""
        more = {"AIPipelineId": self.pipeline, "UserData": self.user_data}
        given = {"VideoId": self.video_id, "AITemplateId": self.template, **more}
        return {name: value for name, value in given.items() if value}


def submit_cover(calls: VodCalls, wanted: CoverJob, since: datetime) -> RemoteJob:
    """
    Submit a job for covers, and return it as a remote job. VOD sends no event for it: it is asked for.

    Raises:
        ServiceError: VOD refused, with kind NOT_FOUND_YET if the video is not ready; or nobody knows, with kind TRANSIENT.
    """

    def do() -> RemoteJob:
        return RemoteJob(kind=KIND, id=str(calls.call_once("SubmitAIImageJob", wanted.parameters())["JobId"]))

    return calls.submit("VOD SubmitAIImageJob", do, lambda: find_cover(calls, wanted, since))


def find_cover(calls: VodCalls, wanted: CoverJob, since: datetime) -> RemoteJob | None:
    """Return the job that was submitted after a time with the same template and user data, or None."""
    candidates = list(jobs_since(calls, wanted.video_id, "ai", since))
    for start in range(0, len(candidates), MOST_JOBS):
        for job in _cover_jobs(calls, candidates[start : start + MOST_JOBS]):
            same = (job.get("TemplateId"), str(job.get("UserData") or "")) == (wanted.template, wanted.user_data)
            if same and job.get("Status") != "fail":
                return RemoteJob(kind=KIND, id=str(job["JobId"]))
    return None


def poll_cover(job: RemoteJob, access: Access) -> RemoteState:
    """Ask how far a job for covers is; see media_ai.clients.remote. `data` are "job_id" and "images", as images_in makes them."""
    found = _cover_jobs(VodCalls(access), [job.id], once=True)
    info: Mapping[str, Any] = found[0] if found else {}
    status = str(info.get("Status") or "")
    if status == "fail":
        raise job_failed("AI image job", job.id, info)
    if status != "success":
        return RemoteState(is_done=False, note=status)
    return RemoteState(
        is_done=True, data={"job_id": job.id, "images": images_in(info.get("AIImageResult"))}, note=status
    )


def images_in(result: Any) -> list[dict[str, Any]]:
    """
    Return url and score of the images in AIImageResult, which is JSON in a text, the best first.

    Raises:
        ServiceError: It cannot be read.
    """
    try:
        images = json.loads(result) if isinstance(result, str) else result
        found = [
            {"url": without_signatures(str(image["Url"])), "score": float(image.get("Score") or 0)} for image in images
        ]
    except (TypeError, ValueError, KeyError) as exc:
        raise vod_error(
            f"gave an AIImageResult that cannot be read ({type(exc).__name__}).", "AIImageResult", ErrorKind.INVALID
        ) from exc
    return sorted(found, key=lambda image: -float(image["score"]))


def cover_links(calls: VodCalls, video_id: str) -> dict[str, SecretStr]:
    """Return signed addresses of all AI images of a video by their ids."""
    infos = calls.call("ListAIImageInfo", {"VideoId": video_id}).get("AIImageInfoList") or []
    return {str(info["AIImageInfoId"]): SecretStr(str(info["FileURL"])) for info in infos}


def _cover_jobs(calls: VodCalls, job_ids: Sequence[str], *, once: bool = False) -> list[Mapping[str, Any]]:
    if not job_ids:
        return []
    call = calls.call_once if once else calls.call
    return list(call("GetAIImageJobs", {"JobIds": ",".join(job_ids)}).get("AIImageJobList") or [])
