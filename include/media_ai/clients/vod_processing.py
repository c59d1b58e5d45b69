"""Transcoding in VOD, by a template group or by a workflow."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from media_ai.clients.access import Access
from media_ai.clients.remote import RemoteJob, RemoteState
from media_ai.clients.unsigned import unsigned
from media_ai.clients.vod_calls import VodCalls, vod_error
from media_ai.clients.vod_jobs import SKEW, is_since, iso
from media_ai.errors import ErrorKind, InputError, ServiceError
from media_ai.model.base import Model

KIND = "vod.transcode"
NO_TRANSCODING = "VOD_NO_TRANSCODE"
_LISTED = 50
_TASK_DONE, _TASK_FAILED = ("CompleteAllSucc", "CompletePartialSucc"), "CompleteAllFail"
_WORKFLOW_DONE, _WORKFLOW_FAILED = ("succeeded", "partial-succeeded"), ("failed", "stopped")


def default_template_group(calls: VodCalls) -> str:
    """
    Return the template group that VOD uses where none is named.

    Raises:
        InputError: There is none, or it transcodes nothing.
    """
    answer = calls.call("ListTranscodeTemplateGroup", {"AppId": calls.credentials.app_id})
    groups = answer.get("TranscodeTemplateGroupList") or []
    found = next(
        (str(group["TranscodeTemplateGroupId"]) for group in groups if group.get("IsDefault") == "Default"), ""
    )
    if found in {"", NO_TRANSCODING}:
        raise InputError(
            f"The default template group of {calls.credentials.app_id} in VOD transcodes nothing. Name a template group or a "
            "workflow."
        )
    return found


class Transcoding(Model):
    """What is to be done with a video: a template group's streams, or a workflow, which wins where both are given."""

    video_id: str
    template_group: str = ""
    workflow: str = ""
    priority: int | None = Field(default=None, ge=1, le=10)
    user_data: str = Field(default="", description="JSON.")

    def parameters(self, session_id: str) -> dict[str, Any]:
        """Return the parameters of SubmitTranscodeJobs."""
        given = {
            "VideoId": self.video_id,
            "TemplateGroupId": self.template_group,
            "Priority": str(self.priority) if self.priority else "",
            "UserData": self.user_data,
            "SessionId": session_id,
        }
        return {name: value for name, value in given.items() if value}


def submit_transcoding(calls: VodCalls, wanted: Transcoding, since: datetime) -> RemoteJob:
    """
    Submit a transcoding, and return it as a remote job.

    Raises:
        ServiceError: VOD refused, with kind NOT_FOUND_YET if the video is not ready; or nobody knows, with kind TRANSIENT.
    """
    # For seven days VOD refuses a SessionId that it has seen: should its lists be late, nothing is paid for twice.
    session_id = uuid.uuid4().hex

    def do() -> RemoteJob:
        if wanted.workflow:
            given = {"MediaId": wanted.video_id, "WorkflowId": wanted.workflow}
            return _job(str(calls.call_once("SubmitWorkflowJob", given)["TaskId"]), is_workflow=True)
        try:
            answer = calls.call_once("SubmitTranscodeJobs", wanted.parameters(session_id))
        except ServiceError as exc:
            if "session" in exc.code.lower():
                raise vod_error(
                    f"SubmitTranscodeJobs was done before. {exc.message}", exc.code, ErrorKind.TRANSIENT
                ) from exc
            raise
        return _job(str(answer["TranscodeTaskId"]))

    return calls.submit("VOD transcoding", do, lambda: find_transcoding(calls, wanted, since))


def find_transcoding(calls: VodCalls, wanted: Transcoding, since: datetime) -> RemoteJob | None:
    """
    Return what was submitted after a time, or None.

    Tasks of a template group are told apart by it. Workflows cannot be listed: the transcoding that one has begun stands for
    it; of one that transcodes nothing there is no trace, and it is run again: it writes the same results over the first ones.
    """
    asked = {"VideoId": wanted.video_id, "StartTime": iso(since - SKEW), "PageSize": _LISTED}
    tasks = calls.call("ListTranscodeTask", asked).get("TranscodeTaskList") or []
    for task in reversed(tasks):
        if not is_since(task.get("CreationTime"), since) or task.get("TaskStatus") == _TASK_FAILED:
            continue
        is_manual = task.get("Trigger") == "Manual" and task.get("TranscodeTemplateGroupId") == wanted.template_group
        if is_manual or (wanted.workflow and task.get("Trigger") != "Manual"):
            return _job(str(task["TranscodeTaskId"]))
    return None


def poll_transcode(job: RemoteJob, access: Access) -> RemoteState:
    """Ask how far a transcoding or a workflow is; see media_ai.clients.remote."""
    calls = VodCalls(access)
    return _workflow_state(job, calls) if job.details.get("is_workflow") else _task_state(job, calls)


def _task_state(job: RemoteJob, calls: VodCalls) -> RemoteState:
    task = calls.call_once("GetTranscodeTask", {"TranscodeTaskId": job.id}).get("TranscodeTask") or {}
    status = str(task.get("TaskStatus") or "")
    if status == _TASK_FAILED:
        codes = sorted({str(each.get("ErrorCode") or "unknown") for each in task.get("TranscodeJobInfoList") or [{}]})
        raise vod_error(f"transcoding {job.id} failed ({', '.join(codes)}).", codes[0], ErrorKind.INVALID)
    return RemoteState(is_done=status in _TASK_DONE, data=_without_input(task), note=status)


def _workflow_state(job: RemoteJob, calls: VodCalls) -> RemoteState:
    task = calls.call_once("GetWorkflowTask", {"TaskId": job.id})
    status = str(task.get("Status") or "").lower()
    if status in _WORKFLOW_FAILED:
        code = str(task.get("ErrorCode") or status)
        raise vod_error(f"workflow {job.id} has {status} ({code}).", code, ErrorKind.INVALID)
    return RemoteState(is_done=status in _WORKFLOW_DONE, data=unsigned(task), note=status)


def _without_input(task: Mapping[str, Any]) -> dict[str, Any]:
    infos = [
        {name: value for name, value in info.items() if name != "InputFileUrl"}
        for info in task.get("TranscodeJobInfoList") or []
    ]
    kept: dict[str, Any] = unsigned({**task, "TranscodeJobInfoList": infos})
    return kept


def _job(task_id: str, *, is_workflow: bool = False) -> RemoteJob:
    return RemoteJob(kind=KIND, id=task_id, details={"is_workflow": is_workflow})
