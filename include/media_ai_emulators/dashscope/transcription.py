"""Recognition of recorded speech: submit a task, poll it, fetch the documents it leads to."""

import json
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from media_ai_emulators import jobs
from media_ai_emulators.dashscope.errors import invalid, model_not_found
from media_ai_emulators.dashscope.media import MediaFiles, Unreachable
from media_ai_emulators.dashscope.models import ASR_FILE_LISTS, ASR_ONE_FILE
from media_ai_emulators.dashscope.transcripts import duration_s, sentences_of, transcript
from media_ai_emulators.oss import signature_v1
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.records import Record, Records
from media_ai_emulators.refusal import Refusal
from media_ai_emulators.state import TEMPORARY_BUCKET, State

_MOST_FILES = 100
_RESULT_LIVES_S = 24 * 3600
_TASK_LIVES_S = 24 * 3600
_SILENCE = "silence"


class Tasks:
    """
    Speech tasks. A file is looked up when its task starts to run, so that an address that has expired meanwhile fails.

    A file whose name contains "silence" has nothing to say; files elsewhere are taken on trust.
    """

    def __init__(self, state: State, storage: Storage, files: MediaFiles) -> None:
        self._records = Records(Path(state.folder) / "dashscope" / "tasks")
        self._state = state
        self._storage = storage
        self._files = files

    async def submit(self, request: Request, request_id: str) -> Response:
        """POST /services/audio/asr/transcription."""
        payload: dict[str, Any] = await request.json()
        if request.headers.get("x-dashscope-async", "").lower() != "enable":
            raise Refusal(403, "AccessDenied", "current user api does not support synchronous calls.")
        model, given = payload.get("model") or "", payload.get("input") or {}
        if ASR_FILE_LISTS.fullmatch(model):
            urls = given.get("file_urls")
        elif ASR_ONE_FILE.fullmatch(model):
            urls = [given["file_url"]] if given.get("file_url") else None
        else:
            raise model_not_found(model)
        if not isinstance(urls, list) or not 1 <= len(urls) <= _MOST_FILES:
            raise invalid("Required parameter(s) missing or invalid: file_urls (1 to 100) or file_url")
        if any(urlsplit(str(url)).scheme not in {"http", "https"} for url in urls):
            raise Refusal(400, "InvalidURL", "The request URL is invalid, please check the request URL is correct.")
        task_id = str(uuid.uuid4())
        record = {
            "created": self._state.clock.now(),
            "model": model,
            "urls": urls,
            "parameters": payload.get("parameters") or {},
            "host": request.headers.get("host", ""),
        }
        self._records.put(task_id, record)
        output = {"task_id": task_id, "task_status": "PENDING"}
        return JSONResponse({"output": output, "request_id": request_id})

    async def fetch(self, task_id: str, request_id: str) -> Response:
        """GET /tasks/{id}; a task that is not known, or older than a day, is UNKNOWN."""
        record = self._records.get(task_id)
        if record is None or self._state.clock.now() - record["created"] > _TASK_LIVES_S:
            output: Record = {"task_id": task_id, "task_status": "UNKNOWN"}
            return JSONResponse({"output": output, "request_id": request_id})
        status = self._status(record)
        if status in {"RUNNING", "SUCCEEDED"} and "results" not in record:
            record = self._records.put(task_id, {**record, "results": self._run(task_id, record)})
        output = {"task_id": task_id, "task_status": status, "submit_time": _moment(record["created"])}
        body: Record = {"request_id": request_id, "output": output}
        if status == "SUCCEEDED":
            body |= _outcome(output, record)
        return JSONResponse(body)

    async def listing(self, request: Request, request_id: str) -> Response:
        """GET /tasks/: the tasks of the last day, the newest first; what they were given is not told."""
        query = request.query_params
        page, size = int(query.get("page_no", 1)), min(int(query.get("page_size", 10)), 100)
        newest = [
            (task_id, record)
            for task_id, record in reversed(self._records.all())
            if self._state.clock.now() - record["created"] <= _TASK_LIVES_S
            and query.get("model_name") in {None, record["model"]}
            and query.get("status") in {None, self._status(record)}
        ]
        data = [
            {
                "task_id": task_id,
                "model_name": record["model"],
                "status": self._status(record),
                "gmt_create": int(record["created"] * 1000),
            }
            for task_id, record in newest[(page - 1) * size : page * size]
        ]
        return JSONResponse(
            {"total": len(newest), "page_no": page, "page_size": size, "data": data, "request_id": request_id}
        )

    async def cancel(self, task_id: str, request_id: str) -> Response:
        """POST /tasks/{id}/cancel, for a task that has not begun."""
        record = self._records.get(task_id)
        if record is None or self._status(record) != "PENDING":
            raise Refusal(
                400,
                "UnsupportedOperation",
                "Failed to cancel the task, please confirm if the task is in PENDING status.",
            )
        self._records.put(task_id, {**record, "is_canceled": True})
        return JSONResponse({"request_id": request_id})

    def _status(self, record: Record) -> str:
        if record.get("is_canceled"):
            return "CANCELED"
        where = jobs.phase(record, self._state.clock.now(), self._state.options.task_takes_s)
        return {jobs.WAITING: "PENDING", jobs.RUNNING: "RUNNING", jobs.DONE: "SUCCEEDED"}[where]

    def _run(self, task_id: str, record: Record) -> list[Record]:
        return [self._recognize(task_id, at, url, record) for at, url in enumerate(record["urls"])]

    def _recognize(self, task_id: str, at: int, url: str, record: Record) -> Record:
        is_qwen = bool(ASR_ONE_FILE.fullmatch(record["model"]))
        parameters = record["parameters"]
        language = (parameters.get("language_hints") or [parameters.get("language") or "en"])[0]
        try:
            file = self._files.find_remote(url, record["host"])
        except Unreachable as problem:
            code = "FILE_403_FORBIDDEN" if is_qwen else "InvalidFile.DownloadFailed"
            return {"file_url": url, "subtask_status": "FAILED", "code": code, "message": str(problem)}
        if _SILENCE in file.name.lower():
            message = "The audio contains no valid speech."
            code = "SUCCESS_WITH_NO_VALID_FRAGMENT"
            return {"file_url": url, "subtask_status": "FAILED", "code": code, "message": message}
        sentences = sentences_of(file, language)
        speakers = int(parameters.get("speaker_count") or 2) if parameters.get("diarization_enabled") else 0
        document = transcript(url, sentences, speakers=speakers, is_qwen=is_qwen, language=language)
        key = f"transcriptions/{task_id}/{at}.json"
        self._storage.put_bytes(
            TEMPORARY_BUCKET, key, json.dumps(document, ensure_ascii=False).encode(), "application/json"
        )
        return {
            "file_url": url,
            "transcription_url": self._signed(key, record["host"]),
            "subtask_status": "SUCCEEDED",
            "seconds": duration_s(sentences),
        }

    def _signed(self, key: str, host: str) -> str:
        return signature_v1.signed_address(
            host=host,
            bucket=TEMPORARY_BUCKET,
            key=key,
            keys=self._state.options.keys,
            expires=int(self._state.clock.now()) + _RESULT_LIVES_S,
        )


def _outcome(output: Record, record: Record) -> Record:
    """Fill in the output of a task that has ended, and return its usage. One file that succeeds makes the task succeed."""
    results = [{name: value for name, value in result.items() if name != "seconds"} for result in record["results"]]
    seconds = sum(result.get("seconds", 0) for result in record["results"])
    succeeded = [result for result in results if result["subtask_status"] == "SUCCEEDED"]
    is_qwen = bool(ASR_ONE_FILE.fullmatch(record["model"]))
    output["end_time"] = _moment(record["created"])
    if not succeeded:
        output |= {"task_status": "FAILED", "code": results[0]["code"], "message": results[0]["message"]}
    if is_qwen:
        if succeeded:
            output["result"] = {"transcription_url": succeeded[0]["transcription_url"]}
        return {"usage": {"seconds": seconds}}
    output["results"] = results
    output["task_metrics"] = {
        "TOTAL": len(results),
        "SUCCEEDED": len(succeeded),
        "FAILED": len(results) - len(succeeded),
    }
    return {"usage": {"duration": seconds}}


def _moment(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S.000", time.gmtime(at))
