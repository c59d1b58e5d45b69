"""Smart tags: what IMS recognizes in a media asset, asked for as a job and read as labels."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from media_ai.clients.access import Access
from media_ai.clients.ims_calls import ImsCalls
from media_ai.clients.ims_library import ims_error, is_not_found, required
from media_ai.clients.ims_record import number
from media_ai.clients.remote import RemoteJob, RemoteState
from media_ai.clients.service_text import clip_bytes
from media_ai.clients.unsigned import unsigned
from media_ai.errors import ErrorKind, ServiceError
from media_ai.model.services import Label
from media_ai.model.time import Timecode, TimeRange

KIND = "ims.smart_tags"
TITLE_BYTES, CONTENT_BYTES = 256, 1024
_DONE, _FAILED = "Success", "Fail"
_NAMES = ("tag", "name", "label", "tagName", "keyword", "word", "text")
_TIMES = ("occurrencesInfos", "occurrences", "timestamps")


def submit_smart_tags(
    calls: ImsCalls, media_id: str, *, template: str, title: str = "", content: str = "", options: str = ""
) -> RemoteJob:
    """
    Submit a tagging job for an asset; it is paid for, and not submitted again by itself when the answer is lost.

    Args:
        calls: The way to IMS.
        media_id: Of an asset that is ready.
        template: One of the three of the system, or one of your own.
        title: Helps the service; see `hint`.
        content: Likewise.
        options: JSON object, such as {"needOcrData":true}.
    """
    given = {
        "Input": {"Type": "Media", "Media": media_id},
        "TemplateId": template,
        "Title": title,
        "Content": content,
        "Params": options,
    }
    answer = calls.call("SubmitSmarttagJob", {name: value for name, value in given.items() if value})
    return tags_job(required(answer, "JobId", "SubmitSmarttagJob"), is_new=True)


def hint(text: str, name: str, limit: int, notice: Callable[[str], None]) -> str:
    """Return a text within `limit` bytes that begins with a letter or digit, as the service wants it; say what was cut."""
    clipped = clip_bytes(re.sub(r"^[\W_]+", "", text), limit)
    said = clipped.notice(name, limit)
    if said:
        notice(said)
    return clipped.text


def tags_job(job_id: str, *, is_new: bool) -> RemoteJob:
    """Return a tagging job as a remote job; `is_new` says that it was submitted for this work."""
    return RemoteJob(kind=KIND, id=job_id, details={"is_new": is_new})


def has_failed(calls: ImsCalls, job_id: str) -> bool:
    """Tell whether a tagging job has failed, or is not known any more."""
    try:
        return calls.call("QuerySmarttagJob", {"JobId": job_id}).get("JobStatus") == _FAILED
    except ServiceError as exc:
        if is_not_found(exc):
            return True
        raise


def poll_smart_tags(job: RemoteJob, access: Access) -> RemoteState:
    """Ask for a tagging job; see media_ai.clients.remote. `data` holds "results", a list of type and data."""
    answer = ImsCalls(access).call_once("QuerySmarttagJob", {"JobId": job.id})
    status = str(answer.get("JobStatus") or "")
    if status == _FAILED:
        raise ims_error(
            f"tagging job {job.id} failed. Check that the asset is a video with picture and sound, and restart the task.",
            _FAILED,
            ErrorKind.INVALID,
        )
    data = {"results": results_in(answer), "is_new": bool(job.details.get("is_new", True))} if status == _DONE else {}
    return RemoteState(is_done=status == _DONE, data=data, note=status)


def results_in(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the results of QuerySmarttagJob as [{"type": "VideoLabel", "data": {...}}], without signed addresses."""
    listed = (answer.get("Results") or {}).get("Result") or []
    return [{"type": str(entry.get("Type") or ""), "data": unsigned(_json(entry.get("Data")))} for entry in listed]


def labels_in(results: Sequence[Mapping[str, Any]]) -> list[Label]:
    """
    Return what was recognized, wherever in the results it is, each name once per group.

    The layout differs by type of result and is only partly documented: groups are lists of objects under names such as
    autoLabels, and an object with a name is a label.
    """
    found: dict[tuple[str, str, str], Label] = {}
    for result in results:
        for group, entry in _entries(result.get("data"), ""):
            label = _label(entry, group, str(result.get("type") or ""))
            if label is not None:
                key = (label.source, label.category, label.name)
                found[key] = _joined(found[key], label) if key in found else label
    return list(found.values())


def _entries(data: Any, group: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (name of the list, object) for every object in a list, at any depth outside of other labels."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from _entries(value, str(name))
    elif isinstance(data, list):
        for item in data:
            if not isinstance(item, Mapping):
                continue
            if _name(item):
                yield group, item
            else:
                yield from _entries(item, group)


def _label(entry: Mapping[str, Any], group: str, source: str) -> Label | None:
    name = _name(entry)
    if not name:
        return None
    return Label(
        name=name,
        category=str(entry.get("category") or entry.get("faceCategory") or group),
        source=source,
        confidence=_confidence(entry),
        times=tuple(_times(entry)),
    )


def _name(entry: Mapping[str, Any]) -> str:
    values = (entry.get(name) for name in _NAMES)
    return next((value.strip() for value in values if isinstance(value, str) and value.strip()), "")


def _confidence(entry: Mapping[str, Any]) -> float | None:
    """Return the confidence as a share; the service writes percent, and in some types shares."""
    given = number(entry.get("confidence", entry.get("score")))
    if given is None or given < 0:
        return None
    return min(given / 100 if given > 1 else float(given), 1.0)


def _times(entry: Mapping[str, Any]) -> Iterator[TimeRange]:
    for name in _TIMES:
        items = entry.get(name)
        for item in items if isinstance(items, list) else ():
            if isinstance(item, Mapping):
                start, end = number(item.get("from", item.get("start"))), number(item.get("to", item.get("end")))
                if start is not None and end is not None and 0 <= start <= end:
                    yield TimeRange(start=_moment(start), end=_moment(end))


def _moment(seconds: float) -> Timecode:
    return Timecode.of_seconds(Fraction(str(seconds)))


def _joined(first: Label, second: Label) -> Label:
    times = {(time.start.seconds, time.end.seconds): time for time in (*first.times, *second.times)}
    confidence = max((c for c in (first.confidence, second.confidence) if c is not None), default=None)
    return first.model_copy(update={"times": tuple(times[key] for key in sorted(times)), "confidence": confidence})


def _json(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return {"text": text}
