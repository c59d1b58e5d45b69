"""What VOD remembers of the jobs on a video: by it a job is found again whose answer was lost."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from media_ai.clients.vod_calls import VodCalls, vod_error
from media_ai.errors import ErrorKind, ServiceError

SKEW = timedelta(minutes=1)
"""Between this machine's clock and the service's, for lists since a time."""


def jobs_since(
    calls: VodCalls, video_id: str, kind: Literal["transcode", "snapshot", "ai"], since: datetime
) -> Iterator[str]:
    """Yield the ids of the jobs on a video that were submitted after a time and have not failed, the oldest first."""
    listed = calls.call("ListJobInfo", {"MediaId": video_id, "JobType": kind}).get("JobInfoList") or []
    recent = [job for job in listed if is_since(job.get("CreateTime"), since)]
    for job in sorted(recent, key=lambda job: str(job["CreateTime"])):
        if "fail" not in str(job.get("Status")).lower():
            yield str(job["JobId"])


def is_since(created: Any, since: datetime) -> bool:
    """Tell whether a time that VOD wrote is not before another; seconds are cut, and clocks differ."""
    try:
        return datetime.fromisoformat(str(created)).astimezone(UTC) >= since - SKEW
    except ValueError:
        return False


def iso(moment: datetime) -> str:
    """Write a time as VOD does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def job_failed(what: str, job_id: str, info: Mapping[str, Any]) -> ServiceError:
    """Return the error of a job that failed, by what VOD says of it."""
    code = str(info.get("Code") or "unknown")
    return vod_error(f"{what} {job_id} failed ({code}).", code, ErrorKind.INVALID)
