"""CreateUploadVideo, RefreshUploadVideo, UploadMediaByURL and GetURLUploadInfos."""

import json
import re
import uuid
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from media_ai_emulators import jobs
from media_ai_emulators.clock import iso
from media_ai_emulators.dashscope.media import MediaFiles, Unreachable
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.records import Record, Records
from media_ai_emulators.rpc.errors import refusal
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.rpc.service import Answer
from media_ai_emulators.state import UPLOAD_BUCKET, State
from media_ai_emulators.vod.fields import check_file_name, new_fields
from media_ai_emulators.vod.upload_keys import upload_keys
from media_ai_emulators.vod.videos import Videos

_MOST_URLS = 20
_MOST_ASKED = 10
_SESSION_S = 600
_SESSION = re.compile(r"[A-Za-z0-9_-]{1,50}")


class Uploads:
    """The actions that bring files in."""

    def __init__(self, state: State, storage: Storage, videos: Videos, files: MediaFiles) -> None:
        self._jobs = Records(Path(state.folder) / "vod" / "url-uploads")
        self._state = state
        self._storage = storage
        self._videos = videos
        self._files = files

    def create(self, parameters: Parameters) -> Answer:
        """CreateUploadVideo."""
        fields = new_fields(parameters)
        file_name = parameters.required("FileName")
        check_file_name(file_name)
        if self._videos.by_reference(fields["ReferenceId"]) is not None:
            raise parameters.invalid("ReferenceId")
        video_id = self._videos.add(fields, file_name)
        return {"VideoId": video_id, **self._keys(video_id, parameters)}

    def refresh(self, parameters: Parameters) -> Answer:
        """RefreshUploadVideo: new keys for the same object, so that a multipart upload goes on."""
        video_id, _ = self._videos.named(parameters)
        return {"VideoId": video_id, **self._keys(video_id, parameters)}

    def by_url(self, parameters: Parameters) -> Answer:
        """UploadMediaByURL: each address is percent-encoded once more, so that commas divide them."""
        urls = [unquote(url) for url in parameters.listed("UploadURLs", most=_MOST_URLS)]
        metadata = _metadata(parameters)
        parameters.json_object("UserData")
        for url in urls:
            extension = metadata.get(url, {}).get("FileExtension")
            check_file_name(f"x.{extension}" if extension else urlsplit(url).path)
        self._check_session(parameters)
        created = []
        for url in urls:
            job_id = uuid.uuid4().hex
            record = {
                "created": self._state.clock.now(),
                "url": url,
                "metadata": metadata.get(url, {}),
                "session": parameters.text("SessionId"),
                "user_data": parameters.text("UserData"),
                "app": parameters.text("AppId"),
                "group": parameters.text("TemplateGroupId"),
                "host": parameters.host,
            }
            self._jobs.put(job_id, record)
            created.append({"JobId": job_id, "SourceURL": url})
        return {"UploadJobs": created}

    def url_infos(self, parameters: Parameters) -> Answer:
        """GetURLUploadInfos by JobIds or else by UploadURLs."""
        if parameters.text("JobIds"):
            wanted = parameters.listed("JobIds", most=_MOST_ASKED)
            found = {one: [(one, record)] for one in wanted if (record := self._jobs.get(one)) is not None}
        else:
            wanted = [unquote(url) for url in parameters.listed("UploadURLs", most=_MOST_ASKED)]
            every = self._jobs.all()
            found = {url: [(one, record) for one, record in every if record["url"] == url] for url in wanted}
            found = {url: records for url, records in found.items() if records}
        infos = [self._info(job_id, record) for records in found.values() for job_id, record in records]
        return {"URLUploadInfoList": infos, "NonExists": [one for one in wanted if one not in found]}

    def cancel(self, parameters: Parameters) -> Answer:
        """CancelUrlUploadJobs by JobIds: those that wait."""
        wanted = parameters.listed("JobIds", most=_MOST_ASKED)
        canceled = []
        for job_id in wanted:
            record = self._jobs.get(job_id)
            if record is not None and self._info(job_id, record)["Status"] == "PENDING":
                self._jobs.put(job_id, {**record, "outcome": {"Status": "CANCELED"}})
                canceled.append(job_id)
        return {"CanceledJobs": canceled, "NonExists": [one for one in wanted if self._jobs.get(one) is None]}

    def _info(self, job_id: str, record: Record) -> Record:
        where = jobs.phase(record, self._state.clock.now(), self._state.options.job_takes_s)
        if where == jobs.DONE and "outcome" not in record:
            record = self._jobs.put(job_id, {**record, "outcome": self._fetch(record)})
        status = {jobs.WAITING: "PENDING", jobs.RUNNING: "PROCESSING", jobs.DONE: "SUCCESS"}[where]
        return {
            "JobId": job_id,
            "UploadURL": record["url"],
            "Status": status,
            "CreationTime": iso(record["created"]),
            "UserData": record["user_data"] or "",
            **record.get("outcome", {}),
        }

    def _fetch(self, record: Record) -> Record:
        url, metadata = record["url"], record["metadata"]
        try:
            file = self._files.find_remote(url, record["host"])
        except Unreachable as problem:
            return {"Status": "FAIL", "ErrorCode": "InvalidFileURL", "ErrorMessage": str(problem)}
        name = PurePosixPath(unquote(urlsplit(url).path)).name
        fields = {
            **{field: metadata.get(field) for field in ("Description", "Tags", "CoverURL", "CateId")},
            "Title": metadata.get("Title") or name,
            "TemplateGroupId": metadata.get("TemplateGroupId") or record["group"],
            "AppId": record["app"] or "app-1000000",
            "UserData": record["user_data"],
        }
        video_id = self._videos.add(fields, name)
        # What stands elsewhere is not fetched; a short text stands for it.
        data = file.head or f"emulated copy of {name}".encode()
        stored = self._storage.put_bytes(
            UPLOAD_BUCKET, (self._videos.find(video_id) or {})["key"], data, "application/octet-stream"
        )
        return {"MediaId": video_id, "FileSize": str(stored.size), "CompleteTime": iso(stored.modified)}

    def _check_session(self, parameters: Parameters) -> None:
        session = parameters.text("SessionId")
        if session is None:
            return
        if not _SESSION.fullmatch(session):
            raise parameters.invalid("SessionId")
        oldest = self._state.clock.now() - _SESSION_S
        if any(record["session"] == session and record["created"] > oldest for _, record in self._jobs.all()):
            # That it is refused is documented, its code is not.
            raise refusal(400, "InvalidSessionId.Duplicate", "The specified SessionId was used within 10 minutes.")

    def _keys(self, video_id: str, parameters: Parameters) -> Record:
        return upload_keys(self._state, (self._videos.find(video_id) or {})["key"], parameters.host)


def _metadata(parameters: Parameters) -> dict[str, dict[str, Any]]:
    text = parameters.text("UploadMetadatas")
    try:
        entries = json.loads(text) if text else []
        # By the address itself, or as it stands in UploadURLs: callers write both.
        return {form(entry["SourceURL"]): entry for entry in entries for form in (unquote, str)}
    except (ValueError, KeyError, TypeError):
        raise parameters.invalid("UploadMetadatas") from None
