"""CreateUploadAttachedMedia and GetAttachedMediaInfo: watermarks, subtitles and material beside the videos."""

import uuid
from pathlib import Path

from media_ai_emulators.clock import iso
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.records import Record, Records
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.rpc.service import Answer
from media_ai_emulators.state import UPLOAD_BUCKET, State
from media_ai_emulators.vod.upload_keys import upload_keys
from media_ai_emulators.vod.videos import REGION

_EXTENSIONS = {
    "watermark": ("png", "gif", "apng", "mov"),
    "subtitle": ("srt", "ass", "stl", "ttml", "vtt"),
    "material": ("jpg", "gif", "png", "mp4", "mat", "zip", "apk"),
}
_MOST_IDS = 20
_SHOWN = ("Title", "Description", "Tags", "AppId")


class AttachedMedia:
    """Files that belong to no video; each is Uploading until its object is there."""

    def __init__(self, state: State, storage: Storage) -> None:
        self._records = Records(Path(state.folder) / "vod" / "attached")
        self._state = state
        self._storage = storage

    def create(self, parameters: Parameters) -> Answer:
        """CreateUploadAttachedMedia; the keys cannot be refreshed."""
        kind = parameters.choice("BusinessType", _EXTENSIONS) or parameters.required("BusinessType")
        extension = parameters.text("MediaExt") or (parameters.text("FileName") or "").rpartition(".")[2].lower()
        if extension not in _EXTENSIONS[kind]:
            raise parameters.invalid("MediaExt")
        parameters.json_object("UserData")
        media_id, now = uuid.uuid4().hex, self._state.clock.now()
        record: Record = {
            "type": kind,
            "Title": parameters.text("Title", max_bytes=128) or media_id,
            "Description": parameters.text("Description", max_bytes=1024),
            "Tags": parameters.tags("Tags", are_bytes=False),
            "AppId": parameters.text("AppId") or "app-1000000",
            "key": f"attached/{kind}/{media_id}.{extension}",
            "created": now,
            "modified": now,
        }
        self._records.put(media_id, record)
        address = _address(record)
        keys = upload_keys(self._state, record["key"], parameters.host)
        return {"MediaId": media_id, "MediaURL": address, "FileURL": address, **keys}

    def get(self, parameters: Parameters) -> Answer:
        """GetAttachedMediaInfo; what is not there is named, not refused."""
        wanted = parameters.listed("MediaIds", most=_MOST_IDS)
        found = [(one, record) for one in wanted if (record := self._records.get(one)) is not None]
        missing = [one for one in wanted if self._records.get(one) is None]
        return {"AttachedMediaList": [self.info(*one) for one in found], "NonExistMediaIds": missing}

    def all(self) -> list[Record]:
        """Return every one as a search shows it, oldest first."""
        return [{**self.info(*one), "BusinessType": one[1]["type"]} for one in self._records.all()]

    def info(self, media_id: str, record: Record) -> Record:
        """Return one as GetAttachedMediaInfo shows it."""
        is_there = self._storage.find(UPLOAD_BUCKET, record["key"]) is not None
        return {
            **{name: record[name] for name in _SHOWN if record.get(name) is not None},
            "MediaId": media_id,
            "Type": record["type"],
            "Status": "Normal" if is_there else "Uploading",
            "URL": _address(record),
            "CreationTime": iso(record["created"]),
            "ModificationTime": iso(record["modified"]),
            "StorageLocation": f"{UPLOAD_BUCKET}.oss-{REGION}.aliyuncs.com",
        }


def _address(record: Record) -> str:
    return f"http://{UPLOAD_BUCKET}.oss-{REGION}.aliyuncs.com/{record['key']}"
