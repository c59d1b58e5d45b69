"""What is known of a source's videos beside the videos: from their paths, from a table, from files that lie beside them."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from media_ai.errors import InputError
from media_ai.media.text_encoding import clean_text
from media_ai.model.run import LONGEST_TITLE
from media_ai.sources.listing import Listing
from media_ai.sources.schema import Source, input_fields

ReadText = Callable[[str, str], str]
"""Returns the text of a small file: its address, and what it is for messages."""

_PATIENCE_S = 1.0


class Metadata:
    """Finds what is known of the videos of one look at a source."""

    def __init__(self, source: Source, listing: Listing, read: ReadText) -> None:
        self._source = source
        self._listing = listing
        self._read = read

    def of(self, key: str) -> dict[str, Any]:
        """
        Return fields of RunInput for a video.

        Raises:
            InputError: The path does not fit the rule, the file beside it is missing or broken, or the table has no line of it.
        """
        rule = self._source.metadata
        fields: dict[str, Any] = {"metadata": {}}
        if rule.path is not None:
            _merge(fields, input_fields(self._from_path(rule.path, key)))
        if rule.table is not None:
            _merge(fields, input_fields(self._from_table(key)))
        if rule.sidecar:
            _merge(fields, self._from_sidecar(key))
        if fields.get("title"):
            fields["title"] = str(fields["title"])[:LONGEST_TITLE]
        return fields

    def _from_path(self, pattern: str, key: str) -> dict[str, str]:
        import regex

        try:
            found = regex.compile(pattern).match(key, timeout=_PATIENCE_S)
        except TimeoutError:
            raise InputError(f"Matching the path '{key[:200]}' takes too long; make the pattern simpler.") from None
        if found is None:
            raise InputError(f"The path '{key[:200]}' does not fit the pattern {pattern[:200]}.")
        return {name: value for name, value in found.groupdict().items() if value}

    @cached_property
    def _table(self) -> Mapping[str, dict[str, str]]:
        address = str(self._source.metadata.table)
        text = self._read(
            address if "://" in address or address.startswith("/") else self._source.address(address), "table"
        )
        reader = csv.DictReader(io.StringIO(text, newline=""))
        if "file" not in (reader.fieldnames or ()):
            raise InputError(f"The table '{address}' has no column 'file', with each video's path below the location.")
        return {row["file"]: row for row in reader if row["file"]}

    def _from_table(self, key: str) -> dict[str, str]:
        row = self._table.get(key)
        if row is None:
            raise InputError(f"The table '{self._source.metadata.table}' has no line for '{key[:200]}'.")
        # A line with too many cells has the rest under None; one with too few has None as values.
        return {str(name): value for name, value in row.items() if name and name != "file" and isinstance(value, str)}

    def _from_sidecar(self, key: str) -> dict[str, Any]:
        name = self._listing.beside(key, (".json",))
        if name is None:
            raise InputError(f"'{key[:200]}' has no file beside it that ends in .json; it waits for one.")
        try:
            data = json.loads(self._read(self._source.address(name), "metadata file"))
        except ValueError as exc:
            raise InputError(f"'{name[:200]}' is not JSON: {exc}.") from None
        if not isinstance(data, dict):
            raise InputError(f"'{name[:200]}' holds no JSON object.")
        texts = {_text(field): _text(value) for field, value in data.items() if value is not None}
        given = texts.pop("metadata", None)
        fields = input_fields(texts)
        if given is not None and isinstance(data["metadata"], dict):
            fields["metadata"] |= {_text(field): _text(value) for field, value in data["metadata"].items()}
        return fields


def _merge(fields: dict[str, Any], more: Mapping[str, Any]) -> None:
    metadata = {**fields["metadata"], **more["metadata"]}
    fields.update(more)
    fields["metadata"] = metadata


def _text(value: object) -> str:
    # JSON can say what no database can hold.
    return clean_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
