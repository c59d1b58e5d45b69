"""Input that nobody means, for every operation of an OpenAPI document: nearly right, of wrong types, or anything at all."""

from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

ODD_TEXT = st.sampled_from(
    ["", " ", ".", "..", "%", "%2e%2e", "'; DROP TABLE runs; --", "\\", "a/b", "~", "\x00", "\ud800", "𓀀" * 50, "x" * 300,
     "NaN", "-1", "null", "[]", "{}", "2024-13-45", "x1", "w", "\u202e", "<script>", "${jndi}", "{{ 1 }}"]
) | st.text(max_size=20)  # fmt: skip
ODD_NUMBERS = st.sampled_from([0, -1, 1, 2**31, 2**63, 2**64, 10**400, 1e308, -0.0, 0.5, True])
ODD_JSON = st.recursive(
    st.none() | st.booleans() | ODD_NUMBERS | ODD_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ODD_TEXT, inner, max_size=4),
    max_leaves=10,
)


def value_of(  # noqa: PLR0911
    schema: dict[str, Any], document: dict[str, Any], depth: int = 0
) -> st.SearchStrategy[Any]:
    """Return values that a schema nearly allows."""
    if depth > 6:
        return st.just({})
    if "$ref" in schema:
        return value_of(document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], document, depth + 1)
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]]) | ODD_TEXT
    if parts := [part for several in ("anyOf", "oneOf", "allOf") for part in schema.get(several, [])]:
        return st.one_of(*(value_of(part, document, depth + 1) for part in parts))
    if schema.get("type") == "object":
        return _object(schema, document, depth)
    if schema.get("type") == "array":
        return st.lists(value_of(schema.get("items", {}), document, depth + 1), max_size=3)
    return _PLAIN.get(schema.get("type"), ODD_JSON)


_PLAIN = {
    "integer": st.integers(-3, 70) | ODD_NUMBERS,
    "number": st.integers(-3, 70) | ODD_NUMBERS,
    "boolean": st.booleans(),
    "string": ODD_TEXT,
}


def _object(schema: dict[str, Any], document: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    known = {name: value_of(part, document, depth + 1) for name, part in schema.get("properties", {}).items()}
    if not known:
        return st.dictionaries(ODD_TEXT, ODD_JSON, max_size=3)
    required = {name: known[name] for name in schema.get("required", [])}
    optional = {name: part for name, part in known.items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional | {"odd": ODD_JSON})


@st.composite
def requests(draw: st.DrawFn, document: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """Draw a request: method, address, and what httpx takes besides."""
    places = [(path, method) for path, item in document["paths"].items() for method in item]
    path, method = draw(st.sampled_from(places))
    operation = document["paths"][path][method]
    more: dict[str, Any] = {"params": {}, "headers": {}}
    for parameter in operation.get("parameters", []):
        value = draw(value_of(parameter["schema"], document) if draw(st.booleans()) else ODD_TEXT)
        text = str(value).encode("utf-8", "replace").decode()
        if parameter["in"] == "path":
            # Airflow's own router finds no mounted application for an address with a line end.
            one_line = " ".join(text.splitlines())
            path = path.replace("{" + parameter["name"] + "}", quote(one_line, safe="") or "%20")
        elif parameter["in"] == "query" and draw(st.booleans()):
            more["params"][parameter["name"]] = text
        elif parameter["in"] == "header" and draw(st.booleans()):
            plain = "".join(char for char in text if char.isprintable() and char.isascii()).strip()
            more["headers"][parameter["name"]] = plain
    if draw(st.booleans()):
        more["headers"]["Tus-Resumable"] = "1.0.0"
    content = operation.get("requestBody", {}).get("content", {})
    if schema := content.get("application/json", {}).get("schema"):
        more["json"] = draw(st.one_of(value_of(schema, document), value_of(schema, document), ODD_JSON))
    elif content or draw(st.integers(0, 9)) == 0:
        more["content"] = draw(st.binary(max_size=50))
        more["headers"]["content-type"] = draw(st.sampled_from(["application/offset+octet-stream", "text/html", "odd"]))
    return method, path, more
