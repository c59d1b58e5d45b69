"""Answers of services without the signatures that their addresses carry: who has one reads the file, so none is kept or shown."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

# JSON inside of a text escapes letters and slashes: \u89c6, \/.
_LETTER = r"(?:[^\s\"'\\<>?]|\\u[0-9a-fA-F]{4}|\\/)"
_SIGNED = re.compile(
    rf"(?P<place>(?:https?|rtmps?):(?:\\?/){{2}}{_LETTER}+)\?(?P<query>(?:{_LETTER}|\?)*)", re.IGNORECASE
)
_SIGNATURE = re.compile(
    r"(?:^|[&;])(?:Signature|OSSAccessKeyId|x-oss-[\w-]*|security-token|auth_?key|token|Expires|MtsHlsUriToken)=",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"(?:^|_)(?:playauth|uploadauth|accesskeysecret|secret(?:key)?|securitytoken|authtoken|plaintext|authkey|password)$",
    re.IGNORECASE,
)
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
KEPT_BACK = "(not kept)"


def unsigned(data: Any) -> Any:
    """
    Return JSON data that may be kept: addresses end before their signature, also inside of texts, other credentials are gone.

    Halves of characters, which JSON can hold and no store can, are replaced.
    """
    if isinstance(data, Mapping):
        return {
            name: KEPT_BACK if _SECRET.search(name) and value not in (None, "") else unsigned(value)
            for name, value in data.items()
        }
    if isinstance(data, list | tuple):
        return [unsigned(value) for value in data]
    return _LONE_SURROGATE.sub("\ufffd", without_signatures(data)) if isinstance(data, str) else data


def without_signatures(text: str) -> str:
    """Return a text whose signed addresses end before the query."""
    return _SIGNED.sub(lambda found: found["place"] if is_signed(found["query"]) else found.group(), text)


def is_signed(query: str) -> bool:
    """Tell whether the query of an address lets its holder in."""
    return bool(_SIGNATURE.search(unquote(query).replace("\\u0026", "&")))
