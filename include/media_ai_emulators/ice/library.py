"""The media library of IMS: assets, who may read them when, and how they are shown."""

import uuid
from pathlib import Path, PurePosixPath
from typing import Any

from media_ai_emulators.clock import Clock, iso
from media_ai_emulators.ice.addresses import MediaAddress, parse
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.records import Record, Records
from media_ai_emulators.rpc.errors import refusal

BASIC_FIELDS = (
    "BusinessType",
    "CateId",
    "Category",
    "CoverURL",
    "Description",
    "InputURL",
    "MediaTags",
    "MediaType",
    "ReferenceId",
    "Title",
    "UserData",
)


class MediaLibrary:
    """
    Assets by id. Until `visible_after_s` an asset is not found, then Preparing, after twice that Normal or PrepareFail.

    PrepareFail is for an object of a bucket of this emulator that is not there; other buckets are taken on trust.
    """

    def __init__(self, folder: Path, storage: Storage, clock: Clock, visible_after_s: float) -> None:
        self._records = Records(folder)
        self._storage = storage
        self._clock = clock
        self._visible_after_s = visible_after_s

    def add(self, fields: Record) -> str:
        """Register an asset and return its id."""
        now = self._clock.now()
        media_id = uuid.uuid4().hex
        self._records.put(media_id, {**fields, "created": now, "modified": now})
        return media_id

    def by_url(self, url: str) -> str | None:
        """Return the id of the asset registered for an address, readable yet or not."""
        return next((media_id for media_id, record in self._records.all() if record["InputURL"] == url), None)

    def by_field(self, name: str, value: str | None) -> str | None:
        """Return the id of the asset with a ReferenceId or ClientToken."""
        if value is None:
            return None
        return next((media_id for media_id, record in self._records.all() if record.get(name) == value), None)

    def find(self, media_id: str) -> Record | None:
        """Return an asset that is readable, or None."""
        record = self._records.get(media_id)
        return record if record is not None and self._is_visible(record) else None

    def get(self, media_id: str | None, url: str | None) -> tuple[str, Record]:
        """
        Return (id, asset) by id or else by address.

        Raises:
            Refusal: ResourceNotFound, also for an asset that is not readable yet.
        """
        known = media_id or self.by_url(url or "")
        record = self.find(known) if known else None
        if known is None or record is None:
            raise refusal(404, "ResourceNotFound", "The specified media is not found.")
        return known, record

    def update(self, media_id: str, changes: Record) -> None:
        """Change an asset."""
        record = self._records.get(media_id) or {}
        self._records.put(media_id, {**record, **changes, "modified": self._clock.now()})

    def remove(self, media_id: str, *, has_file: bool = False) -> None:
        """Forget an asset; with its file, what is in a bucket here goes too."""
        address = parse((self._records.get(media_id) or {}).get("InputURL", ""))
        self._records.delete(media_id)
        if has_file and address and self._storage.find(address.bucket, address.key) is not None:
            self._storage.buckets.get(address.bucket).delete(address.key)

    def visible(self) -> list[tuple[str, Record]]:
        """Return the readable assets, oldest first."""
        return [(media_id, record) for media_id, record in self._records.all() if self._is_visible(record)]

    def status(self, record: Record) -> str:
        """Return Preparing, Normal or PrepareFail."""
        if self._clock.now() < record["created"] + 2 * self._visible_after_s:
            return "Preparing"
        return "PrepareFail" if self._is_missing(record) else "Normal"

    def basic_info(self, media_id: str, record: Record) -> Record:
        """Return MediaBasicInfo; absent fields are left out."""
        kept = {name: record[name] for name in BASIC_FIELDS if record.get(name) is not None}
        return {
            **kept,
            "MediaId": media_id,
            "Source": "vod" if record["InputURL"].lower().startswith("vod:") else "oss",
            "Status": self.status(record),
            "CreateTime": iso(record["created"]),
            "ModifiedTime": iso(record["modified"]),
            "Biz": "ICE",
            "UploadSource": "general",
            "Snapshots": _pictures(record, "NeedSnapshot", "snapshot"),
            "SpriteImages": _pictures(record, "NeedSprite", "sprite"),
        }

    def file_infos(self, record: Record) -> list[Record]:
        """
        Return FileInfoList, empty until the asset is Normal. All numbers are texts, as the service writes them.

        The emulator does not look into files: size and name are true, the rest is the same for all videos.
        """
        if self.status(record) != "Normal":
            return []
        address = parse(record["InputURL"]) or MediaAddress(bucket="", key="")
        stored = self._storage.find(address.bucket, address.key)
        basic: Record = {
            "FileName": PurePosixPath(address.key).name,
            "FileSize": str(stored.size if stored else 1_048_576),
            "FileStatus": "Normal",
            "FileType": "source_file",
            "FileUrl": record["InputURL"],
            "Region": "cn-shanghai",
            "FormatName": PurePosixPath(address.key).suffix.removeprefix("."),
            "Duration": "",
            "Bitrate": "",
            "Width": "",
            "Height": "",
        }
        if record.get("MediaType") == "video":
            basic |= {"Duration": "60.000000", "Bitrate": "1000.000", "Width": "1280", "Height": "720"}
        return [{"FileBasicInfo": basic}]

    def _is_visible(self, record: Record) -> bool:
        return bool(self._clock.now() >= record["created"] + self._visible_after_s)

    def _is_missing(self, record: Record) -> bool:
        address = parse(record["InputURL"])
        known = {bucket.name for bucket in self._storage.buckets.all()}
        if address is None or address.bucket not in known:
            return False
        return self._storage.find(address.bucket, address.key) is None


def _pictures(record: Record, switch: str, name: str) -> str:
    # The values of RegisterConfig are texts: a JSON false leaves the default, which is billed.
    config: dict[str, Any] = record.get("RegisterConfig") or {}
    return "" if config.get(switch) == "false" else f'[{{"type":"{name}"}}]'
