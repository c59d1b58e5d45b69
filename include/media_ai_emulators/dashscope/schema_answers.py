"""A value that satisfies a JSON Schema, always the same for the same request."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_DEEPEST = 12
_LONGEST_LIST = 8
_ORDINALS = ("index", "frame", "number", "picture", "image", "no")
_TIMES = ("start", "time", "second", "begin", "from", "end", "until")


@dataclass(frozen=True, kw_only=True)
class Known:
    """What an answer may say: a sentence about the request, and the times (seconds) that were marked in it."""

    sentence: str
    times: tuple[float, ...]


class SchemaAnswer:
    """Builds a value; a list has an item for each marked time, and numbers named like a time get that time."""

    def __init__(self, schema: dict[str, Any], known: Known) -> None:
        self._root = schema
        self._known = known

    def value(self) -> Any:
        """Return the value of the whole schema."""
        return self._of(self._root, "answer", 0, 0)

    def _of(self, schema: Any, name: str, at: int, depth: int) -> Any:
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return None
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][at % len(schema["enum"])]
        kind = _kind(schema)
        makers: dict[str, Callable[[], Any]] = {
            "object": lambda: self._object(schema, at, depth),
            "array": lambda: self._array(schema, name, depth),
            "number": lambda: self._number(schema, name, at, is_whole=False),
            "integer": lambda: self._number(schema, name, at, is_whole=True),
            "boolean": lambda: True,
            "null": lambda: None,
        }
        return makers[kind]() if kind in makers else self._text(schema, name, at)

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        for _ in range(_DEEPEST):
            if "$ref" in schema:
                schema = self._referred(schema["$ref"])
                continue
            for several in ("anyOf", "oneOf"):
                if schema.get(several):
                    options = [option for option in schema[several] if option.get("type") != "null"]
                    schema = (options or schema[several])[0]
                    break
            else:
                break
        merged = dict(schema)
        for part in schema.get("allOf", ()):
            found = self._resolved(part)
            merged = {**merged, **found, "properties": {**merged.get("properties", {}), **found.get("properties", {})}}
        return merged

    def _referred(self, pointer: str) -> dict[str, Any]:
        found: Any = self._root
        for part in pointer.removeprefix("#/").split("/"):
            found = found.get(part.replace("~1", "/").replace("~0", "~"), {}) if isinstance(found, dict) else {}
        return found if isinstance(found, dict) else {}

    def _object(self, schema: dict[str, Any], at: int, depth: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        answer = {name: self._of(part, name, at, depth + 1) for name, part in properties.items()}
        for name in schema.get("required", ()):
            answer.setdefault(name, self._known.sentence)
        return answer

    def _array(self, schema: dict[str, Any], name: str, depth: int) -> list[Any]:
        wanted = max(schema.get("minItems", 0), min(len(self._known.times), _LONGEST_LIST), 1)
        count = min(wanted, schema.get("maxItems", wanted))
        items = schema.get("items", {"type": "string"})
        if "prefixItems" in schema:
            return [self._of(part, name, at, depth + 1) for at, part in enumerate(schema["prefixItems"])]
        return [self._of(items, name.removesuffix("s"), at, depth + 1) for at in range(count)]

    def _number(self, schema: dict[str, Any], name: str, at: int, *, is_whole: bool) -> float | int:
        lowest = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1 if "exclusiveMinimum" in schema else None)
        highest = schema.get("maximum", schema.get("exclusiveMaximum"))
        value: float = at
        if any(word in name.lower() for word in _ORDINALS) and is_whole:
            value = at + (lowest or 0)
        elif any(word in name.lower() for word in _TIMES) or name.lower().endswith("_s"):
            value = self._time(at + 1 if "end" in name.lower() or "until" in name.lower() else at)
        elif highest is not None:
            value = highest
        if lowest is not None:
            value = max(value, lowest)
        if highest is not None:
            value = min(value, highest)
        return int(value) if is_whole else value

    def _time(self, at: int) -> float:
        times = self._known.times
        if at < len(times):
            return times[at]
        return times[-1] + float(at - len(times) + 1) if times else float(at)

    def _text(self, schema: dict[str, Any], name: str, at: int) -> str:
        text = f"Emulated {name} {at + 1}: {self._known.sentence}"
        return text[: schema.get("maxLength", len(text))].ljust(schema.get("minLength", 0), ".")


def _kind(schema: dict[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if kind is None:
        kind = "object" if "properties" in schema else "array" if "items" in schema else "string"
    return str(kind)
