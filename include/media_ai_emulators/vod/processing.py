"""Transcoding: jobs of template groups, and workflows, which transcode as well."""

import uuid
from pathlib import Path

from media_ai_emulators import jobs
from media_ai_emulators.clock import iso
from media_ai_emulators.records import Record, Records
from media_ai_emulators.rpc.errors import refusal
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.rpc.service import Answer
from media_ai_emulators.state import State
from media_ai_emulators.vod.videos import Videos

_SESSION_S = 7 * 24 * 3600
_MOST_LISTED = 50
DEFAULT_GROUP = "emulator-default-group"


class Processing:
    """Jobs on videos that are Normal; a transcoding task has one job, a workflow one transcoding task."""

    def __init__(self, state: State, videos: Videos) -> None:
        folder = Path(state.folder) / "vod"
        self._transcodings, self._workflows = Records(folder / "transcodings"), Records(folder / "workflows")
        self._state = state
        self._videos = videos

    def submit_transcoding(self, parameters: Parameters) -> Answer:
        """SubmitTranscodeJobs. A SessionId is good once in seven days; the code of the refusal is not published."""
        video_id, _ = self._videos.ready(parameters)
        session = parameters.text("SessionId", max_characters=50)
        oldest = self._state.clock.now() - _SESSION_S
        known = (record for _, record in self._transcodings.all() if record["created"] > oldest)
        if session is not None and any(record["session"] == session for record in known):
            raise refusal(400, "InvalidSessionId.Duplicate", "The specified SessionId was used within 7 days.")
        task_id, job_id = self._add(video_id, parameters.required("TemplateGroupId"), parameters, session=session)
        return {"TranscodeTaskId": task_id, "TranscodeJobs": {"TranscodeJob": [{"JobId": job_id}]}}

    def transcoding(self, parameters: Parameters) -> Answer:
        """GetTranscodeTask by TranscodeTaskId, or else by JobIds."""
        if not parameters.text("TranscodeTaskId"):
            wanted = parameters.listed("JobIds", most=10)
            found = {record["job"]: record for _, record in self._transcodings.all()}
            shown = [self._job(found[job_id]) for job_id in wanted if job_id in found]
            return {"TranscodeJobInfoList": shown, "NonExistJobIds": [one for one in wanted if one not in found]}
        task_id = parameters.required("TranscodeTaskId")
        record = self._transcodings.get(task_id)
        if record is None:
            raise refusal(404, "InvalidTranscodeTask.NotFound", "The specified transcode task does not exist.")
        return {"TranscodeTask": {**self._task(task_id, record), "TranscodeJobInfoList": [self._job(record)]}}

    def transcodings(self, parameters: Parameters) -> Answer:
        """ListTranscodeTask, newest first, created between StartTime and EndTime."""
        video_id, _ = self._videos.named(parameters)
        size, number = parameters.number("PageSize", 10, highest=_MOST_LISTED), parameters.number("PageNo", 1)
        start, end = parameters.text("StartTime") or "", parameters.text("EndTime") or "9999"
        every = [self._task(*one) for one in reversed(self._transcodings.all()) if one[1]["video"] == video_id]
        found = [task for task in every if start <= task["CreationTime"] < end]
        return {"TranscodeTaskList": found[(number - 1) * size : number * size]}

    def template_groups(self, parameters: Parameters) -> Answer:
        """ListTranscodeTemplateGroup."""
        app = parameters.text("AppId") or "app-1000000"
        groups = ((DEFAULT_GROUP, "Default"), ("VOD_NO_TRANSCODE", "NotDefault"))
        return {
            "TranscodeTemplateGroupList": [
                {
                    "TranscodeTemplateGroupId": group,
                    "Name": group,
                    "IsDefault": said,
                    "AppId": app,
                    "Locked": "Disabled",
                }
                for group, said in groups
            ]
        }

    def submit_workflow(self, parameters: Parameters) -> Answer:
        """SubmitWorkflowJob: the workflow transcodes."""
        video_id, _ = self._videos.ready(parameters, "MediaId")
        workflow, task_id = parameters.required("WorkflowId"), uuid.uuid4().hex
        self._add(video_id, f"group-of-{workflow}", parameters, trigger="Auto")
        self._workflows.put(task_id, {"created": self._state.clock.now(), "video": video_id, "workflow": workflow})
        return {"TaskId": task_id}

    def workflow(self, parameters: Parameters) -> Answer:
        """GetWorkflowTask."""
        task_id = parameters.required("TaskId")
        record = self._workflows.get(task_id)
        if record is None:
            raise refusal(404, "InvalidTask.NotFound", "The specified workflow task does not exist.")
        is_done = self._phase(record) == jobs.DONE
        ended = "failed" if self._videos.fails(record["video"]) else "succeeded"
        return {
            "TaskId": task_id,
            "WorkflowId": record["workflow"],
            "Status": ended if is_done else "running",
            "ErrorCode": "EmulatedFailure" if is_done and ended == "failed" else "",
            "GmtCreateUtc": iso(record["created"]),
        }

    def history(self, video_id: str) -> list[Record]:
        """Return the jobs on a video as ListJobInfo shows them."""
        found = [record for _, record in self._transcodings.all() if record["video"] == video_id]
        return [
            {"JobId": one["job"], "CreateTime": iso(one["created"]), "Status": self._job(one)["TranscodeJobStatus"]}
            for one in found
        ]

    def detail(self, job_id: str) -> Record | None:
        """Return a job as GetJobDetail shows it."""
        record = next((one for _, one in self._transcodings.all() if one["job"] == job_id), None)
        if record is None:
            return None
        status = self._job(record)["TranscodeJobStatus"]
        facts = {"JobId": job_id, "VideoId": record["video"], "Status": status, "CreateTime": iso(record["created"])}
        return {**facts, "Definition": "SD"}

    def _add(
        self, video_id: str, group: str, parameters: Parameters, *, session: str | None = None, trigger: str = "Manual"
    ) -> tuple[str, str]:
        task_id, job_id = uuid.uuid4().hex, uuid.uuid4().hex
        record = {
            "created": self._state.clock.now(),
            "video": video_id,
            "job": job_id,
            "session": session,
            "group": group,
            "trigger": trigger,
            "priority": str(parameters.number("Priority", 6, highest=10)),
        }
        self._transcodings.put(task_id, record)
        return task_id, job_id

    def _task(self, task_id: str, record: Record) -> Record:
        statuses = {"TranscodeSuccess": "CompleteAllSucc", "TranscodeFail": "CompleteAllFail"}
        return {
            "TranscodeTaskId": task_id,
            "TranscodeTemplateGroupId": record["group"],
            "VideoId": record["video"],
            "TaskStatus": statuses.get(self._job(record)["TranscodeJobStatus"], "Processing"),
            "Trigger": record["trigger"],
            "CreationTime": iso(record["created"]),
        }

    def _phase(self, record: Record) -> str:
        return jobs.phase(record, self._state.clock.now(), self._state.options.job_takes_s)

    def _job(self, record: Record) -> Record:
        is_done = self._phase(record) == jobs.DONE
        ended = "TranscodeFail" if self._videos.fails(record["video"]) else "TranscodeSuccess"
        job: Record = {
            "TranscodeJobId": record["job"],
            "TranscodeJobStatus": ended if is_done else "Transcoding",
            "TranscodeProgress": 100 if is_done else 50,
            "Priority": record["priority"],
            "Definition": "SD",
            "CreationTime": iso(record["created"]),
        }
        if is_done:
            job["CompleteTime"] = iso(record["created"] + self._state.options.job_takes_s)
            failure = {"ErrorCode": "EmulatedFailure", "ErrorMessage": "The emulated job has failed."}
            job |= failure if ended == "TranscodeFail" else {"OutputFile": _OUTPUT}
        return job


_OUTPUT = {
    "Format": "mp4",
    "Duration": "60",
    "Width": "1280",
    "Height": "720",
    "Bitrate": "1000",
    "Filesize": 1_048_576,
    "OutputFileUrl": "http://emulator-vod.oss-cn-shanghai.aliyuncs.com/transcoded/output-sd.mp4",
}
