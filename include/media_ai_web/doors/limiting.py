"""
How often the doors may be tried: by the caller's network address, and by the account that is tried.

Only tries that fail count. One network address has fewer tries in an hour than an account, so that nobody can keep another
person out from one place; and who is refused loses nothing by trying again.
"""

import ipaddress
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from anyio import to_thread
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from media_ai.catalog.attempts import Allowance, Attempts
from media_ai.errors import CatalogError
from media_ai.members.post import DOORS
from media_ai_web.doors.pages import language_of, page
from media_ai_web.doors.words import WORDS
from media_ai_web.problems import Problem, answer

_BY_PLACE = Allowance(burst=20, interval_s=10)
_BY_ACCOUNT = Allowance(burst=50, interval_s=6)
_BY_MAILBOX = Allowance(burst=3, interval_s=600)
_LARGEST = 64 * 1024
_SIGN_IN = ("/auth/login", "/auth/token", "/auth/token/cli", "/auth/api/v1/security/login")
_PAGES = ("/auth/login", *(f"{DOORS}/{name}" for name in ("invitation", "first", "forgot", "reset")))
_FORGOT = f"{DOORS}/forgot"
_KINDS = ("application/json", "application/x-www-form-urlencoded")


class DoorLimits:
    """A part around the whole application of Airflow: its own doors are not ours."""

    def __init__(self, app: ASGIApp, attempts: Callable[[], Attempts], root: str = "/") -> None:
        self._app = app
        self._attempts = attempts
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; count it if it is a try at a door."""
        path = _door(scope)
        if path is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        if refusal := _unreadable(request):
            await refusal(scope, receive, send)
            return
        body = await _body(request)
        if body is None:
            await answer(Problem(title="invalid", status=413, detail="The body is too large."))(scope, receive, send)
            return
        await self._counted(path, request, body, send)

    async def _counted(self, path: str, request: Request, body: bytes, send: Send) -> None:
        tries = [(f"place {_place(request)} {path}", _BY_PLACE)]
        if account := _account(request, body):
            is_wish = path == _FORGOT
            tries.append((f"mail {account}", _BY_MAILBOX) if is_wish else (f"account {account}", _BY_ACCOUNT))
        attempts = self._attempts()
        try:
            wait = await to_thread.run_sync(_take, attempts, tries)
        except CatalogError:
            problem = Problem(title="transient", status=503, detail="Nobody can sign in just now. Try again.")
            await answer(problem)(request.scope, request.receive, send)
            return
        if wait:
            await self._too_often(path, request, wait)(request.scope, request.receive, send)
            return
        status = await self._passed_on(request, body, send)
        # A wish for a link is never wrong, and every one can send a mail.
        if status < 400 and path != _FORGOT:
            await to_thread.run_sync(_give_back, attempts, tries)

    async def _passed_on(self, request: Request, body: bytes, send: Send) -> int:
        status = 500
        is_read = False

        async def receive() -> Message:
            nonlocal is_read
            if is_read:
                return await request.receive()
            is_read = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await self._app(request.scope, receive, watched)
        return status

    def _too_often(self, path: str, request: Request, wait: int) -> ASGIApp:
        headers = {"Retry-After": str(wait)}
        if path not in _PAGES:
            problem = Problem(title="throttled", status=429, detail=f"Too many tries. Wait {wait} s, then try again.")
            return answer(problem, headers)
        language = language_of(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
        words = WORDS[language]
        text = words["often"].replace("{seconds}", str(wait))
        return page(
            "note",
            status=429,
            headers=headers,
            language=language,
            root=self._root,
            title=words["often_title"],
            text=text,
        )


def _door(scope: Scope) -> str | None:
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    path: str = scope["path"]
    if (root := scope.get("root_path", "")) and path.startswith(root):
        path = path[len(root) :]
    path = path.rstrip("/")
    return path if path in _SIGN_IN or path in _PAGES else None


def _unreadable(request: Request) -> ASGIApp | None:
    # In another form, the account that is tried could not be read here.
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _KINDS:
        return None
    return answer(Problem(title="invalid", status=415, detail=f"Send {' or '.join(_KINDS)}."))


async def _body(request: Request) -> bytes | None:
    found = b""
    async for chunk in request.stream():
        found += chunk
        if len(found) > _LARGEST:
            return None
    return found


def _place(request: Request) -> str:
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        # A household has a whole network of these.
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _account(request: Request, body: bytes) -> str:
    given: Any
    try:
        if request.headers["content-type"].lower().startswith(_KINDS[0]):
            given = json.loads(body)
        else:
            given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    except (ValueError, RecursionError):
        return ""
    if not isinstance(given, dict):
        return ""
    return str(given.get("username") or given.get("address") or "").strip().lower()


def _take(attempts: Attempts, tries: list[tuple[str, Allowance]]) -> int:
    for count, (what, allowance) in enumerate(tries):
        if wait := attempts.take(what, allowance):
            # One that was refused here has tried nothing there.
            _give_back(attempts, tries[:count])
            return wait
    return 0


def _give_back(attempts: Attempts, tries: list[tuple[str, Allowance]]) -> None:
    for what, allowance in tries:
        attempts.give_back(what, allowance)
