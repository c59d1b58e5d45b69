"""The table of OSS operations: which one a request means, and the function that answers it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from media_ai_emulators.oss.request import OssRequest
from media_ai_emulators.oss.storage import Storage

Handler = Callable[[Storage, OssRequest], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An operation. `has` are query parameters and headers that must all be there."""

    name: str
    method: str
    is_object: bool
    has: tuple[str, ...] = ()
    handler: Handler | None = None

    def matches(self, request: OssRequest) -> bool:
        """Tell whether a request means this operation."""
        is_object = bool(request.key)
        return (
            self.method == request.method
            and self.is_object == is_object
            and all(name in request.params or name in request.headers for name in self.has)
        )
