"""Transcoding and snapshots."""

import json
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
_MOST_OFFSETS = 30
_SNAPSHOTS = ("CoverSnapshot", "NormalSnapshot", "SpriteSnapshot", "SpriteOriginSnapshot", "WebVttSnapshot")


class Processing:
    """Jobs on videos that are Normal; a transcoding task has one job."""

    def __init__(self, state: State, videos: Videos) -> None:
        folder = Path(state.folder) / "vod"
        self._transcodings, self._snapshots = Records(folder / "transcodings"), Records(folder / "snapshots")
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
        task_id, job_id = uuid.uuid4().hex, uuid.uuid4().hex
        record = {
            "created": self._state.clock.now(),
            "video": video_id,
            "job": job_id,
            "session": session,
            "group": parameters.required("TemplateGroupId"),
            "priority": str(parameters.number("Priority", 6, highest=10)),
        }
        self._transcodings.put(task_id, record)
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
        job = self._job(record)
        task = {
            "TranscodeTaskId": task_id,
            "TranscodeTemplateGroupId": record["group"],
            "VideoId": record["video"],
            "TaskStatus": "CompleteAllSucc" if job["TranscodeProgress"] == 100 else "Processing",
            "Trigger": "Manual",
            "CreationTime": iso(record["created"]),
            "TranscodeJobInfoList": [job],
        }
        return {"TranscodeTask": task}

    def submit_snapshots(self, parameters: Parameters) -> Answer:
        """SubmitSnapshotJob: at SpecifiedOffsetTimes (at most 30), or Count of them."""
        video_id, _ = self._videos.ready(parameters)
        try:
            offsets = json.loads(parameters.text("SpecifiedOffsetTimes") or "[]")
        except ValueError:
            raise parameters.invalid("SpecifiedOffsetTimes") from None
        if not isinstance(offsets, list) or len(offsets) > _MOST_OFFSETS:
            raise parameters.invalid("SpecifiedOffsetTimes")
        job_id = uuid.uuid4().hex
        count = len(offsets) or parameters.number("Count", 1)
        record = {"created": self._state.clock.now(), "video": video_id, "count": count}
        self._snapshots.put(job_id, record)
        return {"SnapshotJob": {"JobId": job_id}}

    def snapshots(self, parameters: Parameters) -> Answer:
        """ListSnapshots of the newest job that has ended; there are none of other types than NormalSnapshot."""
        video_id, _ = self._videos.named(parameters)
        kind = parameters.choice("SnapshotType", _SNAPSHOTS) or "CoverSnapshot"
        size, number = parameters.number("PageSize", 20, highest=100), parameters.number("PageNo", 1)
        ended = [
            (job_id, record)
            for job_id, record in self._snapshots.all()
            if record["video"] == video_id and self._phase(record) == jobs.DONE
        ]
        if not ended or kind != "NormalSnapshot":
            return {"MediaSnapshot": {"Total": 0, "Snapshots": {"Snapshot": []}}}
        job_id, record = ended[-1]
        base = f"http://{parameters.host}/emulator-vod/{video_id}/snapshots/normal"
        every = [{"Index": at, "Url": f"{base}/{at:05d}.jpg"} for at in range(1, record["count"] + 1)]
        shown = every[(number - 1) * size : number * size]
        snapshot = {
            "JobId": job_id,
            "CreationTime": iso(record["created"]),
            "Regular": f"{base}/{{Count}}.jpg",
            "Total": record["count"],
            "Snapshots": {"Snapshot": shown},
        }
        return {"MediaSnapshot": snapshot}

    def _phase(self, record: Record) -> str:
        return jobs.phase(record, self._state.clock.now(), self._state.options.job_takes_s)

    def _job(self, record: Record) -> Record:
        is_done = self._phase(record) == jobs.DONE
        job: Record = {
            "TranscodeJobId": record["job"],
            "TranscodeJobStatus": "TranscodeSuccess" if is_done else "Transcoding",
            "TranscodeProgress": 100 if is_done else 50,
            "Priority": record["priority"],
            "Definition": "SD",
            "CreationTime": iso(record["created"]),
        }
        if is_done:
            job["CompleteTime"] = iso(record["created"] + self._state.options.job_takes_s)
            job["OutputFile"] = {
                "Format": "mp4",
                "Duration": "60",
                "Width": "1280",
                "Height": "720",
                "Filesize": 1_048_576,
            }
        return job
