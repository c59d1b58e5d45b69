"""DashScope as a service of the emulator."""

import hmac
import json
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from media_ai_emulators.dashscope.batches import Batches
from media_ai_emulators.dashscope.chat import NativeChat
from media_ai_emulators.dashscope.embeddings import NativeEmbeddings
from media_ai_emulators.dashscope.errors import FAILURES, error_response, invalid, not_implemented
from media_ai_emulators.dashscope.media import MediaFiles
from media_ai_emulators.dashscope.models import SHOWN
from media_ai_emulators.dashscope.openai_protocol import OpenAIProtocol
from media_ai_emulators.dashscope.transcription import Tasks
from media_ai_emulators.dashscope.uploads import Uploads
from media_ai_emulators.oss.authentication import Authenticator
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.refusal import Refusal
from media_ai_emulators.service import Asked
from media_ai_emulators.state import State

NATIVE, OPENAI = "/api/v1/", "/compatible-mode/v1/"
_TASK = re.compile(r"GET /api/v1/tasks/(?P<id>[\w-]+)")
_CANCEL = re.compile(r"POST /api/v1/tasks/(?P<id>[\w-]+)/cancel")
_FILE = re.compile(r"(?P<verb>GET|DELETE) /compatible-mode/v1/files/(?P<id>[\w-]+)(/content)?")
_BATCH = re.compile(r"(?P<verb>GET|POST) /compatible-mode/v1/batches/(?P<id>[\w-]+)(/cancel)?")
_OPERATIONS = {
    "POST /api/v1/services/aigc/text-generation/generation": "text-generation",
    "POST /api/v1/services/aigc/multimodal-generation/generation": "multimodal-generation",
    "POST /api/v1/services/audio/asr/transcription": "transcription",
    "POST /api/v1/services/embeddings/text-embedding/text-embedding": "text-embedding",
    "POST /api/v1/services/embeddings/multimodal-embedding/multimodal-embedding": "multimodal-embedding",
    "GET /api/v1/uploads": "uploads",
    "GET /api/v1/tasks/": "tasks",
    "GET /api/v1/models": "models",
    "POST /compatible-mode/v1/chat/completions": "chat.completions",
    "POST /compatible-mode/v1/embeddings": "embeddings",
    "GET /compatible-mode/v1/models": "openai.models",
    "POST /compatible-mode/v1/files": "files",
    "POST /compatible-mode/v1/batches": "batches",
    "GET /compatible-mode/v1/batches": "batches.list",
}
Handler = Callable[[Request, str], Awaitable[Response]]


class DashScopeService:
    """The service "dashscope"."""

    name = "dashscope"
    failures: Mapping[str, Refusal] = FAILURES

    def __init__(self, state: State, storage: Storage) -> None:
        self._state = state
        files = MediaFiles(storage, Authenticator(state.keyring, state.clock))
        chat, embeddings, openai = NativeChat(files), NativeEmbeddings(files), OpenAIProtocol(files)
        self._tasks = Tasks(state, storage, files)
        batches = Batches(state, openai.completion)
        self._handlers: dict[str, Handler] = {
            "text-generation": chat.text,
            "multimodal-generation": chat.multimodal,
            "transcription": self._tasks.submit,
            "text-embedding": embeddings.text,
            "multimodal-embedding": embeddings.multimodal,
            "tasks": self._tasks.listing,
            "uploads": Uploads(state).policy,
            "models": _native_models,
            "chat.completions": openai.chat,
            "embeddings": openai.embeddings,
            "openai.models": openai.models,
            "files": batches.upload,
            "batches": batches.create,
            "batches.list": batches.listing,
        }
        self._by_id: dict[str, Callable[[str, str], Awaitable[Response]]] = {
            "task": self._tasks.fetch,
            "task.cancel": self._tasks.cancel,
            "file": batches.content,
            "file.delete": batches.remove,
            "batch": batches.fetch,
            "batch.cancel": batches.cancel,
        }

    async def identify(self, request: Request) -> Asked:
        """Name the operation by the path; the log shows the model, the task and how many messages or files there are."""
        line = f"{request.method} {request.url.path}"
        if task := _TASK.fullmatch(line) or _CANCEL.fullmatch(line):
            return Asked(operation="task.cancel" if line.startswith("POST") else "task", params={"task_id": task["id"]})
        if file := _FILE.fullmatch(line):
            return Asked(operation="file" if file["verb"] == "GET" else "file.delete", params={"file_id": file["id"]})
        if batch := _BATCH.fullmatch(line):
            return Asked(operation="batch" if batch["verb"] == "GET" else "batch.cancel", params={"id": batch["id"]})
        payload = await _payload(request)
        params: dict[str, Any] = {"model": payload.get("model") or request.query_params.get("model", "")}
        given = payload.get("input")
        if isinstance(given, dict):
            params |= {name: given[name] for name in ("file_urls", "file_url") if name in given}
            params |= {f"{name}_count": len(value) for name, value in given.items() if isinstance(value, list)}
        if isinstance(payload.get("messages"), list):
            params["messages_count"] = len(payload["messages"])
        return Asked(operation=_OPERATIONS.get(line, line), params=params)

    async def answer(self, request: Request, asked: Asked, request_id: str) -> Response:
        """
        Check the key and do the work.

        Raises:
            Refusal: DashScope says no.
        """
        self._check_key(request)
        if by_id := self._by_id.get(asked.operation):
            response = await by_id(next(iter(asked.params.values())), request_id)
        else:
            handler = self._handlers.get(asked.operation)
            if handler is None:
                raise not_implemented(asked.operation)
            if request.method == "POST" and asked.operation != "files" and not await _payload(request):
                raise invalid("Request body format invalid.")
            response = await handler(request, request_id)
        response.headers["x-request-id"] = request_id
        return response

    def refused(self, request: Request, refusal: Refusal, request_id: str) -> Response:
        """Write an error as JSON, in the form of the protocol."""
        return error_response(refusal, request_id=request_id, is_openai=request.url.path.startswith(OPENAI))

    def new_request_id(self) -> str:
        """Return a UUID."""
        return str(uuid.uuid4())

    def _check_key(self, request: Request) -> None:
        given = request.headers.get("authorization", "")
        if not given.startswith("Bearer ") or not given.removeprefix("Bearer ").strip():
            raise Refusal(401, "InvalidApiKey", "No API-key provided.")
        if not hmac.compare_digest(given.removeprefix("Bearer ").encode(), self._state.options.keys.api_key.encode()):
            raise Refusal(401, "InvalidApiKey", "Invalid API-key provided.")


def is_dashscope(request: Request) -> bool:
    """Tell whether a request is for DashScope, by the first parts of its path."""
    return request.url.path.startswith((NATIVE, OPENAI))


async def _payload(request: Request) -> dict[str, Any]:
    """Return the JSON object in the body, or an empty one."""
    if request.method != "POST":
        return {}
    try:
        payload = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return payload if isinstance(payload, dict) else {}


async def _native_models(request: Request, request_id: str) -> Response:
    models = [{"model": name, "name": name, "provider": "qwen"} for name in SHOWN]
    output = {"total": len(models), "page_no": 1, "page_size": len(models), "models": models}
    return JSONResponse({"output": output, "request_id": request_id})
