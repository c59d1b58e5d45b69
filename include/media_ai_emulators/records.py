"""Small JSON records on disk, one file each, that survive a restart."""

import json
import os
import uuid
from pathlib import Path
from typing import Any

Record = dict[str, Any]


class Records:
    """
    A dictionary of records, written through to a folder. Ids become file names, so they are made here or checked by the caller.

    Used from one event loop; records are read whole at the start.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._records: dict[str, Record] = {
            path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")
        }

    def get(self, record_id: str) -> Record | None:
        """Return a record, or None."""
        return self._records.get(record_id)

    def all(self) -> list[tuple[str, Record]]:
        """Return every (id, record), the oldest first as their "created" says."""
        return sorted(self._records.items(), key=lambda item: (item[1].get("created", 0), item[0]))

    def put(self, record_id: str, record: Record) -> Record:
        """Store a record."""
        self._records[record_id] = record
        draft = self._folder / f"{uuid.uuid4().hex}.tmp"
        draft.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        os.replace(draft, self._folder / f"{record_id}.json")
        return record

    def delete(self, record_id: str) -> None:
        """Remove a record, if it is there."""
        if self._records.pop(record_id, None) is not None:
            (self._folder / f"{record_id}.json").unlink(missing_ok=True)
