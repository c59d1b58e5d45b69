"""Tasks of Model Studio that run for minutes: recognition of recorded speech. Submitted once, asked for, fetched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from pydantic import SecretStr

from media_ai.clients.access import Access
from media_ai.clients.credentials import ModelStudioCredentials
from media_ai.clients.model_studio_access import client_of, failure_of, translated
from media_ai.clients.model_studio_turns import take_turn
from media_ai.clients.remote import RemoteJob, RemoteState
from media_ai.clients.retrying import Retry, once_certain
from media_ai.clients.spending import paying
from media_ai.errors import ErrorKind, ServiceError
from media_ai.store.artifacts import Usage

KIND = "modelstudio.task"
SILENCE = "SUCCESS_WITH_NO_VALID_FRAGMENT"
"""The code of a file in which nobody speaks: no failure."""
_QUESTIONS_PER_S = 15.0
"""About tasks, of an account; the service takes 20."""
_MOST_DOCUMENT = 256 << 20
_PAGE = 100
_SUBMIT_TIMEOUT_S = 30.0
_SKEW_S = 60.0
"""How far the service's clock may be from ours."""
_LONGEST_TRY_S = 900.0
"""Of a submission, with the wait for its turn."""


@dataclass(frozen=True, kw_only=True)
class SpeechTask:
    """
    Files to recognize.

    Attributes:
        links: Signed addresses, which no message may hold.
        parameters: The model's own.
        seconds: Of their sound, which is what is paid for.
    """

    model: str
    links: Sequence[SecretStr] = field(repr=False)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def takes_one_file(self) -> bool:
        """Whether the model takes a single file, in a field of another name."""
        return "filetrans" in self.model


def submit_speech(task: SpeechTask, access: Access) -> RemoteJob:
    """
    Submit a task; the call is not repeated by itself, because each one that arrives is a task that is paid for.

    Raises:
        ServiceError: The service refused; or nobody knows, with kind TRANSIENT: then look for it with `find_speech`.
    """
    credentials = access.credentials_of(ModelStudioCredentials)
    urls = [link.get_secret_value() for link in task.links]
    given = {"file_url": urls[0]} if task.takes_one_file else {"file_urls": urls}

    def once() -> dict[str, Any]:
        take_turn(access, credentials, task.model)
        return _request(
            credentials,
            task.model,
            "POST",
            "/services/audio/asr/transcription",
            retries=0,
            timeout=_SUBMIT_TIMEOUT_S,
            headers={"X-DashScope-Async": "enable"},
            json={"model": task.model, "input": given, "parameters": dict(task.parameters)},
        )

    name = f"modelstudio/{task.model}"
    with paying(access.spending, Usage(model=name, audio_seconds=task.seconds)) as bill:
        body = once_certain(name, once)
        bill.job = job_name(body)
    return _job(str(body["output"]["task_id"]), task.model)


def job_name(body: Mapping[str, Any]) -> str:
    """Return the name that a task has in the record of what is spent, from what the service says of it."""
    return f"{KIND}/{body['output']['task_id']}"


def find_speech(task: SpeechTask, since: datetime, access: Access) -> RemoteJob | None:
    """
    Return the task that was submitted for these files after a time, or None.

    Tasks carry no mark of ours; what tells them apart is the address of the file, which the service repeats when a task has
    ended, and which is made from the digest of the sound.

    Raises:
        ServiceError: A task that may be ours has not ended yet, with kind TRANSIENT; or the service cannot be asked.
    """
    credentials = access.credentials_of(ModelStudioCredentials)
    wanted = {_place(link.get_secret_value()) for link in task.links}
    undecided = ""
    for entry in _tasks_of(task.model, since, access, credentials):
        found = _ask(str(entry["task_id"]), task.model, access, credentials)
        places = set(_places_in(found))
        if wanted & places:
            return _job(str(entry["task_id"]), task.model)
        if not places and found["output"].get("task_status") in {"PENDING", "RUNNING"}:
            undecided = str(entry["task_id"])
    if undecided:
        raise ServiceError(
            f"modelstudio/{task.model}: task {undecided} may be ours and still runs. It is looked at again later.",
            service="modelstudio",
            code="undecided",
            kind=ErrorKind.TRANSIENT,
        )
    return None


def poll_task(job: RemoteJob, access: Access) -> RemoteState:
    """Ask for a task; see media_ai.clients.remote."""
    credentials = access.credentials_of(ModelStudioCredentials)
    model = str(job.details["model"])
    body = _ask(job.id, model, access, credentials)
    output = body["output"]
    status = str(output.get("task_status", ""))
    if status in {"CANCELED", "UNKNOWN"}:
        return RemoteState(is_done=False, is_gone=True, note=status)
    if status == "FAILED" and not _is_silence(output):
        return _failed(output, credentials, model)
    return RemoteState(is_done=status in {"SUCCEEDED", "FAILED"}, data=body, note=status)


def _failed(output: Mapping[str, Any], credentials: ModelStudioCredentials, model: str) -> RemoteState:
    """A task that failed through no fault of its input is gone, and can be submitted again."""
    code = str(output.get("code") or "TaskFailed")
    # The service's own sentence is left out: it may repeat the address of the file, which is signed.
    error = failure_of(code, None if code.startswith("Internal") else 400, credentials, model, is_verdict=True)
    if not error.kind.is_retryable:
        raise error
    return RemoteState(is_done=False, is_gone=True, note=code)


