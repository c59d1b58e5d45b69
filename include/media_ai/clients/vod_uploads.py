"""
Videos made in VOD for files that are to come: once, by a ReferenceId; and the keys that put a file there.

VOD gives out keys that write one object of its bucket for 3,000 seconds and read nothing: whether a file has arrived is VOD's
to say. Source: https://help.aliyun.com/document_detail/55407.html
"""

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from media_ai.clients.access_keys import AccessKeys
from media_ai.clients.vod_calls import VodCalls, vod_error
from media_ai.clients.vod_videos import find_video
from media_ai.errors import ErrorKind, ServiceError

CREATE = "CreateUploadVideo"
_KEYS_LIVE_S = 3000.0


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """Where a file goes, and the keys that put it there."""

    media_id: str
    endpoint: str
    bucket: str
    key: str
    region: str
    keys: AccessKeys

    @classmethod
    def of(cls, answer: Mapping[str, Any], *, media_id: str, region: str, now: float) -> "Ticket":
        """Return what UploadAddress and UploadAuth hold; `now` is the caller's clock, by which the keys' life is counted."""
        address, auth = _decoded(answer, "UploadAddress"), _decoded(answer, "UploadAuth")
        return cls(
            media_id=media_id,
            endpoint=str(address["Endpoint"]),
            bucket=str(address["Bucket"]),
            key=str(address["FileName"]),
            region=str(auth.get("Region") or region),
            keys=AccessKeys(
                key_id=str(auth["AccessKeyId"]),
                secret=str(auth["AccessKeySecret"]),
                security_token=str(auth["SecurityToken"]),
                expires_at=now + float(auth.get("Expiration") or _KEYS_LIVE_S),
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Created:
    """
    A video for a file that is to come.

    Attributes:
        video_id: Its id.
        ticket: The first keys; None if another call made the video.
        was_there: Whether it was made before anybody asked for it here, so that its file may have arrived.
    """

    video_id: str
    ticket: Ticket | None = None
    was_there: bool = False


def create_video(calls: VodCalls, parameters: Mapping[str, Any], *, clock: Callable[[], float] = time.time) -> Created:
    """
    Make a video for a file that is to come, or return the one that has the ReferenceId.

    CreateUploadVideo makes a new video each time, but takes a ReferenceId only once: after a lost answer, and before anything
    else, the video is looked for by it.

    Args:
        calls: The way to VOD.
        parameters: Of CreateUploadVideo, the ReferenceId among them.
        clock: By which the keys' life is counted.

    Raises:
        ServiceError: VOD refused; or nobody knows, with kind TRANSIENT.
    """
    reference_id = str(parameters["ReferenceId"])

    def find() -> Created | None:
        found = find_video(calls, reference_id)
        return Created(video_id=found.id) if found else None

    def known() -> Created | None:
        found = find()
        return replace(found, was_there=True) if found else None

    def make() -> Created:
        try:
            answer = calls.call_once(CREATE, parameters)
        except ServiceError as exc:
            # Another process may have been quicker; by which code a ReferenceId that is taken is refused is not published.
            taken = known() if exc.kind in {ErrorKind.INVALID, ErrorKind.CONFLICT} else None
            if taken is None:
                raise
            return taken
        video_id = str(answer["VideoId"])
        return Created(video_id=video_id, ticket=_ticket(calls, answer, video_id, clock))

    return known() or calls.submit(f"VOD {CREATE}", make, find)


def refresh(calls: VodCalls, video_id: str, *, clock: Callable[[], float] = time.time) -> Ticket:
    """Return new keys for a video's file; a multipart upload goes on with them."""
    # It changes nothing: the older keys live on.
    answer = calls.call("RefreshUploadVideo", {"VideoId": video_id}, is_repeatable=True)
    return _ticket(calls, answer, video_id, clock)


def _ticket(calls: VodCalls, answer: Mapping[str, Any], video_id: str, clock: Callable[[], float]) -> Ticket:
    return Ticket.of(answer, media_id=video_id, region=calls.credentials.region, now=clock())


def _decoded(answer: Mapping[str, Any], name: str) -> dict[str, Any]:
    try:
        value: dict[str, Any] = json.loads(base64.b64decode(str(answer[name])))
    except (KeyError, ValueError):
        # Without its text, which holds keys.
        raise vod_error(f"gave an {name} that cannot be read.", "EmptyAnswer", ErrorKind.TRANSIENT) from None
    return value
