"""AI images and the automated review."""

import json
import uuid
from pathlib import Path

from media_ai_emulators import jobs
from media_ai_emulators.clock import iso
from media_ai_emulators.records import Record, Records
from media_ai_emulators.rpc.errors import refusal
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.rpc.service import Answer
from media_ai_emulators.state import UPLOAD_BUCKET, State
from media_ai_emulators.vod.videos import REGION, Videos

BLOCKED = "EMULATOR-BLOCKED-CONTENT"
"""A video with this word in its title is blocked by the review."""


class Intelligence:
    """AI image jobs, which give no event and must be polled, and review jobs."""

    def __init__(self, state: State, videos: Videos) -> None:
        folder = Path(state.folder) / "vod"
        self._images, self._audits = Records(folder / "ai-images"), Records(folder / "audits")
        self._state = state
        self._videos = videos

    def submit_images(self, parameters: Parameters) -> Answer:
        """SubmitAIImageJob: UserData is at most 512 bytes of JSON with MessageCallback or Extend."""
        user_data = parameters.json_object("UserData", max_bytes=512)
        if user_data is not None and not {"MessageCallback", "Extend"} & user_data.keys():
            raise refusal(400, "IllegalUserData", "UserData must contain MessageCallback or Extend.")
        template = parameters.required("AITemplateId")
        video_id, _ = self._videos.ready(parameters)
        job_id = uuid.uuid4().hex
        record = {"video": video_id, "template": template, "user_data": parameters.text("UserData") or ""}
        self._images.put(job_id, {**record, "created": self._state.clock.now()})
        return {"JobId": job_id}

    def images(self, parameters: Parameters) -> Answer:
        """GetAIImageJobs; AIImageResult is JSON in a text, and its addresses are not signed."""
        wanted = parameters.listed("JobIds", most=10)
        found = [(one, record) for one in wanted if (record := self._images.get(one)) is not None]
        return {"AIImageJobList": [self._image(job_id, record) for job_id, record in found]}

    def submit_audit(self, parameters: Parameters) -> Answer:
        """SubmitAIMediaAuditJob."""
        media_id, record = self._videos.ready(parameters, "MediaId")
        parameters.json_object("UserData")
        job_id = uuid.uuid4().hex
        is_blocked = BLOCKED in record["Title"]
        self._audits.put(job_id, {"media": media_id, "is_blocked": is_blocked, "created": self._state.clock.now()})
        return {"JobId": job_id, "MediaId": media_id}

    def audit(self, parameters: Parameters) -> Answer:
        """GetAIMediaAuditJob."""
        job_id = parameters.required("JobId")
        record = self._audits.get(job_id)
        if record is None:
            raise refusal(404, "InvalidJob.NotFound", "The specified job does not exist.")
        status = {jobs.WAITING: "init", jobs.RUNNING: "processing", jobs.DONE: "success"}[self._phase(record)]
        job: Record = {
            "JobId": job_id,
            "MediaId": record["media"],
            "Type": "AIMediaAudit",
            "Status": status,
            "CreationTime": iso(record["created"]),
        }
        if status == "success":
            job |= {"CompleteTime": iso(record["created"] + self._state.options.job_takes_s), "Data": _verdict(record)}
        return {"MediaAuditJob": job}

    def audit_result(self, parameters: Parameters) -> Answer:
        """GetMediaAuditResult of the newest review that has ended."""
        media_id, _ = self._videos.named(parameters, "MediaId")
        ended = [
            record
            for _, record in self._audits.all()
            if record["media"] == media_id and self._phase(record) == jobs.DONE
        ]
        if not ended:
            raise refusal(404, "InvalidMediaAuditResult.NotFound", "The media has no review result.")
        return {"MediaAuditResult": _verdict(ended[-1])}

    def _image(self, job_id: str, record: Record) -> Record:
        where = self._phase(record)
        info: Record = {
            "JobId": job_id,
            "VideoId": record["video"],
            "TemplateId": record["template"],
            "UserData": record["user_data"],
            "CreationTime": iso(record["created"]),
            "Status": {jobs.WAITING: "init", jobs.RUNNING: "processing", jobs.DONE: "success"}[where],
        }
        if where == jobs.DONE:
            base = f"http://{UPLOAD_BUCKET}.oss-{REGION}.aliyuncs.com/{record['video']}/ai-images"
            images = [{"Url": f"{base}/{at}.gif", "Score": 0.9 - at / 10} for at in range(2)]
            info["AIImageResult"] = json.dumps(images)
        return info

    def _phase(self, record: Record) -> str:
        return jobs.phase(record, self._state.clock.now(), self._state.options.job_takes_s)


def _verdict(record: Record) -> Record:
    suggestion, label = ("block", "porn") if record["is_blocked"] else ("pass", "normal")
    return {
        "Suggestion": suggestion,
        "Label": label,
        "AbnormalModules": "video" if record["is_blocked"] else "",
        "VideoResult": {
            "Suggestion": suggestion,
            "Label": label,
            "PornResult": {"Suggestion": suggestion, "Label": label, "MaxScore": "99.9", "AverageScore": "99.9"},
        },
    }