def cancel_task(job: RemoteJob, access: Access) -> None:
    """End a task that has not begun to run; others go on. See media_ai.clients.remote."""
    credentials = access.credentials_of(ModelStudioCredentials)
    _request(credentials, str(job.details["model"]), "POST", f"/tasks/{job.id}/cancel")


def read_document(address: str) -> dict[str, Any]:
    """
    Fetch what a finished task leads to; the address is signed and dies in a day.

    Raises:
        ServiceError: It cannot be fetched; the message does not hold the address.
    """

    def fetch(_: int) -> dict[str, Any]:
        try:
            with httpx.stream("GET", address, timeout=60, follow_redirects=True) as reply:
                data = b""
                for piece in reply.iter_bytes():
                    data += piece
                    if len(data) > _MOST_DOCUMENT:
                        raise _no_document("is larger than 256 MB", ErrorKind.INVALID)
                if reply.status_code != httpx.codes.OK:
                    kind = ErrorKind.TRANSIENT if reply.status_code >= 500 else ErrorKind.NOT_FOUND
                    raise _no_document(f"HTTP {reply.status_code}", kind)
                return dict(httpx.Response(200, content=data).json())
        except httpx.TransportError as exc:
            raise _no_document(type(exc).__name__, ErrorKind.TRANSIENT) from None
        except ValueError:
            raise _no_document("is not JSON", ErrorKind.TRANSIENT) from None

    return Retry().call("the transcript", fetch)


def _no_document(seen: str, kind: ErrorKind) -> ServiceError:
    message = f"The transcript cannot be fetched from Model Studio ({seen}). Restart the task."
    return ServiceError(message, service="modelstudio", code="no_document", kind=kind)


def _tasks_of(
    model: str, since: datetime, access: Access, credentials: ModelStudioCredentials
) -> Iterator[dict[str, Any]]:
    """Yield the account's tasks of a model, the newest first; by default the service lists those of the last day."""
    page = 1
    while True:
        _take_question(access, credentials)
        params: dict[str, Any] = {"page_no": page, "page_size": _PAGE, "model_name": model}
        body = _request(credentials, model, "GET", "/tasks/", params=params)
        listing = body.get("output") or body
        tasks = listing.get("data") or listing.get("tasks") or []
        for entry in tasks:
            if _may_be_of(entry, since):
                yield entry
        if page * _PAGE >= int(listing.get("total") or 0) or not tasks:
            return
        page += 1


def _may_be_of(entry: Mapping[str, Any], since: datetime) -> bool:
    """Whether a task may have been made by a try that began at a time; where the service tells when, in milliseconds."""
    made = entry.get("gmt_create")
    return not isinstance(made, int) or -_SKEW_S <= made / 1000 - since.timestamp() <= _LONGEST_TRY_S


def _ask(task_id: str, model: str, access: Access, credentials: ModelStudioCredentials) -> dict[str, Any]:
    _take_question(access, credentials)
    return _request(credentials, model, "GET", f"/tasks/{task_id}")


def _take_question(access: Access, credentials: ModelStudioCredentials) -> None:
    access.take_turn(f"{credentials.account}:tasks", per_second=_QUESTIONS_PER_S, burst_s=1.0)


def _request(
    credentials: ModelStudioCredentials, model: str, method: str, path: str, *, retries: int = 2, **options: Any
) -> dict[str, Any]:
    """Ask through the SDK's transport, at the native address: the OpenAI protocol has no tasks."""
    from dashscope.v2.errors import check_response

    native = credentials.model_copy(update={"protocol": "native", "base_url": _native(credentials.base_url)})
    with translated(credentials, model):
        reply = client_of(native, retries=retries).transport.request(method, path, **options)
        check_response(reply)
    body = reply.json()
    if not isinstance(body, dict) or (body.get("code") and "output" not in body):
        raise failure_of(str((body or {}).get("code", "EmptyAnswer")), reply.status_code, credentials, model)
    return body


def _native(base_url: str) -> str:
    return base_url.replace("/compatible-mode/v1", "/api/v1")


def _job(task_id: str, model: str) -> RemoteJob:
    return RemoteJob(kind=KIND, id=task_id, details={"model": model})


def _is_silence(output: Mapping[str, Any]) -> bool:
    results = output.get("results") or [output]
    return all(result.get("code") == SILENCE for result in results if result.get("subtask_status") != "SUCCEEDED")


def _places_in(body: Mapping[str, Any]) -> Iterator[str]:
    output = body["output"]
    for result in [*(output.get("results") or ()), output.get("result") or {}, output]:
        if result.get("file_url"):
            yield _place(str(result["file_url"]))
        elif result.get("transcription_url"):
            # A task of one file tells its address in the document only.
            yield _place(str(read_document(str(result["transcription_url"])).get("file_url", "")))


def _place(address: str) -> str:
    """Return host and path of an address, without what signs it."""
    parts = urlsplit(address)
    return f"{parts.netloc}{unquote(parts.path)}"
