"""
Every error this project raises on purpose, and the kinds that decide what happens next.

MediaAIError
├── InputError            what a user gave cannot be used (a file, a parameter, a graph)
│   ├── GraphError        a workflow graph with addressed issues
│   └── MediaError        a video, sound or subtitle file that cannot be read
├── NotFoundError         a name that does not exist here
├── ConflictError         a name or state that is already taken
│   └── StaleError        somebody else changed it since it was read
├── ConfigurationError    the deployment lacks a setting, a credential or a package
├── StoreError            the artifact store could not be read or written
├── CatalogError          the catalog database could not be reached or is not migrated
├── SystemStateError      the running system is not in the state that the command needs
├── BudgetError           a call would cross what may be spent
├── RejectedError         a person was asked and has not approved
├── ServiceError          a remote service refused or failed; its kind says whether to retry
└── StoppedError          the run was stopped while the node worked
"""

from collections.abc import Sequence
from enum import StrEnum


class ErrorKind(StrEnum):
    """What a failure means for the run; one table for every service."""

    INVALID = "invalid"
    AUTH = "auth"
    PERMISSION = "permission"
    QUOTA = "quota"
    OVERDUE = "overdue"
    THROTTLED = "throttled"
    TRANSIENT = "transient"
    NOT_FOUND = "not_found"
    NOT_FOUND_YET = "not_found_yet"
    CONFLICT = "conflict"
    BLOCKED_CONTENT = "blocked_content"
    STOPPED = "stopped"
    REJECTED = "rejected"

    @property
    def is_retryable(self) -> bool:
        """Whether the same call may succeed later without anybody changing anything."""
        return self in _RETRYABLE


_RETRYABLE = frozenset({ErrorKind.THROTTLED, ErrorKind.TRANSIENT, ErrorKind.NOT_FOUND_YET})


class MediaAIError(Exception):
    """Base of all: a message for a person, a kind, and where it happened when that is known."""

    default_kind = ErrorKind.INVALID

    def __init__(self, message: str, *, kind: ErrorKind | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind or self.default_kind


class InputError(MediaAIError):
    """What a user gave cannot be used; nothing was changed."""


class GraphError(InputError):
    """A workflow graph, or the parameters of its nodes, with every issue found and its address."""

    def __init__(self, message: str, issues: Sequence[object] = ()) -> None:
        super().__init__("\n".join([message, *(f"  - {issue}" for issue in issues)]))
        self.issues = tuple(issues)


class MediaError(InputError):
    """A video, sound or subtitle file that cannot be read."""


class NotFoundError(MediaAIError):
    """A name that does not exist here."""

    default_kind = ErrorKind.NOT_FOUND


class ConflictError(MediaAIError):
    """A name or a state that is already taken."""

    default_kind = ErrorKind.CONFLICT


class StaleError(ConflictError):
    """What was to be changed is not any more what the caller had read; `etag` is that of what it is now."""

    def __init__(self, message: str, *, etag: str) -> None:
        super().__init__(message)
        self.etag = etag


class ConfigurationError(MediaAIError):
    """The deployment lacks a setting, a credential or a package."""


class StoreError(MediaAIError):
    """The artifact store could not be read or written."""

    default_kind = ErrorKind.TRANSIENT


class CatalogError(MediaAIError):
    """The catalog database could not be reached or is not migrated."""

    default_kind = ErrorKind.TRANSIENT


class SystemStateError(MediaAIError):
    """The running system is not in the state that the command needs."""

    default_kind = ErrorKind.TRANSIENT


class BudgetError(MediaAIError):
    """A call would cross what may be spent; it was not made."""

    default_kind = ErrorKind.QUOTA


class RejectedError(MediaAIError):
    """A person was asked and has not approved; the message has their words."""

    default_kind = ErrorKind.REJECTED


class ServiceError(MediaAIError):
    """
    A remote service refused or failed. `service` and `code` are the service's own words.

    With `is_verdict` it is the service's last word on a job that was submitted, and not on the question about it.
    """

    default_kind = ErrorKind.TRANSIENT

    def __init__(self, message: str, *, service: str, code: str, kind: ErrorKind, is_verdict: bool = False) -> None:
        super().__init__(message, kind=kind)
        self.service = service
        self.code = code
        self.is_verdict = is_verdict


class StoppedError(MediaAIError):
    """The run was stopped while the node worked."""

    default_kind = ErrorKind.STOPPED
