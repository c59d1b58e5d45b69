"""Every change that is asked for goes into the audit log before the caller hears of its outcome."""

import logging
from functools import partial

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from media_ai.catalog.audit import AuditLog, Door
from media_ai.errors import MediaAIError
from media_ai_web import services
from media_ai_web.permissions import Caller
from media_ai_web.routing import in_thread

log = logging.getLogger(__name__)

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
UNCHANGING = frozenset(
    {
        "append_to_upload",
        "preview_source",
        "quote_new_task",
        "quote_new_tasks",
        "sign_parts",
        "validate_workflow",
    }
)
"""Operations that change nothing though they are sent like those that do, and the parts of an upload that has begun."""


class Audit:
    """
    Notes who asked for a change of what, from where, and the outcome; never a body or a query, which may hold secrets.

    What strangers try is not noted: nobody may fill a log that is never emptied. At the doors, where nobody is signed in yet,
    only what worked is.
    """

    def __init__(self, app: ASGIApp, *, door: Door = "api") -> None:
        self._app = app
        self._door: Door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or scope["method"] in _READING:
            await self._app(scope, receive, send)
            return

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._note(scope, message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception:
            await self._note(scope, 500)
            raise

    async def _note(self, scope: Scope, status: int) -> None:
        caller: Caller | None = scope.get("state", {}).get("caller")
        action = getattr(scope.get("route"), "name", "")
        if not action or action in UNCHANGING or (caller is None and (self._door == "api" or status >= 400)):
            return
        client = scope.get("client")
        entry = partial(
            (await _audit_log(scope)).add,
            door=self._door,
            action=action,
            outcome=status,
            member_id=caller.id if caller else "",
            member=caller.name if caller else "",
            address=client[0] if client else "",
            object=scope.get("path_params") or {},
        )
        try:
            await in_thread(entry)
        except MediaAIError as exc:
            # What was done is done: to answer otherwise would have it done again.
            log.error("%s by %s (%d) is not in the audit log: %s", action, caller, status, exc.message)


async def _audit_log(scope: Scope) -> AuditLog:
    found = scope["app"].dependency_overrides.get(services.database, services.database)
    return AuditLog(await found())
