"""How a task stands, in the product's words."""

from enum import StrEnum

from media_ai.catalog.results import MARKED_FAILED

UNFINISHED = ("queued", "running")
"""Airflow's states of runs that go on."""


class Status(StrEnum):
    """What a person reads beside a task."""

    IN_PROGRESS = "In Progress"
    COMPLETED = "Completed"
    FAILED = "Failed"
    TERMINATED = "Terminated"

    @property
    def has_ended(self) -> bool:
        """Whether nothing happens any more unless somebody restarts the task."""
        return self is not Status.IN_PROGRESS


def status_of(state: str, cause: str = "") -> Status:
    """Return the status of a run from Airflow's state and from what ended it."""
    if state == "success":
        return Status.COMPLETED
    if state == "failed":
        return Status.TERMINATED if cause == MARKED_FAILED else Status.FAILED
    return Status.IN_PROGRESS
