"""The videos of VOD and how far each is; the files are objects of a bucket of the emulator's OSS."""

import uuid
from pathlib import Path

from media_ai_emulators.clock import iso
from media_ai_emulators.oss import signature_v1
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.records import Record, Records
from media_ai_emulators.rpc.errors import refusal
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.state import UPLOAD_BUCKET, State

REGION = "cn-shanghai"
DURATION_S = 60.0
BROKEN = b"EMULATOR-BROKEN-FILE"
"""A file that begins with this cannot be read: its video is UploadFail."""
FAILING = "EMULATOR-FAILING-JOBS"
"""Jobs on a video with this word in its title fail."""
_SHOWN = ("CateId", "CoverURL", "Description", "ReferenceId", "Tags", "TemplateGroupId", "Title", "UserData", "AppId")


class Videos:
    """
    Videos by id: Uploading until their object is there, then UploadSucc, Transcoding and, after `job_takes_s`, Normal.

    The emulator does not look into files: every video lasts a minute.
    """

    def __init__(self, state: State, storage: Storage) -> None:
        self._records = Records(Path(state.folder) / "vod" / "videos")
        self._state = state
        self._storage = storage

    def add(self, fields: Record, file_name: str) -> str:
        """Make a video whose file is to be uploaded, and return its id."""
        video_id = uuid.uuid4().hex
        now = self._state.clock.now()
        key = f"sv/{video_id[:8]}/{video_id}{Path(file_name).suffix.lower()}"
        self._records.put(video_id, {**fields, "key": key, "created": now, "modified": now})
        return video_id

    def find(self, video_id: str) -> Record | None:
        """Return a video, or None."""
        return self._records.get(video_id)

    def by_reference(self, reference_id: str | None) -> str | None:
        """Return the id of the video with a ReferenceId."""
        if reference_id is None:
            return None
        return next((one for one, record in self._records.all() if record.get("ReferenceId") == reference_id), None)

    def named(self, parameters: Parameters, name: str = "VideoId") -> tuple[str, Record]:
        """
        Return (id, video) by VideoId or else by ReferenceId.

        Raises:
            Refusal: Neither is given, or there is no such video.
        """
        video_id = parameters.text(name) or self.by_reference(parameters.text("ReferenceId"))
        if video_id is None and not parameters.text("ReferenceId"):
            parameters.required(name)
        record = self.find(video_id or "")
        if video_id is None or record is None:
            raise refusal(404, "InvalidVideo.NotFound", "The video does not exist.")
        return video_id, record

    def ready(self, parameters: Parameters, name: str = "VideoId") -> tuple[str, Record]:
        """
        Return (id, video) of one that is Normal.

        Raises:
            Refusal: It is not, or does not exist.
        """
        video_id, record = self.named(parameters, name)
        if self.status(record) != "Normal":
            raise refusal(403, "Forbidden.IllegalStatus", "Status of the video is illegal.")
        return video_id, record

    def fails(self, video_id: str) -> bool:
        """Tell whether jobs on a video fail."""
        return FAILING in (self._records.get(video_id) or {}).get("Title", "")

    def update(self, video_id: str, changes: Record) -> None:
        """Change a video."""
        record = self._records.get(video_id) or {}
        self._records.put(video_id, {**record, **changes, "modified": self._state.clock.now()})

    def remove(self, video_id: str) -> None:
        """Forget a video and its file."""
        record = self._records.get(video_id)
        if record is not None:
            self._storage.buckets.get(UPLOAD_BUCKET).delete(record["key"])
            self._records.delete(video_id)

    def all(self) -> list[tuple[str, Record]]:
        """Return every (id, video), oldest first."""
        return self._records.all()

    def status(self, record: Record) -> str:
        """Return Uploading, UploadFail, UploadSucc, Transcoding or Normal."""
        stored = self._storage.find(UPLOAD_BUCKET, record["key"])
        if stored is None:
            return "Uploading"
        head = self._storage.buckets.get(UPLOAD_BUCKET).read(stored, 0, min(len(BROKEN), stored.size))
        if b"".join(head) == BROKEN:
            return "UploadFail"
        age, takes = self._state.clock.now() - stored.modified, self._state.options.job_takes_s
        if age >= takes:
            return "Normal"
        return "Transcoding" if age >= takes / 2 else "UploadSucc"

    def info(self, video_id: str, record: Record) -> Record:
        """Return a video as GetVideoInfo shows it."""
        stored = self._storage.find(UPLOAD_BUCKET, record["key"])
        return {
            **{name: record[name] for name in _SHOWN if record.get(name) is not None},
            "VideoId": video_id,
            "Status": self.status(record),
            "Size": stored.size if stored else 0,
            "Duration": DURATION_S if stored else 0.0,
            "CreationTime": iso(record["created"]),
            "ModificationTime": iso(record["modified"]),
            "StorageLocation": f"{UPLOAD_BUCKET}.oss-{REGION}.aliyuncs.com",
            "RegionId": REGION,
            "StorageClass": "Standard",
            "DownloadSwitch": "on",
        }

    def signed_url(self, key: str, host: str, lives_s: int = 3600) -> str:
        """Return an address of an object in VOD's bucket that works for `lives_s` seconds."""
        return signature_v1.signed_address(
            host=host,
            bucket=UPLOAD_BUCKET,
            key=key,
            keys=self._state.options.keys,
            expires=int(self._state.clock.now()) + lives_s,
        )
