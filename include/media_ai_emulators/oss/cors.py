"""
Cross-origin rules of a bucket: which pages a browser may let speak to it. They are kept as long as the emulator runs.

Source: https://www.alibabacloud.com/help/en/oss/user-guide/cors-12
"""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from fnmatch import fnmatchcase

from starlette.responses import Response

from media_ai_emulators.oss import xml
from media_ai_emulators.oss.errors import refusal
from media_ai_emulators.oss.request import OssRequest
from media_ai_emulators.oss.storage import Storage


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Who may do what; `*` in an origin or a header is any text."""

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...]
    exposed: tuple[str, ...]

    def allows(self, origin: str, method: str, headers: tuple[str, ...] = ()) -> bool:
        """Tell whether a page may send a request."""
        return (
            method in self.methods
            and any(fnmatchcase(origin, known) for known in self.origins)
            and all(any(fnmatchcase(name, known.lower()) for known in self.headers) for name in headers)
        )

    def answer(self, origin: str) -> dict[str, str]:
        """Return the headers that let the browser hand an answer to its page."""
        headers = {"access-control-allow-origin": origin, "vary": "Origin"}
        return headers | ({"access-control-expose-headers": ", ".join(self.exposed)} if self.exposed else {})


async def put_rules(storage: Storage, request: OssRequest) -> Response:
    """Replace the rules of a bucket."""
    root = xml.parse(await request.http.body(), "CORSConfiguration")
    storage.buckets.get(request.bucket).cors = tuple(
        Rule(
            origins=_texts(node, "AllowedOrigin"),
            methods=_texts(node, "AllowedMethod"),
            headers=_texts(node, "AllowedHeader"),
            exposed=_texts(node, "ExposeHeader"),
        )
        for node in root.findall("CORSRule")
    )
    return Response()


async def delete_rules(storage: Storage, request: OssRequest) -> Response:
    """Remove the rules of a bucket."""
    storage.buckets.get(request.bucket).cors = ()
    return Response(status_code=204)


def preflight(storage: Storage, request: OssRequest) -> Response:
    """
    Answer a browser that asks whether its page may send a request.

    Raises:
        Refusal: No rule of the bucket allows it.
    """
    origin = request.headers.get("origin", "")
    method = request.headers.get("access-control-request-method", "")
    asked = request.headers.get("access-control-request-headers", "").lower()
    headers = tuple(name.strip() for name in asked.split(",") if name.strip())
    for rule in storage.buckets.get(request.bucket).cors:
        if rule.allows(origin, method, headers):
            allowed = {"access-control-allow-methods": method, "access-control-allow-headers": asked}
            return Response(headers=rule.answer(origin) | {name: text for name, text in allowed.items() if text})
    raise refusal(403, "AccessForbidden", "CORSResponse: This CORS request is not allowed.")


def headers_for(storage: Storage, request: OssRequest) -> dict[str, str]:
    """Return what an answer says to the browser; nothing where no page asks, or none of the rules is for it."""
    origin = request.headers.get("origin")
    if not origin or not storage.buckets.has(request.bucket):
        return {}
    rules = storage.buckets.get(request.bucket).cors
    return next((rule.answer(origin) for rule in rules if rule.allows(origin, request.method)), {})


def _texts(node: ET.Element, name: str) -> tuple[str, ...]:
    return tuple((found.text or "").strip() for found in node.findall(name))
