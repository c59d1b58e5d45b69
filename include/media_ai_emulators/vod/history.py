"""ListJobInfo and GetJobDetail: the jobs of the last six months, whatever submitted them."""

from typing import Protocol

from media_ai_emulators.records import Record
from media_ai_emulators.rpc.errors import refusal
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.rpc.service import Answer
from media_ai_emulators.vod.videos import Videos


class Jobs(Protocol):
    """Jobs of one type."""

    def history(self, video_id: str) -> list[Record]:
        """Return the jobs on a video, oldest first."""
        ...

    def detail(self, job_id: str) -> Record | None:
        """Return a job, or None."""
        ...


class History:
    """Both actions, over the three types of jobs."""

    def __init__(self, videos: Videos, *, transcode: Jobs, snapshot: Jobs, ai: tuple[Jobs, ...]) -> None:
        self._videos = videos
        self._jobs = {"transcode": (transcode,), "snapshot": (snapshot,), "ai": ai}

    def listed(self, parameters: Parameters) -> Answer:
        """ListJobInfo, newest first."""
        kind = self._kind(parameters)
        media_id, _ = self._videos.named(parameters, "MediaId")
        found = [job for jobs in self._jobs[kind] for job in jobs.history(media_id)]
        found.sort(key=lambda job: str(job["CreateTime"]), reverse=True)
        return {"MediaId": media_id, "JobType": kind, "JobInfoList": found}

    def detail(self, parameters: Parameters) -> Answer:
        """GetJobDetail."""
        kind = self._kind(parameters)
        job_id = parameters.required("JobId")
        found = next((one for jobs in self._jobs[kind] if (one := jobs.detail(job_id)) is not None), None)
        if found is None:
            raise refusal(404, "InvalidJob.NotFound", "The specified job does not exist.")
        name = {"transcode": "TranscodeJobDetail", "snapshot": "SnapshotJobDetail", "ai": "AIJobDetail"}[kind]
        return {"JobType": kind, name: found}

    def _kind(self, parameters: Parameters) -> str:
        return parameters.choice("JobType", self._jobs) or parameters.required("JobType")
