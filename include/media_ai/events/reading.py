"""From what services send to what it means here."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from media_ai.errors import InputError
from media_ai.model.base import Model

# Not "ObjectCreated:*": it comes for the begin and each part of an upload too; nor AppendObject: the object still grows.
FINISHED = frozenset({"PutObject", "PostObject", "CopyObject", "CompleteMultipartUpload"})


class ServiceEvent(Model):
    """
    A hint.

    `subject` is what it is about: "oss://bucket/key", "vod:ID", "ims:ID", "modelstudio:ID". Events with the same `identity`
    are one, delivered twice.
    """

    identity: str = Field(pattern=r"^[0-9a-f]{64}$")
    source: str
    subject: str
    kind: str
    details: dict[str, Any] = Field(default_factory=dict)


def read_cloud_event(body: bytes) -> list[ServiceEvent]:
    """
    Read an event of EventBridge (CloudEvents 1.0): of OSS, or of Model Studio.

    Raises:
        InputError: It is not one.
    """
    event = _object(body)
    kind, data = str(event.get("type", "")), event.get("data")
    if not isinstance(data, dict):
        raise InputError("The event has no 'data'.")
    if kind.startswith("oss:"):
        return list(_oss_record(kind, data))
    task = data.get("task_id") or (data.get("output") or {}).get("task_id")
    if "dashscope" in str(event.get("source", "")) and task:
        return [_event("modelstudio", kind, f"modelstudio:{task}", str(event.get("id")))]
    raise InputError(f"An event of type '{kind[:80]}' is not known here; subscribe to ObjectCreated of OSS only.")


def read_mns(body: bytes) -> list[ServiceEvent]:
    """
    Read a push of MNS, in either form: what it carries is of OSS, VOD or IMS.

    Raises:
        InputError: It carries something else.
    """
    message = _object(body)
    if isinstance(message.get("Message"), str):
        message = _object(_unwrapped(str(message["Message"])))
    if isinstance(message.get("events"), list):
        records = [record for record in message["events"] if isinstance(record, dict)]
        return [event for record in records for event in _oss_record(str(record.get("eventName", "")), record)]
    return (
        read_ims(json.dumps(message).encode()) if "MessageBody" in message else read_vod(json.dumps(message).encode())
    )


def read_vod(body: bytes) -> list[ServiceEvent]:
    """
    Read a callback of VOD.

    Raises:
        InputError: It is not one.
    """
    event = _object(body)
    return [_callback("vod", event, event)]


def read_ims(body: bytes) -> list[ServiceEvent]:
    """
    Read a callback of IMS.

    Raises:
        InputError: It is not one.
    """
    event = _object(body)
    content = event.get("MessageBody") or {}
    content = _object(content.encode()) if isinstance(content, str) else content
    return [_callback("ims", event, content if isinstance(content, dict) else {})]


def _callback(source: str, event: Mapping[str, Any], content: Mapping[str, Any]) -> ServiceEvent:
    kind = str(event.get("EventType") or "")
    names = ("JobId", "MediaId", "VideoId", "TaskId")
    found = {name: str(content[name]) for name in names if content.get(name)}
    if not kind or not found:
        raise InputError(f"The event has no EventType, or none of {', '.join(names)}.")
    subject = found.get("MediaId") or found.get("VideoId") or next(iter(found.values()))
    details = {"status": str(content.get("Status", "")), **found}
    return _event(source, kind, f"{source}:{subject}", str(event.get("EventTime")), details)


def _oss_record(kind: str, record: Mapping[str, Any]) -> Iterator[ServiceEvent]:
    oss = record.get("oss")
    if not isinstance(oss, dict):
        raise InputError("The event of OSS has no 'oss'.")
    bucket, item = oss.get("bucket") or {}, oss.get("object") or {}
    name, key = str(bucket.get("name", "")), str(item.get("key", ""))
    if not name or not key:
        raise InputError("The event of OSS names no bucket or no key.")
    if kind.rpartition(":")[2] in FINISHED:
        etag = str(item.get("eTag", "")).strip('"')
        yield _event("oss", kind, f"oss://{name}/{key}", etag, {"etag": etag, "size": item.get("size")})


def _event(source: str, kind: str, subject: str, moment: str, details: dict[str, Any] | None = None) -> ServiceEvent:
    parts = json.dumps([source, kind, subject, moment, details], sort_keys=True, default=str)
    identity = hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest()
    return ServiceEvent(identity=identity, source=source, subject=subject, kind=kind, details=details or {})


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        raise InputError("The event is not JSON.") from None
    if not isinstance(value, dict):
        raise InputError("The event is not a JSON object.")
    return value


def _unwrapped(message: str) -> bytes:
    """Queues carry Base64; topics may carry the text itself."""
    try:
        return base64.b64decode(message, validate=True)
    except (binascii.Error, ValueError):
        return message.encode()
