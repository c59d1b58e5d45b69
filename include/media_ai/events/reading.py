"""From what services send to what it means here."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from media_ai.errors import InputError
from media_ai.model.base import Model

# Not "ObjectCreated:*": it comes for the begin and each part of an upload too; nor AppendObject: the object still grows.
FINISHED = frozenset({"PutObject", "PostObject", "CopyObject", "CompleteMultipartUpload"})
_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")
_LONGEST = 4096
_WRAPPERS = frozenset({"Message", "MessageBody"})
"""Fields that hold another event as a text."""


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
    kind, data = _text(event, "type"), event.get("data")
    if not isinstance(data, dict):
        raise InputError("The event has no 'data'.")
    if kind.startswith("oss:"):
        return list(_oss_record(kind, data))
    task = _text(data, "task_id") or _text(_part(data, "output"), "task_id")
    if "dashscope" in _text(event, "source") and task:
        return [_event("modelstudio", kind, f"modelstudio:{task}", _text(event, "id"))]
    raise InputError(f"An event of type '{kind[:80]}' is not known here; subscribe to ObjectCreated of OSS only.")


def read_mns(body: bytes) -> list[ServiceEvent]:
    """
    Read a push of MNS, in either form: what it carries is of OSS, VOD or IMS.

    Raises:
        InputError: It carries something else.
    """
    message = _object(body)
    if inside := _text(message, "Message"):
        message = _object(_unwrapped(inside))
    if isinstance(message.get("events"), list):
        records = [record for record in message["events"] if isinstance(record, dict)]
        return [event for record in records for event in _oss_record(_text(record, "eventName"), record)]
    return [_of_ims(message) if "MessageBody" in message else _of_vod(message)]


def read_vod(body: bytes) -> list[ServiceEvent]:
    """
    Read a callback of VOD.

    Raises:
        InputError: It is not one.
    """
    return [_of_vod(_object(body))]


def read_ims(body: bytes) -> list[ServiceEvent]:
    """
    Read a callback of IMS.

    Raises:
        InputError: It is not one.
    """
    return [_of_ims(_object(body))]


def _of_vod(event: Mapping[str, Any]) -> ServiceEvent:
    return _callback("vod", event, event)


def _of_ims(event: Mapping[str, Any]) -> ServiceEvent:
    inside = _text(event, "MessageBody")
    return _callback("ims", event, _object(inside) if inside else _part(event, "MessageBody"))


def _callback(source: str, event: Mapping[str, Any], content: Mapping[str, Any]) -> ServiceEvent:
    kind = _text(event, "EventType")
    names = ("JobId", "MediaId", "VideoId", "TaskId")
    found = {name: value for name in names if (value := _text(content, name))}
    if not kind or not found:
        raise InputError(f"The event has no EventType, or none of {', '.join(names)}.")
    subject = found.get("MediaId") or found.get("VideoId") or next(iter(found.values()))
    details = {"status": _text(content, "Status"), **found}
    return _event(source, kind, f"{source}:{subject}", _text(event, "EventTime"), details)


def _oss_record(kind: str, record: Mapping[str, Any]) -> Iterator[ServiceEvent]:
    oss = record.get("oss")
    if not isinstance(oss, dict):
        raise InputError("The event of OSS has no 'oss'.")
    item = _part(oss, "object")
    name, key = _text(_part(oss, "bucket"), "name"), _text(item, "key")
    if not name or not key:
        raise InputError("The event of OSS names no bucket or no key.")
    if kind.rpartition(":")[2] in FINISHED:
        etag, size = _text(item, "eTag").strip('"'), item.get("size")
        details = {"etag": etag, "size": size if isinstance(size, int) and 0 <= size < 1 << 63 else None}
        yield _event("oss", kind, f"oss://{name}/{key}", etag, details)


def _event(source: str, kind: str, subject: str, moment: str, details: dict[str, Any] | None = None) -> ServiceEvent:
    parts = json.dumps([source, kind, subject, moment, details], sort_keys=True)
    identity = hashlib.sha256(parts.encode()).hexdigest()
    return ServiceEvent(identity=identity, source=source, subject=subject, kind=kind, details=details or {})


def _object(body: bytes | str) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError("The event is not JSON.") from None
    if not isinstance(value, dict):
        raise InputError("The event is not a JSON object.")
    return value


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = whole.get(name)
    return value if isinstance(value, dict) else {}


def _text(whole: Mapping[str, Any], name: str) -> str:
    """
    Return a text, or a whole number as one; "" for anything else.

    Raises:
        InputError: PostgreSQL cannot store it, or it is longer than anything that is called so.
    """
    value = whole.get(name)
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if _UNSTORABLE.search(text) or (len(text) > _LONGEST and name not in _WRAPPERS):
        raise InputError(f"The event's '{name}' holds letters that cannot be kept, or more than {_LONGEST:,}.")
    return text


def _unwrapped(message: str) -> bytes | str:
    """Queues carry Base64; topics may carry the text itself."""
    try:
        return base64.b64decode(message, validate=True)
    except (binascii.Error, ValueError):
        return message
