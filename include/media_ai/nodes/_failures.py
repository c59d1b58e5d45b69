"""How often a piece of work has failed for good: a restart must not be answered with what failed."""

from collections.abc import Iterator
from contextlib import contextmanager

from media_ai.errors import ServiceError
from media_ai.job import Job
from media_ai.waiting import is_verdict


@contextmanager
def counted_failures(job: Job) -> Iterator[int]:
    """
    Yield the number of earlier failures, the same at every try in between; one more is counted if a service fails inside.

    It belongs into the token that makes a service answer a repeated request with the same outcome.
    """
    failures = int(job.keep("failures", lambda: {"count": 0})["count"])
    try:
        yield failures
    except ServiceError as exc:
        if is_verdict(exc):
            job.forget("failures")
            job.keep("failures", lambda: {"count": failures + 1})
        raise
