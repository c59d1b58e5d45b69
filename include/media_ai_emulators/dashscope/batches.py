"""The Batch API of the OpenAI-compatible protocol: a file of requests in, a file of answers out, at half the price."""

import json
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from media_ai_emulators import jobs
from media_ai_emulators.dashscope.errors import invalid
from media_ai_emulators.records import Record, Records
from media_ai_emulators.refusal import Refusal
from media_ai_emulators.state import State

ENDPOINT = "/v1/chat/completions"
_MOST_LINES = 50_000
_STATUS = {jobs.WAITING: "validating", jobs.RUNNING: "in_progress", jobs.DONE: "completed"}

Answer = Callable[[dict[str, Any], Request, str], dict[str, Any]]
"""Answers a chat request: its payload, the request that it came in, an id. Raises Refusal."""


class Batches:
    """Files and batches. The answers are made when a batch is submitted, and shown when its time has come."""

    def __init__(self, state: State, answer: Answer) -> None:
        self._state = state
        self._answer = answer
        self._folder = Path(state.folder) / "dashscope" / "files"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._batches = Records(Path(state.folder) / "dashscope" / "batches")

    async def upload(self, request: Request, request_id: str) -> Response:
        """POST /files: multipart with "file" and purpose=batch."""
        async with request.form() as form:
            file = form.get("file")
            if not isinstance(file, UploadFile) or form.get("purpose") != "batch":
                raise invalid("'file' and purpose=batch are required.")
            data, name = await file.read(), file.filename
        file_id = self._keep(data)
        return JSONResponse(
            {
                "id": file_id,
                "object": "file",
                "bytes": len(data),
                "created_at": int(self._state.clock.now()),
                "filename": name,
                "purpose": "batch",
                "status": "processed",
            }
        )

    async def content(self, file_id: str, request_id: str) -> Response:
        """GET /files/{id}/content."""
        return Response(self._read(file_id), media_type="application/jsonl")

    async def remove(self, file_id: str, request_id: str) -> Response:
        """DELETE /files/{id}."""
        self._read(file_id)
        (self._folder / file_id).unlink()
        return JSONResponse({"id": file_id, "object": "file", "deleted": True})

    async def create(self, request: Request, request_id: str) -> Response:
        """POST /batches."""
        payload: dict[str, Any] = await request.json()
        if payload.get("endpoint") != ENDPOINT:
            raise invalid(f"endpoint must be {ENDPOINT}.")
        lines = self._read(str(payload.get("input_file_id"))).splitlines()
        if not 1 <= len(lines) <= _MOST_LINES:
            raise invalid(f"The file must have 1 to {_MOST_LINES} lines.")
        batch_id = f"batch_{uuid.uuid4()}"
        done, failed = self._work(lines, request)
        record = {
            "created": self._state.clock.now(),
            "input_file_id": payload["input_file_id"],
            "completion_window": payload.get("completion_window", "24h"),
            "metadata": payload.get("metadata"),
            "output_file_id": self._keep(_jsonl(done)) if done else None,
            "error_file_id": self._keep(_jsonl(failed)) if failed else None,
            "counts": {"total": len(lines), "completed": len(done), "failed": len(failed)},
        }
        return JSONResponse(self._shown(batch_id, self._batches.put(batch_id, record)))

    async def fetch(self, batch_id: str, request_id: str) -> Response:
        """GET /batches/{id}."""
        return JSONResponse(self._shown(batch_id, self._known(batch_id)))

    async def listing(self, request: Request, request_id: str) -> Response:
        """GET /batches, the newest first."""
        size = min(int(request.query_params.get("limit", 20)), 100)
        newest = list(reversed(self._batches.all()))
        after = request.query_params.get("after")
        if after:
            names = [batch_id for batch_id, _ in newest]
            newest = newest[names.index(after) + 1 :] if after in names else []
        data = [self._shown(batch_id, record) for batch_id, record in newest[:size]]
        return JSONResponse({"object": "list", "data": data, "has_more": len(newest) > size})

    async def cancel(self, batch_id: str, request_id: str) -> Response:
        """POST /batches/{id}/cancel."""
        record = self._batches.put(batch_id, {**self._known(batch_id), "is_cancelled": True})
        return JSONResponse(self._shown(batch_id, record))

    def _work(self, lines: list[bytes], request: Request) -> tuple[list[Record], list[Record]]:
        done: list[Record] = []
        failed: list[Record] = []
        for line in lines:
            asked = json.loads(line)
            request_id = str(uuid.uuid4())
            head = {"id": request_id, "custom_id": asked.get("custom_id")}
            try:
                body = self._answer(asked.get("body") or {}, request, request_id)
            except Refusal as refusal:
                error = {"code": refusal.code, "message": refusal.message}
                response = {"status_code": refusal.status, "request_id": request_id, "body": {"error": error}}
                failed.append({**head, "response": response, "error": error})
            else:
                response = {"status_code": 200, "request_id": request_id, "body": body}
                done.append({**head, "response": response, "error": None})
        return done, failed

    def _shown(self, batch_id: str, record: Record) -> Record:
        status = _STATUS[jobs.phase(record, self._state.clock.now(), self._state.options.task_takes_s)]
        if record.get("is_cancelled"):
            status = "cancelled"
        is_done = status == "completed"
        return {
            "id": batch_id,
            "object": "batch",
            "endpoint": ENDPOINT,
            "input_file_id": record["input_file_id"],
            "completion_window": record["completion_window"],
            "status": status,
            "output_file_id": record["output_file_id"] if is_done else None,
            "error_file_id": record["error_file_id"] if is_done else None,
            "created_at": int(record["created"]),
            "completed_at": int(time.time()) if is_done else None,
            "request_counts": record["counts"],
            "metadata": record["metadata"],
        }

    def _known(self, batch_id: str) -> Record:
        record = self._batches.get(batch_id)
        if record is None:
            raise Refusal(404, "batch_not_found", f"No batch found with id '{batch_id}'.")
        return record

    def _keep(self, data: bytes) -> str:
        file_id = f"file-batch-{uuid.uuid4().hex}"
        (self._folder / file_id).write_bytes(data)
        return file_id

    def _read(self, file_id: str) -> bytes:
        path = self._folder / Path(file_id).name
        if not file_id.startswith("file-batch-") or not path.is_file():
            raise Refusal(404, "file_not_found", f"No such File object: {file_id[:80]}")
        return path.read_bytes()


def _jsonl(records: list[Record]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()
