"""SubmitSmarttagJob and QuerySmarttagJob."""

import json
import uuid
from pathlib import Path

from media_ai_emulators import jobs
from media_ai_emulators.clock import Clock
from media_ai_emulators.ice.addresses import parse
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.records import Record, Records
from media_ai_emulators.rpc.errors import refusal
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.rpc.service import Answer

_INPUT_TYPES = ("OSS", "Media", "URL")


class SmartTagJobs:
    """Tagging jobs: Submitted, Processing, then Success, or Fail if the media is an object here that is not there."""

    def __init__(self, folder: Path, storage: Storage, clock: Clock, takes_s: float) -> None:
        self._records = Records(folder)
        self._storage = storage
        self._clock = clock
        self._takes_s = takes_s

    def submit(self, media: dict[str, str], template: str, fields: Record) -> str:
        """Start a job and return its id."""
        job_id = uuid.uuid4().hex
        self._records.put(job_id, {**fields, "Input": media, "TemplateId": template, "created": self._clock.now()})
        return job_id

    def submit_action(self, parameters: Parameters) -> Answer:
        """SubmitSmarttagJob."""
        media = parameters.json_object("Input") or {}
        if media.get("Type") not in _INPUT_TYPES or not media.get("Media"):
            raise parameters.invalid("Input")
        template = parameters.required("TemplateId")
        parameters.json_object("Params")
        fields = {
            "Title": parameters.text("Title", max_bytes=256),
            "Content": parameters.text("Content", max_bytes=1024),
            "UserData": parameters.text("UserData", max_bytes=1024),
        }
        return {"JobId": self.submit(media, template, fields)}

    def query_action(self, parameters: Parameters) -> Answer:
        """QuerySmarttagJob."""
        job_id = parameters.required("JobId")
        record = self._records.get(job_id)
        if record is None:
            raise refusal(404, "ResourceNotFound", "The specified job is not found.")
        status = self.status(job_id)
        answer: Answer = {"JobStatus": status, "UserData": record.get("UserData") or ""}
        if status == "Success":
            answer["Results"] = {"Result": results_of(record)}
            answer["Usages"] = {"Usage": [{"Type": "VideoTag", "Quota": 60}]}
        return answer

    def status(self, job_id: str) -> str:
        """Return Submitted, Processing, Success or Fail."""
        record = self._records.get(job_id) or {"created": 0.0, "Input": {}}
        where = jobs.phase(record, self._clock.now(), self._takes_s)
        if where != jobs.DONE:
            return "Submitted" if where == jobs.WAITING else "Processing"
        return "Fail" if self._is_missing(record["Input"]) else "Success"

    def results(self, job_id: str) -> list[dict[str, str]]:
        """Return the results of a job that succeeded."""
        record = self._records.get(job_id)
        return results_of(record) if record and self.status(job_id) == "Success" else []

    def _is_missing(self, media: dict[str, str]) -> bool:
        address = parse(media.get("Media", ""))
        known = {bucket.name for bucket in self._storage.buckets.all()}
        return bool(address and address.bucket in known and self._storage.find(address.bucket, address.key) is None)


def results_of(record: Record) -> list[dict[str, str]]:
    """Return tags that follow from the media's address alone; Data is JSON in a text, as the service writes it."""
    media = record["Input"].get("Media", "")
    tag = f"emulated-{jobs.digest_number(media, 1000)}"
    label = {"tag": tag, "category": "emulated", "confidence": 100.0, "occurrencesInfos": [{"from": 0.0, "to": 1.0}]}
    return [
        {"Type": "VideoLabel", "Data": json.dumps({"autoLabels": [label]})},
        {"Type": "Meta", "Data": json.dumps({"title": record.get("Title") or "", "duration": 60.0})},
    ]
