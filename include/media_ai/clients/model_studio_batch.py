"""Questions to Model Studio's models in one file, answered within a day at half the price."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from media_ai.clients.access import Access
from media_ai.clients.credentials import ModelStudioCredentials
from media_ai.clients.foreseeing import foreseen_chat
from media_ai.clients.json_answers import Completion, messages_of
from media_ai.clients.model_studio_access import client_of, failure_of, translated
from media_ai.clients.models import ModelRequest
from media_ai.clients.remote import RemoteJob, RemoteState
from media_ai.clients.retrying import Retry, once_certain
from media_ai.clients.spending import paying
from media_ai.errors import ErrorKind, ServiceError
from media_ai.store.artifacts import Usage

KIND = "modelstudio.batch"
_WHAT = "the batch"
_ENDPOINT = "/v1/chat/completions"
_TIMEOUT_S = 300.0
_SUBMIT_TIMEOUT_S = 30.0
_PAGE = 100
_CALLS_PER_S = 10.0
_CUT_SHORT = frozenset({"expired", "cancelled"})


def batch_line(custom_id: str, model: str, request: ModelRequest) -> bytes:
    """Return a question as a line of the file."""
    body = {
        "model": model,
        "messages": messages_of(request),
        "max_tokens": request.max_output_tokens,
        "enable_thinking": False,
        "response_format": {"type": "json_object"},
    }
    line = {"custom_id": custom_id, "method": "POST", "url": _ENDPOINT, "body": body}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def upload_lines(path: Path, access: Access) -> str:
    """Upload a file of questions and return its id; a second copy costs nothing."""

    def send(_: int) -> str:
        with path.open("rb") as stream:
            files = {"file": ("questions.jsonl", stream, "application/jsonl")}
            body = _json("POST", "/files", access, files=files, data={"purpose": "batch"}, timeout=_TIMEOUT_S)
        return str(body["id"])

    return Retry().call(_WHAT, send)


def foreseen_line(model: str, request: ModelRequest) -> Usage:
    """Return what a question in a batch uses at most, estimated from above."""
    chat = foreseen_chat(f"modelstudio/{model}", messages_of(request), request.max_output_tokens)
    return chat.model_copy(update={"is_batch": True})


def submit_batch(file_id: str, foreseen: Usage, access: Access) -> RemoteJob:
    """
    Have the questions of a file answered; the call is not repeated by itself, because each batch is paid for.

    Args:
        file_id: The file.
        foreseen: What all its questions use at most.
        access: The way to the service.

    Raises:
        ServiceError: The service refused; or nobody knows, with kind TRANSIENT: then look for it with `find_batch`.
    """
    payload = {"input_file_id": file_id, "endpoint": _ENDPOINT, "completion_window": "24h"}
    with paying(access.spending, foreseen) as bill:
        body = once_certain(_WHAT, lambda: _json("POST", "/batches", access, json=payload, timeout=_SUBMIT_TIMEOUT_S))
        bill.job = job_name(body)
    return RemoteJob(kind=KIND, id=str(body["id"]))


def job_name(body: Mapping[str, Any]) -> str:
    """Return the name that a batch has in the record of what is spent, from what the service says of it."""
    return f"{KIND}/{body['id']}"


def find_batch(file_id: str, since: datetime, access: Access) -> RemoteJob | None:
    """Return the batch of a file, which no other has, among those made after a time; or None."""
    after = ""
    while True:
        params = {"limit": _PAGE} | ({"after": after} if after else {})
        page = _json("GET", "/batches", access, params=params)
        for batch in page.get("data") or ():
            if batch.get("input_file_id") == file_id:
                return RemoteJob(kind=KIND, id=str(batch["id"]))
            if float(batch.get("created_at") or 0) < since.timestamp() - 300:
                return None
            after = str(batch["id"])
        if not page.get("has_more"):
            return None


def poll_batch(job: RemoteJob, access: Access) -> RemoteState:
    """Ask for a batch; see media_ai.clients.remote."""
    body = _json("GET", f"/batches/{job.id}", access)
    status = str(body.get("status", ""))
    if status in _CUT_SHORT and body.get("output_file_id"):
        # What was answered before is paid for; the rest is asked one by one.
        return RemoteState(is_done=True, data=body, note=status)
    if status in _CUT_SHORT:
        return RemoteState(is_done=False, is_gone=True, note=status)
    if status == "failed":
        errors = (body.get("errors") or {}).get("data") or [{}]
        credentials = access.credentials_of(ModelStudioCredentials)
        raise failure_of(str(errors[0].get("code") or "BatchFailed"), 400, credentials, _WHAT, is_verdict=True)
    counts = body.get("request_counts") or {}
    note = f"{status}, {counts.get('completed', 0)} of {counts.get('total', 0)}"
    return RemoteState(is_done=status == "completed", data=body, note=note)


def cancel_batch(job: RemoteJob, access: Access) -> None:
    """End a batch; what is answered already is paid for. See media_ai.clients.remote."""
    _json("POST", f"/batches/{job.id}/cancel", access, json={"reason": "stopped"})


def read_answers(batch: Mapping[str, Any], model: str, access: Access) -> Iterator[tuple[str, Completion]]:
    """Yield (custom id, completion) of what was answered; what was refused is left out, and can be asked one by one."""
    file_id = batch.get("output_file_id")
    if not file_id:
        return
    for line in _text(f"/files/{file_id}/content", access).splitlines():
        entry = json.loads(line)
        body = (entry.get("response") or {}).get("body") or {}
        choices = body.get("choices") or []
        if choices:
            yield str(entry["custom_id"]), _completion(body, choices[0], model)


def remove_files(batch: Mapping[str, Any], access: Access) -> None:
    """Remove the files of a batch that was read: the service keeps a limited number of them."""
    for name in ("input_file_id", "output_file_id", "error_file_id"):
        if batch.get(name):
            try:
                _json("DELETE", f"/files/{batch[name]}", access)
            except ServiceError as exc:
                if exc.kind not in {ErrorKind.NOT_FOUND, ErrorKind.INVALID}:
                    raise


def _completion(body: Mapping[str, Any], choice: Mapping[str, Any], model: str) -> Completion:
    counted = body.get("usage") or {}
    return Completion(
        text=str((choice.get("message") or {}).get("content") or ""),
        is_cut=choice.get("finish_reason") == "length",
        usage=Usage(
            model=f"modelstudio/{model}",
            request_id=body.get("id"),
            input_tokens=int(counted.get("prompt_tokens") or 0),
            output_tokens=int(counted.get("completion_tokens") or 0),
            is_batch=True,
        ),
    )


def _json(method: str, path: str, access: Access, **options: Any) -> dict[str, Any]:
    return dict(_send(method, path, access, **options).json())


def _text(path: str, access: Access) -> str:
    return Retry().call(_WHAT, lambda _: str(_send("GET", path, access, timeout=_TIMEOUT_S).text))


def _send(method: str, path: str, access: Access, **options: Any) -> Any:
    """Ask through the SDK's transport, once, at the address of the OpenAI protocol: the native one has no batches."""
    from dashscope.v2.errors import check_response

    credentials = access.credentials_of(ModelStudioCredentials)
    address = credentials.base_url.replace("/api/v1", "/compatible-mode/v1")
    openai = credentials.model_copy(update={"protocol": "openai", "base_url": address})
    access.take_turn(f"{credentials.account}:batches", per_second=_CALLS_PER_S, burst_s=1.0)
    with translated(credentials, _WHAT):
        reply = client_of(openai, retries=0).transport.request(method, path, **options)
        check_response(reply)
    return reply
