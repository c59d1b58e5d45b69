"""Why nodes fail: what is the same about failures, so that hundreds of them are read as a few causes."""

import hashlib
import re
from dataclasses import dataclass

from media_ai.errors import ErrorKind, MediaAIError, ServiceError

_LONGEST = 200
# What differs from one video to the next, the longest forms first.
_DIFFERENT = (
    (re.compile(r"oss://([a-z0-9-]+)/[^\n]*?(?=:\s|'|\s\(|$)"), r"oss://\1/..."),
    (re.compile(r"(?:https?|file)://\S+"), "..."),
    (re.compile(r"\(?\brequest [\w-]+\)?", re.IGNORECASE), "..."),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f-]{13,}\b", re.IGNORECASE), "..."),
    (re.compile(r"(?<![\w:/])/(?:[^\s'\"/]+/)+[^\s'\",]*"), "..."),
    (re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b", re.IGNORECASE), "..."),
    (re.compile(r"\d+(?:[.,:]\d+)*"), "#"),
)
_QUOTED = re.compile(r"'([^']{0,500})'")
_FILE = re.compile(r"[/\\]|\.\w{2,4}$")


@dataclass(frozen=True, kw_only=True)
class Cause:
    """
    What is the same about failures.

    Attributes:
        kind: What it means, of media_ai.errors.ErrorKind; "internal" for an error of ours, "killed" for a process that was.
        service: Which service refused or failed; empty for none.
        code: The service's own word for it.
        title: A line for people, without what differs from one video to the next.
    """

    kind: str
    service: str = ""
    code: str = ""
    title: str

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits that are the same for the same cause, in every process and installation."""
        text = "\0".join((self.kind, self.service, self.code, self.title))
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


KILLED = Cause(kind="killed", title="The process that worked on it was killed, or its machine went away.")


def cause_of(error: BaseException) -> Cause:
    """Return the cause of an error that ended a node's try."""
    if isinstance(error, ServiceError):
        return Cause(kind=error.kind.value, service=error.service, code=error.code, title=_title(error.message))
    if isinstance(error, MediaAIError):
        return Cause(kind=error.kind.value, title=_title(error.message))
    return Cause(kind="internal", title=_title(f"{type(error).__name__}: {error}"))


def advice(kind: str, service: str) -> str:
    """Return what to do about failures of a kind."""
    place = f" of {service}" if service else ""
    sentences: dict[str, str] = {
        ErrorKind.INVALID: "Look at one of the tasks: its input or a parameter cannot be used. Restart with other parameters.",
        ErrorKind.AUTH: f"Correct the key in the connection{place}, test it, then restart the group.",
        ErrorKind.PERMISSION: f"Give the identity{place} the right that the message names, then restart the group.",
        ErrorKind.QUOTA: f"A budget, a quota{place} or a disk is used up (`media-ai budget list`). Raise it, then restart.",
        ErrorKind.OVERDUE: f"The account{place} is overdue: pay the bill, then restart the group.",
        ErrorKind.THROTTLED: f"Too many calls{place}. Lower calls_per_second of its connection, then restart with a ramp.",
        ErrorKind.TRANSIENT: "It may pass by itself: look whether the service answers again, then restart with a ramp.",
        ErrorKind.NOT_FOUND: "What the message names is not there (any more). Bring it back, then restart the group.",
        ErrorKind.NOT_FOUND_YET: "What was made has not appeared in time. Restart the group; nothing is made twice.",
        ErrorKind.CONFLICT: "Something of that name is in another state. Look at one of the tasks.",
        ErrorKind.BLOCKED_CONTENT: "The service refuses this content. Restart does not help; use another model, or leave it.",
        ErrorKind.REJECTED: "A reviewer has not approved: the message has the words. Restart with other parameters.",
        "killed": "Look whether memory or disk ran out (docs/operations.md), then restart with a ramp.",
        "internal": "An error of ours: report it with the log of one of the tasks.",
    }
    return sentences.get(kind, "Look at the log of one of the tasks.")


def runbook(kind: str) -> str:
    """Return where the operations guide says more."""
    return f"docs/operations.md#{kind.replace('_', '-')}"


def _title(message: str) -> str:
    first = next((line for line in message.splitlines() if line.strip()), "").replace("\0", "")
    text = _QUOTED.sub(_name_or_dots, first)
    for pattern, replacement in _DIFFERENT:
        text = pattern.sub(replacement, text)
    return re.sub(r"\s+", " ", text).strip()[:_LONGEST]


def _name_or_dots(found: re.Match[str]) -> str:
    """Keep quoted names of connections, models and buckets; files and texts of users differ."""
    name = found[1]
    if name.startswith("oss://") or (len(name) <= 40 and not _FILE.search(name) and " " not in name):
        return f"'{name}'"
    return "'...'"
