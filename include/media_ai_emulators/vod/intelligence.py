"""AI images: covers that a model chooses or makes."""

import base64
import json
import uuid
from pathlib import Path

from media_ai_emulators import jobs
from media_ai_emulators.clock import iso
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.records import Record, Records
from media_ai_emulators.rpc.errors import refusal
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.rpc.service import Answer
from media_ai_emulators.state import UPLOAD_BUCKET, State
from media_ai_emulators.vod.videos import REGION, Videos

_PICTURE = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==")


class Intelligence:
    """AI image jobs, which give no event and must be polled."""

    def __init__(self, state: State, videos: Videos, storage: Storage) -> None:
        self._images = Records(Path(state.folder) / "vod" / "ai-images")
        self._state = state
        self._videos = videos
        self._storage = storage

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

    def image_infos(self, parameters: Parameters) -> Answer:
        """ListAIImageInfo: the images of all jobs that ended well, at signed addresses."""
        video_id, _ = self._videos.named(parameters)
        infos = []
        for job_id, record in self._images.all():
            if record["video"] == video_id and self._ended(record) == "success":
                for at, key in enumerate(_keys(job_id, video_id)):
                    self._storage.put_bytes(UPLOAD_BUCKET, key, _PICTURE, "image/gif")
                    info = {"AIImageInfoId": f"{job_id[:24]}{at:08d}", "JobId": job_id, "VideoId": video_id}
                    infos.append(
                        {
                            **info,
                            "FileURL": self._videos.signed_url(key, parameters.host),
                            "Format": "gif",
                            "Score": str(_score(at)),
                            "Version": "1",
                            "CreationTime": iso(record["created"]),
                        }
                    )
        return {"AIImageInfoList": infos}

    def history(self, video_id: str) -> list[Record]:
        """Return the jobs on a video as ListJobInfo shows them."""
        found = [(job_id, one) for job_id, one in self._images.all() if one["video"] == video_id]
        return [
            {"JobId": job_id, "CreateTime": iso(record["created"]), "Status": self._ended(record)}
            for job_id, record in found
        ]

    def detail(self, job_id: str) -> Record | None:
        """Return a job as GetJobDetail shows it."""
        record = self._images.get(job_id)
        if record is None:
            return None
        facts = {"JobId": job_id, "MediaId": record["video"], "JobType": "AIImage", "Trigger": "Manual"}
        return {**facts, "Status": self._ended(record), "CreateTime": iso(record["created"])}

    def _image(self, job_id: str, record: Record) -> Record:
        status = self._ended(record)
        info: Record = {
            "JobId": job_id,
            "VideoId": record["video"],
            "TemplateId": record["template"],
            "UserData": record["user_data"],
            "CreationTime": iso(record["created"]),
            "Status": status,
        }
        if status == "fail":
            info |= {"Code": "EmulatedFailure", "Message": "The emulated job has failed."}
        if status == "success":
            base = f"http://{UPLOAD_BUCKET}.oss-{REGION}.aliyuncs.com"
            keys = enumerate(_keys(job_id, record["video"]))
            info["AIImageResult"] = json.dumps([{"Url": f"{base}/{key}", "Score": _score(at)} for at, key in keys])
        return info

    def _ended(self, record: Record) -> str:
        phase = jobs.phase(record, self._state.clock.now(), self._state.options.job_takes_s)
        if phase == jobs.DONE:
            return "fail" if self._videos.fails(record["video"]) else "success"
        return {jobs.WAITING: "init", jobs.RUNNING: "processing"}[phase]


def _keys(job_id: str, video_id: str) -> list[str]:
    return [f"{video_id}/image/ai/{job_id}-{at:05d}.gif" for at in (1, 2)]


def _score(at: int) -> float:
    return round(0.9 - at / 10, 1)
