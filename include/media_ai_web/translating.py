"""Words for people that the server has, in the reader's language: a table from English, and English where it has none."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Header

_TABLES = Path(__file__).with_name("translations")
_WORDS = ("title", "description", "help", "category")
"""Keys whose texts are for people."""


def language(accept_language: Annotated[str, Header(max_length=200)] = "") -> str:
    """Return the language of the answer: the first of Accept-Language that there are words in, else English."""
    for part in accept_language.split(","):
        tag = part.split(";")[0].strip().lower().partition("-")[0]
        if tag == "en" or tag in languages():
            return tag
    return "en"


Language = Annotated[str, Depends(language)]


@cache
def languages() -> frozenset[str]:
    """Return the languages that there is a table for."""
    return frozenset(path.stem for path in _TABLES.glob("*.json"))


@cache
def table(tag: str) -> Mapping[str, str]:
    """Return the words of a language by those in English."""
    found: dict[str, str] = json.loads((_TABLES / f"{tag}.json").read_text(encoding="utf-8"))
    return found


def translated(data: Any, tag: str) -> Any:
    """Return data with the titles, descriptions, helps and categories in it in a language."""
    if tag not in languages():
        return data
    words = table(tag)

    def inside(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: inside(item, name) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [inside(item) for item in value]
        if key in _WORDS and isinstance(value, str):
            # Of a long help the first paragraph has words of its own.
            first, rest = value.partition("\n\n")[0], value.partition("\n\n")[1:]
            return words.get(value) or "".join((words.get(first, first), *rest))
        return value

    return inside(data)
