"""Answers of services without the signatures that their addresses carry: who has one reads the file, so none is kept or shown."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

# JSON inside of a text escapes letters and slashes: \u89c6, \/.
_LETTER = r"(?:[^\s\"'\\<>]|\\u[0-9a-fA-F]{4}|\\/)"
# The address before it may have any scheme or none, so only the query is looked for: one pass, however long the text.
_QUERY = re.compile(rf"\?({_LETTER}*+)")
_ESCAPED = re.compile(r"\\u00([2-7][0-9a-f])", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"(?:^|[&;,:?])(?:Signature|OSSAccessKeyId|x-oss-[\w-]*|security-token|auth_?key|token|Expires|MtsHlsUriToken"
    r"|sign|wsSecret)=",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"(?:secret|password|passphrase|playauth|uploadauth|plaintext|appsign"
    r"|(?:secret|auth|play|encrypt|decrypt|private|stream|license)key|(?:security|auth|access)token|auth(?:orization)?code)\d*$"
    r"|^(?:token|license)$"
)
_NAMED = (("ArgName", "ArgValue"), ("Name", "Value"), ("Key", "Value"))
"""How answers write a pair whose name is data."""
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
KEPT_BACK = "(not kept)"


def unsigned(data: Any) -> Any:
    """
    Return JSON data that may be kept: addresses end before their signature, also inside of texts, other credentials are gone.

    Halves of characters, which JSON can hold and no store can, are replaced.
    """
    if isinstance(data, Mapping):
        secret = {value for name, value in _NAMED if is_secret(str(data.get(name, "")))}
        return {
            name: KEPT_BACK if (name in secret or is_secret(name)) and value not in (None, "") else unsigned(value)
            for name, value in data.items()
        }
    if isinstance(data, list | tuple):
        return [unsigned(value) for value in data]
    return _LONE_SURROGATE.sub("\ufffd", without_signatures(data)) if isinstance(data, str) else data


def is_secret(name: str) -> bool:
    """Tell whether what has this name in an answer is a credential; NextToken and its like are none."""
    return bool(_SECRET.search(re.sub(r"[_-]", "", name).lower()))


def without_signatures(text: str) -> str:
    """Return a text whose signed addresses end before the query."""
    return _QUERY.sub(lambda found: "" if is_signed(found[1]) else found.group(), text)


def is_signed(query: str) -> bool:
    """Tell whether the query of an address lets its holder in."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), query)
    return bool(_SIGNATURE.search(unquote(plain)))
