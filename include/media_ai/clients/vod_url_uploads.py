"""
Files that VOD fetches for itself from an address: queued for hours or days, a new video each time.

An address is a signed link. It is never kept: it comes out the same when it is signed again for the same second, and by it VOD
is asked for a job whose id was lost.
"""

import json
import logging
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

import regex
from pydantic import SecretStr

from media_ai.clients.access import Access
from media_ai.clients.remote import RemoteJob, RemoteState
from media_ai.clients.vod_calls import VodCalls, vod_error
from media_ai.clients.vod_jobs import is_since
from media_ai.clients.vod_videos import VISIBLE_AFTER_S
from media_ai.errors import ErrorKind, ServiceError

KIND = "vod.url_upload"
MOST_BYTES = 20 << 30
"""VOD fetches no larger file."""
_ACTION = "UploadMediaByURL"
_SESSION_CODE = re.compile(r"session|duplicat|repeat", re.IGNORECASE)
_ADDRESSES = ("UploadURLs", "UploadMetadatas")
_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\ufe0f\u200d]|[^\u0000-\uffff]")

# The SDK sends parameters in the query, which urllib3 logs at DEBUG: an address in it opens the file to any reader of the log.
logging.getLogger("urllib3.connectionpool").addFilter(
    lambda record: not any(name in record.getMessage() for name in _ADDRESSES)
)


@dataclass(frozen=True, kw_only=True)
class UrlUpload:
    """
    A file to fetch.

    Attributes:
        link: Its address.
        texts: Title, Description, Tags, CateId, CoverURL as they are prepared for a video.
        more: AppId, StorageLocation, TemplateGroupId, WorkflowId, UserData.
    """

    link: SecretStr = field(repr=False)
    texts: Mapping[str, Any]
    more: Mapping[str, Any]

    @property
    def encoded(self) -> str:
        """The address as VOD takes it in lists divided by commas."""
        return quote(self.link.get_secret_value(), safe="")

    def parameters(self, session_id: str) -> dict[str, Any]:
        """Return the parameters of UploadMediaByURL; its metadata take no emoji, which an update of the video adds later."""
        texts = {name: _EMOJI.sub("", str(value)).strip() for name, value in self.texts.items()}
        metadata = {"SourceURL": self.link.get_secret_value(), **texts, "Title": texts.get("Title") or "video"}
        return {
            **self.more,
            "UploadURLs": self.encoded,
            "UploadMetadatas": json.dumps([metadata], ensure_ascii=False),
            "SessionId": session_id,
        }


def submit_url_upload(calls: VodCalls, upload: UrlUpload, since: datetime) -> RemoteJob:
    """
    Have VOD fetch a file. For ten minutes the SessionId makes a repetition an error; then the job is looked for by its address.

    Raises:
        ServiceError: VOD refused; or nobody knows, with kind TRANSIENT.
    """
    session_id = uuid.uuid4().hex

    def do() -> RemoteJob:
        try:
            answer = calls.call_once(_ACTION, upload.parameters(session_id))
        except ServiceError as exc:
            if exc.kind in {ErrorKind.INVALID, ErrorKind.CONFLICT} and _SESSION_CODE.search(exc.code):
                # It was done, and the lists do not show it yet.
                raise vod_error(f"{_ACTION} was done before. {exc.message}", exc.code, ErrorKind.TRANSIENT) from exc
            raise
        return _job(str(answer["UploadJobs"][0]["JobId"]))

    return calls.submit(f"VOD {_ACTION}", do, lambda: find_url_upload(calls, upload, since))


def find_url_upload(calls: VodCalls, upload: UrlUpload, since: datetime) -> RemoteJob | None:
    """Return the job that was submitted for an address after a time and has not ended badly, or None."""
    answer = calls.call("GetURLUploadInfos", {"UploadURLs": upload.encoded})
    for info in answer.get("URLUploadInfoList") or []:
        has_ended = str(info.get("Status") or "").upper().startswith(("FAIL", "CANCEL"))
        if is_since(info.get("CreationTime"), since) and not has_ended:
            return _job(str(info["JobId"]))
    return None


def poll_url_upload(job: RemoteJob, access: Access) -> RemoteState:
    """Ask how far a job is; see media_ai.clients.remote. What VOD says of the address is not passed on: it is signed."""
    found = VodCalls(access).call_once("GetURLUploadInfos", {"JobIds": job.id}).get("URLUploadInfoList") or []
    info = found[0] if found else {}
    status = str(info.get("Status") or "").upper()
    if status.startswith("FAIL"):
        code = str(info.get("ErrorCode") or "UploadFailed")
        raise vod_error(
            f"could not fetch the file ({code}). Check that the OSS endpoint in the connection is public, that the keys may read "
            "the object, and that its format is one of VOD's.",
            code,
            ErrorKind.INVALID,
        )
    if not info and time.time() - job.details["submitted"] > VISIBLE_AFTER_S:
        raise vod_error(f"does not know the job {job.id}.", "NonExists", ErrorKind.NOT_FOUND)
    if status.startswith("CANCEL"):
        return RemoteState(is_done=False, is_gone=True, note=status)
    media_id = str(info.get("MediaId") or "")
    is_done = status.startswith("SUCC") and bool(media_id)
    return RemoteState(is_done=is_done, data={"video_id": media_id} if is_done else {}, note=status)


def cancel_url_upload(job: RemoteJob, access: Access) -> None:
    """End a job that has not begun; see media_ai.clients.remote."""
    answer = VodCalls(access).call("CancelUrlUploadJobs", {"JobIds": job.id}, is_repeatable=True)
    if job.id not in (answer.get("CanceledJobs") or []):
        raise vod_error("fetches the file already; it goes on.", "NotCanceled", ErrorKind.CONFLICT)


def _job(job_id: str) -> RemoteJob:
    return RemoteJob(kind=KIND, id=job_id, details={"submitted": time.time()})
