"""Looks for secrets in everything that a running system has written or answers."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

SIGNED = (r"x-oss-signature=", r"[?&]Signature=", r"OSSAccessKeyId=")
"""Parts of signed addresses."""
_KEPT_SECRET = {"connection", "variable"}
"""Airflow's tables whose values are encrypted; their texts are searched as they are stored."""


def places_with(system: Any, secrets: Sequence[str], metadata_url: str) -> list[str]:
    """Return where any of the secrets, or a signed address, can be read: files, tables of both databases."""
    pattern = re.compile("|".join([*map(re.escape, secrets), *SIGNED]))
    return [
        *_files(system.home, pattern),
        *_tables(system.settings.catalog_url, pattern),
        *_tables(metadata_url, pattern),
    ]


def _files(home: Path, pattern: re.Pattern[str]) -> Iterator[str]:
    for folder in ("logs", "artifacts", "bundles", "run", "uploads", "cache"):
        for path in (home / folder).rglob("*"):
            if path.is_file() and (found := pattern.search(path.read_bytes().decode("utf-8", "replace"))):
                yield f"{path.relative_to(home)}: {found.group()}"


def _tables(url: str, pattern: re.Pattern[str]) -> Iterator[str]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    query = "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT LIKE 'pg%' AND table_schema <> 'information_schema'"
    try:
        with engine.connect() as connection:
            for schema, table in connection.execute(text(query)).all():
                for (row,) in connection.execute(text(f'SELECT t::text FROM "{schema}"."{table}" t')):
                    if found := pattern.search(row):
                        yield f"{schema}.{table}: {found.group()}"
    finally:
        engine.dispose()
