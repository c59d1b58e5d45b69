"""Work that a service does for us while nobody waits in a process: what is known of it, and how to ask for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from pydantic import Field

from media_ai.clients.access import Access
from media_ai.model.base import Model


class RemoteJob(Model):
    """
    What a service is doing for us; enough to ask for it from any process.

    `kind` is one of `KINDS`, `id` the service's own. `details` hold what asking and collecting need: JSON, never a secret
    nor a signed address.
    """

    kind: str
    id: str
    details: dict[str, Any] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """The job's name in the record of what is spent."""
        return f"{self.kind}/{self.id}"


@dataclass(frozen=True, kw_only=True)
class RemoteState:
    """
    How far a remote job is.

    Attributes:
        is_done: It has ended well; `data` is what the service says of it, as JSON.
        is_gone: It was cancelled or has expired, and has to be submitted again.
        note: For people: "RUNNING", "2 of 3".
    """

    is_done: bool
    is_gone: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


Poll = Callable[[RemoteJob, Access], RemoteState]
"""
Asks the service once. Raises ServiceError if the job failed; with a retryable kind (throttled, transient, not found yet) it
is asked again later.
"""
Cancel = Callable[[RemoteJob, Access], None]
"""Ends the job where the service allows it; raises ServiceError where it does not."""


@dataclass(frozen=True, kw_only=True)
class RemoteKind:
    """
    A kind of remote work.

    Attributes:
        poll: "module:function" of a Poll; imported when it is first used, because SDKs are slow to import.
        cancel: Likewise, of a Cancel.
        service: Word for messages.
        longest_pause_s: Between two questions; the first ones come quicker.
    """

    poll: str
    cancel: str = ""
    service: str
    longest_pause_s: float = 15.0


KINDS: dict[str, RemoteKind] = {
    "modelstudio.task": RemoteKind(
        poll="media_ai.clients.model_studio_tasks:poll_task",
        cancel="media_ai.clients.model_studio_tasks:cancel_task",
        service="Model Studio",
    ),
    "modelstudio.batch": RemoteKind(
        poll="media_ai.clients.model_studio_batch:poll_batch",
        cancel="media_ai.clients.model_studio_batch:cancel_batch",
        service="Model Studio",
        longest_pause_s=60.0,
    ),
    "ims.media": RemoteKind(poll="media_ai.clients.ims_media:poll_media", service="IMS", longest_pause_s=8.0),
    "ims.smart_tags": RemoteKind(poll="media_ai.clients.ims_tags:poll_smart_tags", service="IMS"),
    "ims.call": RemoteKind(poll="media_ai.clients.ims_calls:poll_call", service="IMS"),
    "vod.video": RemoteKind(poll="media_ai.clients.vod_videos:poll_video", service="VOD"),
    "vod.url_upload": RemoteKind(
        poll="media_ai.clients.vod_url_uploads:poll_url_upload",
        cancel="media_ai.clients.vod_url_uploads:cancel_url_upload",
        service="VOD",
        longest_pause_s=60.0,
    ),
    "vod.transcode": RemoteKind(poll="media_ai.clients.vod_processing:poll_transcode", service="VOD"),
    "vod.snapshot": RemoteKind(poll="media_ai.clients.vod_snapshots:poll_snapshot", service="VOD"),
    "vod.cover": RemoteKind(poll="media_ai.clients.vod_covers:poll_cover", service="VOD"),
    "vod.review": RemoteKind(poll="media_ai.clients.vod_reviews:poll_review", service="VOD"),
    "vod.call": RemoteKind(poll="media_ai.clients.vod_calls:poll_call", service="VOD"),
}
_PAUSES_S = (1.0, 1.0, 2.0, 3.0, 5.0, 8.0)


def poll(job: RemoteJob, access: Access) -> RemoteState:
    """
    Ask the service for a job, once.

    Raises:
        ServiceError: The job failed; or the service could not be asked, with a retryable kind.
    """
    asked: RemoteState = _function(KINDS[job.kind].poll)(job, access)
    return asked


def cancel(job: RemoteJob, access: Access) -> bool:
    """
    End a job; return False where its service cannot.

    Raises:
        ServiceError: The service refused.
    """
    path = KINDS[job.kind].cancel
    if path:
        _function(path)(job, access)
    return bool(path)


def pause_s(job: RemoteJob, asked: int) -> float:
    """Return the seconds to wait after a job was asked for `asked` times; `details` may name them as "pause_s"."""
    if "pause_s" in job.details:
        return float(job.details["pause_s"])
    return min(_PAUSES_S[asked - 1] if asked <= len(_PAUSES_S) else 1e9, KINDS[job.kind].longest_pause_s)


def subjects_of(job: RemoteJob) -> frozenset[str]:
    """Return what the service's events about the job may name: the job itself, or the asset that it works on."""
    service = job.kind.partition(".")[0]
    names = [job.id, *(str(job.details[name]) for name in ("media_id", "video_id") if job.details.get(name))]
    return frozenset(f"{service}:{name}" for name in names)


def _function(path: str) -> Callable[..., Any]:
    module, _, name = path.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function
