"""The automated review."""

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

BLOCKED = "EMULATOR-BLOCKED-CONTENT"
"""A video with this word in its title is blocked by the review."""
SUSPECT = "EMULATOR-SUSPECT-CONTENT"
"""A video with this word in its title is left to people by the review."""
_DETAILS = 25
_DETAILS_PAGE = 20
_SEEN_AT = (5, 6, 22)
"""Which of the pictures show something, where the review finds anything."""


class Reviews:
    """Review jobs; the result of a video is that of its newest review."""

    def __init__(self, state: State, videos: Videos) -> None:
        self._audits = Records(Path(state.folder) / "vod" / "audits")
        self._state = state
        self._videos = videos

    def submit(self, parameters: Parameters) -> Answer:
        """SubmitAIMediaAuditJob."""
        media_id, record = self._videos.ready(parameters, "MediaId")
        parameters.json_object("UserData")
        job_id = uuid.uuid4().hex
        words = {BLOCKED: "block", SUSPECT: "review"}
        suggestion = next((said for word, said in words.items() if word in record["Title"]), "pass")
        self._audits.put(job_id, {"media": media_id, "suggestion": suggestion, "created": self._state.clock.now()})
        return {"JobId": job_id, "MediaId": media_id}

    def job(self, parameters: Parameters) -> Answer:
        """GetAIMediaAuditJob."""
        job_id = parameters.required("JobId")
        record = self._audits.get(job_id)
        if record is None:
            raise refusal(404, "InvalidJob.NotFound", "The specified job does not exist.")
        status = self._ended(record)
        job: Record = {
            "JobId": job_id,
            "MediaId": record["media"],
            "Type": "AIMediaAudit",
            "Status": status,
            "CreationTime": iso(record["created"]),
        }
        if status == "fail":
            job |= {"Code": "EmulatedFailure", "Message": "The emulated job has failed."}
        if status == "success":
            job |= {"CompleteTime": iso(record["created"] + self._state.options.job_takes_s), "Data": _verdict(record)}
        return {"MediaAuditJob": job}

    def result(self, parameters: Parameters) -> Answer:
        """GetMediaAuditResult of the newest review that has ended."""
        return {"MediaAuditResult": _verdict(self._newest_audit(parameters))}

    def details(self, parameters: Parameters) -> Answer:
        """GetMediaAuditResultDetail: 25 pictures, 20 a page."""
        record, number = self._newest_audit(parameters), parameters.number("PageNo", 1)
        parameters.required("PageNo")
        every = [
            {
                "Timestamp": str(at * 2000),
                "Url": f"http://{parameters.host}/emulator-vod/audit/{at}.jpg?auth_key=emulated",
                **{f"{scene}Label": "normal" for scene in ("Ad", "Live", "Logo", "Terrorism")},
                "PornLabel": _label(record) if at in _SEEN_AT else "normal",
                "PornScore": "99.9",
            }
            for at in range(_DETAILS)
        ]
        page = every[(number - 1) * _DETAILS_PAGE : number * _DETAILS_PAGE]
        return {"MediaAuditResultDetail": {"Total": _DETAILS, "List": page}}

    def timeline(self, parameters: Parameters) -> Answer:
        """GetMediaAuditResultTimeline: where something was seen."""
        label = _label(self._newest_audit(parameters))
        seen = [{"Label": label, "Score": "99.9", "Timestamp": str(at * 2000)} for at in _SEEN_AT]
        timeline = {"Ad": [], "Live": [], "Logo": [], "Terrorism": [], "Porn": seen if label != "normal" else []}
        return {"MediaAuditResultTimeline": timeline}

    def history(self, video_id: str) -> list[Record]:
        """Return the jobs on a video as ListJobInfo shows them."""
        found = [(job_id, one) for job_id, one in self._audits.all() if one["media"] == video_id]
        return [
            {"JobId": job_id, "CreateTime": iso(record["created"]), "Status": self._ended(record)}
            for job_id, record in found
        ]

    def detail(self, job_id: str) -> Record | None:
        """Return a job as GetJobDetail shows it."""
        record = self._audits.get(job_id)
        if record is None:
            return None
        facts = {"JobId": job_id, "MediaId": record["media"], "JobType": "AIMediaAudit", "Trigger": "Manual"}
        return {**facts, "Status": self._ended(record), "CreateTime": iso(record["created"])}

    def _newest_audit(self, parameters: Parameters) -> Record:
        media_id, _ = self._videos.named(parameters, "MediaId")
        ended = [one for _, one in self._audits.all() if one["media"] == media_id and self._ended(one) == "success"]
        if not ended:
            raise refusal(404, "InvalidMediaAuditResult.NotFound", "The media has no review result.")
        return ended[-1]

    def _ended(self, record: Record) -> str:
        phase = jobs.phase(record, self._state.clock.now(), self._state.options.job_takes_s)
        if phase == jobs.DONE:
            return "fail" if self._videos.fails(record["media"]) else "success"
        return {jobs.WAITING: "init", jobs.RUNNING: "processing"}[phase]


def _label(record: Record) -> str:
    return {"block": "porn", "review": "sexy"}.get(record["suggestion"], "normal")


def _verdict(record: Record) -> Record:
    suggestion, label = record["suggestion"], _label(record)
    overall = "normal" if suggestion == "pass" else "porn"
    return {
        "Suggestion": suggestion,
        "Label": overall,
        "AbnormalModules": "" if suggestion == "pass" else "video",
        "VideoResult": {
            "Suggestion": suggestion,
            "Label": overall,
            "PornResult": {"Suggestion": suggestion, "Label": label, "MaxScore": "99.9", "AverageScore": "99.9"},
        },
    }
