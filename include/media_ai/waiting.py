"""Waiting for a remote job: in this process, or by leaving it to somebody else."""

import logging
import time
from collections.abc import Callable
from typing import Protocol

from media_ai.clients.access import Access
from media_ai.clients.remote import KINDS, RemoteJob, RemoteState, pause_s, poll
from media_ai.errors import ErrorKind, MediaAIError, ServiceError

log = logging.getLogger(__name__)

TOOK_TOO_LONG = "took_too_long"
"""Code of the error of a job that is still not done; the job goes on, and a restart goes on waiting for it."""
_SLICE_S = 0.5
_VERDICTS = frozenset({ErrorKind.INVALID, ErrorKind.NOT_FOUND, ErrorKind.CONFLICT, ErrorKind.BLOCKED_CONTENT})


class Wait(Protocol):
    """A way to wait."""

    def __call__(self, job: RemoteJob, access: Access, longest_s: float, /) -> RemoteState:
        """
        Return the state of a job that has ended, well or gone.

        Raises:
            ServiceError: The job failed or took too long.
            RemoteJobPending: It is not done, and somebody else waits for it.
        """
        ...


class RemoteJobPending(Exception):  # no error: the work goes on elsewhere
    """The process may end: `job` is not done, and may take another `longest_s` seconds."""

    def __init__(self, job: RemoteJob, longest_s: float) -> None:
        super().__init__(f"{job.kind} {job.id}")
        self.job = job
        self.longest_s = longest_s


def wait_here(
    job: RemoteJob,
    access: Access,
    longest_s: float,
    /,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> RemoteState:
    """Ask until the job has ended; see Wait."""
    end, asked = clock() + longest_s, 0
    while True:
        state, asked = ask(job, access), asked + 1
        if state is not None and (state.is_done or state.is_gone):
            return state
        if clock() >= end:
            raise took_too_long(job, longest_s)
        if asked in {1, 5} or asked % 20 == 0:
            log.info("Waiting for %s: %s %s", KINDS[job.kind].service, job.id, state.note if state else "no answer yet")
        _pause(min(pause_s(job, asked), max(end - clock(), 0.0)), access, sleep)


def leave(
    job: RemoteJob,
    access: Access,
    longest_s: float,
    /,
    *,
    patience_s: float = 0.0,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> RemoteState:
    """
    Leave if the job has not ended within a short time; see Wait.

    Args:
        job: What is waited for.
        access: The way to its service.
        longest_s: How long it may take in all, in seconds.
        patience_s: How long to wait here, in seconds: coming back takes a new process, which costs more than waiting for what
            is done at once. A job that can be cancelled is left at once, because whoever waits in our place cancels it
            when the task is stopped.
        clock: Tells the time in seconds.
        sleep: Waits.
    """
    end, asked = clock() + (0 if KINDS[job.kind].cancel else patience_s), 0
    while True:
        state, asked = ask(job, access), asked + 1
        if state is not None and (state.is_done or state.is_gone):
            return state
        pause = pause_s(job, asked)
        if clock() + pause > end:
            raise RemoteJobPending(job, longest_s)
        _pause(pause, access, sleep)


def _pause(seconds: float, access: Access, sleep: Callable[[float], None]) -> None:
    while seconds > 0:
        access.check_stopped()
        sleep(min(seconds, _SLICE_S))
        seconds -= _SLICE_S


def ask(job: RemoteJob, access: Access) -> RemoteState | None:
    """
    Ask once; None if there was no answer but there may be one later.

    Raises:
        ServiceError: The job failed.
    """
    try:
        return poll(job, access)
    except MediaAIError as exc:
        if exc.kind is ErrorKind.STOPPED or not exc.kind.is_retryable:
            raise
        log.warning("%s It is asked again.", exc.message)
        return None


def is_verdict(error: BaseException) -> bool:
    """
    Tell whether an error is the service's last word on a job, after which it has to be submitted anew.

    What is wrong with us (a key, a right, a bill, a stop) says nothing of the job, which goes on.
    """
    return isinstance(error, ServiceError) and (error.is_verdict or error.kind in _VERDICTS)


def took_too_long(job: RemoteJob, longest_s: float) -> ServiceError:
    """Return the error of a job that is still not done."""
    service = KINDS[job.kind].service
    return ServiceError(
        f"{service} has not finished {job.id} within {longest_s / 60:.0f} min. Restart the task to go on waiting for it.",
        service=service.lower(),
        code=TOOK_TOO_LONG,
        kind=ErrorKind.QUOTA,
    )
