"""Waiting until registered media are ready, with few questions: one for all that wait in this process."""

import os
import threading
import time
from functools import lru_cache
from typing import Any

from media_ai.clients.access import Access
from media_ai.clients.ims_calls import ImsCalls
from media_ai.clients.ims_library import MOST_IDS, batch_of, ims_error, is_not_found, records_in
from media_ai.clients.ims_record import MediaRecord, record_of
from media_ai.clients.remote import RemoteJob, RemoteState
from media_ai.errors import ErrorKind, ServiceError

KIND = "ims.media"
NORMAL, FAILED = "Normal", "PrepareFail"
FIRST_LOOK_S = 1.9
"""Registration takes the service two to three seconds: a question before that is a call for nothing."""
READABLE_AFTER_S = 30.0
"""How long after registration an asset that is not found is only not readable yet."""
_SLICE_S = 0.5


def media_job(media_id: str, *, is_new: bool) -> RemoteJob:
    """Return the preparation of an asset as a remote job; `is_new` says that it was registered just now."""
    return RemoteJob(kind=KIND, id=media_id, details={"registered": time.time() if is_new else 0.0, "is_new": is_new})


def poll_media(job: RemoteJob, access: Access) -> RemoteState:
    """Ask whether an asset is ready; see media_ai.clients.remote."""
    age = time.time() - float(job.details["registered"])
    if age < FIRST_LOOK_S:
        return RemoteState(is_done=False, note="registered")
    calls = ImsCalls(access)
    record = _looks_of(calls.turns, os.getpid()).look(job.id, calls)
    if record is None:
        if age < READABLE_AFTER_S:
            return RemoteState(is_done=False, note="not readable yet")
        raise ims_error(f"{job.id} is not in the library. It was deleted meanwhile.", "NotFound", ErrorKind.NOT_FOUND)
    if record.status == FAILED:
        raise ims_error(
            f"{job.id} could not be prepared ({FAILED}): IMS cannot read {record.input_url}, or it is no media file. Check "
            "the file and that its bucket is one of IMS's storage locations; then delete the asset, or choose 'overwrite'.",
            FAILED,
            ErrorKind.INVALID,
        )
    return RemoteState(is_done=record.status == NORMAL, data=_data(record, job), note=record.status)


class _Question:
    """One who waits for an answer about an asset."""

    def __init__(self, media_id: str) -> None:
        self.media_id = media_id
        self.is_answered = False
        self.record: MediaRecord | None = None
        self.error: ServiceError | None = None


class Looks:
    """
    Looks at assets. Who gets the turn asks for all who wait meanwhile, so that a hundred assets need six calls. Safe between
    threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._waiting: list[_Question] = []

    def look(self, media_id: str, calls: ImsCalls) -> MediaRecord | None:
        """
        Return an asset, or None if it is not there or not readable yet. Asks once; whoever waits asks again by himself.

        Raises:
            ServiceError: The service could not be asked.
            StoppedError: The run was stopped.
        """
        question = _Question(media_id)
        with self._lock:
            self._waiting.append(question)
        try:
            while not question.is_answered:
                calls.check_stopped()
                if self._asking.acquire(timeout=_SLICE_S):
                    try:
                        if not question.is_answered:
                            self._ask(calls)
                    finally:
                        self._asking.release()
        finally:
            with self._lock:
                if question in self._waiting:
                    self._waiting.remove(question)
        if question.error is not None:
            raise question.error
        return question.record

    def _ask(self, calls: ImsCalls) -> None:
        calls.take_turn()
        with self._lock:
            questions, self._waiting = self._waiting[:MOST_IDS], self._waiting[MOST_IDS:]
        try:
            found = _fetch([question.media_id for question in questions], calls)
        except ServiceError as exc:
            for question in questions:
                # Each its own: whoever catches it writes the name of a node into it.
                question.error = ServiceError(exc.message, service=exc.service, code=exc.code, kind=exc.kind)
        except BaseException:
            with self._lock:
                self._waiting[:0] = questions
            raise
        else:
            for question in questions:
                question.record = found.get(question.media_id)
        for question in questions:
            question.is_answered = True


def _fetch(media_ids: list[str], calls: ImsCalls) -> dict[str, MediaRecord]:
    ids = list(dict.fromkeys(media_ids))
    if len(ids) > 1:
        return records_in(calls.ask("BatchGetMediaInfos", batch_of(ids)))
    try:
        return {ids[0]: record_of(calls.ask("GetMediaInfo", {"MediaId": ids[0]}).get("MediaInfo") or {})}
    except ServiceError as exc:
        if is_not_found(exc):
            return {}
        raise


@lru_cache(maxsize=16)
def _looks_of(account: str, process: int) -> Looks:
    return Looks()


def _data(record: MediaRecord, job: RemoteJob) -> dict[str, Any]:
    return {
        "id": record.id,
        "status": record.status,
        "input_url": record.input_url,
        "reference_id": record.reference_id,
        "file_url": record.file_url,
        "basic": dict(record.basic),
        "file": dict(record.file),
        "is_new": bool(job.details.get("is_new", True)),
    }
