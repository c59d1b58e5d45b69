"""What goes over the wire while a call is made: status, error code and the names of fields, never a value."""

import base64
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import httpx
import requests

_TOLD = ("accept-ranges", "content-md5", "content-range", "content-type", "etag", "last-modified", "x-oss-")
"""Beginnings of the headers that are part of what a service says."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """
    One answer of a service.

    `fields` are paths such as "Error.Code", "output.choices[].message" and "header etag"; "output.choices[]" itself is there if
    the list holds anything.
    """

    status: int
    code: str
    fields: frozenset[str]

    def beyond(self, other: "Answer") -> list[str]:
        """Return the fields that the other answer lacks; what is in lists counts only where both hold something."""
        return sorted(
            field for field in self.fields - other.fields if not any(map(other._has_empty, _lists_around(field)))
        )

    def _has_empty(self, name: str) -> bool:
        return name.removesuffix("[]") in self.fields and name not in self.fields


@contextmanager
def recorded() -> Iterator[list[Answer]]:
    """Give the list in which the answers of all calls inside appear, in their order."""
    seen: list[Answer] = []
    by_requests, by_httpx = requests.Session.send, httpx.Client.send

    def send(self: Any, request: Any, **more: Any) -> Any:
        answer = by_requests(self, request, **more)
        seen.append(answer_of(answer.status_code, answer.headers, answer.content))
        return answer

    def send_httpx(self: Any, request: Any, **more: Any) -> Any:
        answer = by_httpx(self, request, **more)
        seen.append(answer_of(answer.status_code, answer.headers, answer.read()))
        return answer

    with patch.object(requests.Session, "send", send), patch.object(httpx.Client, "send", send_httpx):
        yield seen


def answer_of(status: int, headers: Any, body: bytes) -> Answer:
    """Return what an answer is made of."""
    document = _parsed(body or base64.b64decode(headers.get("x-oss-err", "")))
    fields = {f"header {name.lower()}" for name in headers if name.lower().startswith(_TOLD)}
    return Answer(status=status, code=_code(document), fields=frozenset(fields | set(_paths(document))))


def _parsed(body: bytes) -> Any:
    """Return JSON as it is, XML as nested objects, anything else as nothing."""
    try:
        return json.loads(body)
    except ValueError:
        pass
    try:
        root = ET.fromstring(body)
    except ET.ParseError:
        return None
    return {root.tag: _of_xml(root)}


def _of_xml(element: ET.Element) -> Any:
    # Elements that are repeated are merged: XML does not say what is a list.
    found: dict[str, Any] = {}
    for child in element:
        name, value = child.tag.rpartition("}")[2], _of_xml(child)
        old = found.get(name)
        found[name] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return found or element.text


def _code(document: Any) -> str:
    if not isinstance(document, dict):
        return ""
    inner = document.get("Error") or document.get("error")
    of_inner = (inner.get("Code") or inner.get("code")) if isinstance(inner, dict) else None
    return str(of_inner or document.get("Code") or document.get("code") or "")


def _paths(document: Any, before: str = "") -> Iterator[str]:
    if isinstance(document, dict):
        for name, value in document.items():
            path = f"{before}.{name}" if before else str(name)
            yield path
            yield from _paths(value, path)
    elif isinstance(document, list):
        for value in document:
            yield f"{before}[]"
            yield from _paths(value, f"{before}[]")


def _lists_around(field: str) -> list[str]:
    return [field[: at + 2] for at in range(len(field)) if field.startswith("[]", at)]
