"""
The product's own status call for clients that exist already: how its requests are signed, and its words for a task's status.

The signature's exact form is not documented. As in a sibling product it is HMAC-SHA1 over the URI, the access key, the timestamp
and the body; here joined by line ends, so that nothing can be moved from one part to the next, and written in base64.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable

from media_ai.catalog.results import RunKey
from media_ai.catalog.task_records import TaskRecords
from media_ai.errors import InputError, NotFoundError
from media_ai.tasks.words import Status

WINDOW_S = 300
"""How far a request's timestamp may be from the time here: an older request cannot be sent again."""

STATUS = {Status.COMPLETED: "FINISHED", Status.FAILED: "EXITED", Status.TERMINATED: "TERMINATED"}
_WAITING = {"queued": "SUBMITED"}


def sign(secret: str, *, uri: str, access_key: str, timestamp: str, body: bytes = b"") -> str:
    """Return the signature of a request; `uri` is the path with its query, as it is sent."""
    text = "\n".join([uri, access_key, timestamp, ""]).encode("utf-8", "surrogateescape") + body
    return base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha1).digest()).decode()


def is_signed(secret: str, signature: str, *, uri: str, access_key: str, timestamp: str, body: bytes) -> bool:
    """Tell, in a time that does not depend on the answer, whether a request is signed right."""
    right = sign(secret, uri=uri, access_key=access_key, timestamp=timestamp, body=body)
    return hmac.compare_digest(signature.encode("utf-8", "replace"), right.encode())


def is_fresh(timestamp: str, *, clock: Callable[[], float] = time.time) -> bool:
    """Tell whether a timestamp in milliseconds is near the time here."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 20):
        return False
    return abs(clock() - int(timestamp) / 1000) <= WINDOW_S


def find_task(records: TaskRecords, task_id: str) -> RunKey:
    """
    Return the task of an id: "workflow/run id", or the run id alone where no other workflow has it.

    Raises:
        InputError: Several workflows have a task of this id.
        NotFoundError: There is none.
    """
    workflow, slash, run_id = task_id.partition("/")
    if slash:
        run = RunKey(dag_id=workflow, run_id=run_id)
        records.standing(run)
        return run
    found = records.find(task_id)
    if len(found) > 1:
        raise InputError(f"Several workflows have a task '{task_id[:60]}'; give taskId as workflow/task.")
    if not found:
        raise NotFoundError(f"There is no task '{task_id[:60]}'.")
    return found[0]


def word_of(status: Status, state: str) -> str:
    """Return the status in the words of this call; SUBMITED is spelt as existing clients know it."""
    return STATUS.get(status) or _WAITING.get(state, "RUNNING")
