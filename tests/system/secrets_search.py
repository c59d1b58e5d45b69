"""Looks for secrets in everything that a running system has written or answers."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

_BEGIN, _EQUALS = r"(?:[?&;]|%3F|%26|\\u003f|\\u0026)", r"(?:=|%3D|\\u003d)"
SIGNED = (rf"x-oss-signature{_EQUALS}", rf"{_BEGIN}(?:Signature|auth_key){_EQUALS}", rf"OSSAccessKeyId{_EQUALS}")
"""Parts of signed addresses, also as JSON and other addresses spell them."""
_ALWAYS = ("logs", "artifacts", "run")
"""Folders that a system has once a task has run."""
_SOMETIMES = ("bundles", "uploads", "cache")


def pattern_of(secrets: Sequence[str]) -> re.Pattern[str]:
    """Return what finds any of the secrets, or a signed address."""
    signed = [f"(?i:{part})" for part in SIGNED]
    return re.compile("|".join([*map(re.escape, secrets), *signed]))


def places_with(system: Any, secrets: Sequence[str], metadata_url: str) -> list[str]:
    """Return where any of the secrets, or a signed address, can be read: files, tables of both databases."""
    pattern = pattern_of(secrets)
    return [
        *in_files(system.home, pattern),
        *_in_tables(system.settings.catalog_url, pattern),
        *_in_tables(metadata_url, pattern),
    ]


def in_files(home: Path, pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield where a pattern is in the files of a home; a folder that must be there and is not, or is empty, is an error."""
    for folder in (*_ALWAYS, *_SOMETIMES):
        files = [path for path in (home / folder).rglob("*") if path.is_file()]
        assert files or folder in _SOMETIMES, f"Nothing was searched: '{folder}' of the home has no files."
        for path in files:
            if found := pattern.search(path.read_bytes().decode("utf-8", "replace")):
                yield f"{path.relative_to(home)}: {found.group()}"


def _in_tables(url: str, pattern: re.Pattern[str]) -> Iterator[str]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    query = "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT LIKE 'pg%' AND table_schema <> 'information_schema'"
    rows = 0
    try:
        with engine.connect() as connection:
            for schema, table in connection.execute(text(query)).all():
                for (row,) in connection.execute(text(f'SELECT t::text FROM "{schema}"."{table}" t')):
                    rows += 1
                    if found := pattern.search(row):
                        yield f"{schema}.{table}: {found.group()}"
    finally:
        engine.dispose()
    assert rows, "Nothing was searched: no table has a row."
