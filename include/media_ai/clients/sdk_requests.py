"""The request models of the alibabacloud_* SDKs, which check nothing themselves: what a request takes, and what is wrong."""

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from media_ai.graph.address import did_you_mean

REFERENCE = "$."
"""Begins a text that stands for a value of an earlier answer."""
_REQUIRED_NOTE = "This parameter is required."
_ASSIGNMENT = re.compile(r"\s*self\.(\w+) = ")
_NAMES = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}


@dataclass(frozen=True, kw_only=True)
class RequestField:
    """One parameter: its name on the wire, its Python type, and whether the SDK's own comment says that it is required."""

    name: str
    type: Any
    is_required: bool


@cache
def fields_of(model: Any) -> Mapping[str, RequestField]:
    """Return the parameters of a request model, or the fields of one nested in it, by their names on the wire."""
    hints = {name: kind for name, kind in get_type_hints(model.__init__).items() if name != "return"}
    names, required = _wire_names(model), _required(model)
    return {
        wire: RequestField(name=wire, type=kind, is_required=attribute in required)
        for (attribute, kind), wire in zip(hints.items(), names, strict=True)
    }


def problems_of(
    model: Any, values: Mapping[str, Any], *, path: str = "", has_references: bool = False
) -> Iterator[str]:
    """
    Yield a sentence for each value that the model does not take; `path` leads to `values`.

    With references, a text such as "$.JobId" fits everywhere: what will be there instead is not known yet.
    """
    fields = fields_of(model)
    for name, value in values.items():
        if name not in fields:
            yield f"unknown parameter '{path}{name}'.{did_you_mean(name, fields)}"
        else:
            yield from _value_problems(fields[name].type, value, f"{path}{name}", has_references)
    for field in fields.values():
        if field.is_required and values.get(field.name) in (None, ""):
            yield f"parameter '{path}{field.name}' is missing; the service requires it."


def _value_problems(kind: Any, value: Any, path: str, has_references: bool) -> Iterator[str]:
    if has_references and isinstance(value, str) and value.startswith(REFERENCE):
        return
    if kind in _NAMES:
        yield from _scalar_problems(kind, value, path)
    elif get_origin(kind) is list:
        if not isinstance(value, list):
            yield f"parameter '{path}' must be a list, not {_seen(value)}."
            return
        for at, item in enumerate(value):
            yield from _value_problems(get_args(kind)[0], item, f"{path}[{at}]", has_references)
    elif get_origin(kind) is dict or isinstance(kind, type):
        yield from _object_problems(kind, value, path, has_references)


def _object_problems(kind: Any, value: Any, path: str, has_references: bool) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"parameter '{path}' must be an object, not {_seen(value)}."
    elif get_origin(kind) is dict:
        for key, item in value.items():
            yield from _value_problems(get_args(kind)[1], item, f"{path}.{key}", has_references)
    elif hasattr(kind, "from_map"):
        yield from problems_of(kind, value, path=f"{path}.", has_references=has_references)


def _scalar_problems(kind: type, value: Any, path: str) -> Iterator[str]:
    is_flag = isinstance(value, bool)
    fits = isinstance(value, int | float) and not is_flag if kind is float else isinstance(value, kind)
    if not fits or (is_flag and kind is not bool):
        hint = "; write its JSON as a text" if kind is str and isinstance(value, dict | list) else ""
        yield f"parameter '{path}' must be {_NAMES[kind]}, not {_seen(value)}{hint}."
    elif isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            yield f"parameter '{path}' holds half of a character (a lone surrogate), which cannot be sent."


def _seen(value: Any) -> str:
    known = {NoneType: "null", bool: str(value).lower(), dict: "an object", list: "a list"}
    if type(value) in known:
        return known[type(value)]
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _wire_names(model: Any) -> list[str]:
    """Return the names on the wire in the order of the arguments: those that `from_map` looks for, each once."""
    asked: list[str] = []

    class Recorder(dict[str, Any]):
        def __bool__(self) -> bool:
            return True

        def get(self, key: str, default: Any = None) -> None:
            if key not in asked:
                asked.append(key)

    model().from_map(Recorder())
    return asked


def _required(model: Any) -> frozenset[str]:
    """Return the arguments whose comment says that they are required; none where the source is not installed."""
    try:
        lines = inspect.getsource(model.__init__).splitlines()
    except (OSError, TypeError):
        return frozenset()
    required, is_noted = set(), False
    for line in lines:
        if found := _ASSIGNMENT.match(line):
            if is_noted:
                required.add(found[1])
            is_noted = False
        elif _REQUIRED_NOTE in line:
            is_noted = True
    return frozenset(required)
