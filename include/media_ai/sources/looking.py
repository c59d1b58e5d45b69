"""One look at a source: what is new, changed, renamed or gone since it was last seen."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from media_ai.catalog.source_items import Known, SourceItems
from media_ai.errors import InputError
from media_ai.model.run import RunInput
from media_ai.sources.listing import SETTLED_S, Found, Listing
from media_ai.sources.metadata import Metadata
from media_ai.sources.schema import Source, Window
from media_ai.tasks.create import SUBTITLE_ENDINGS, parse_input


@dataclass(frozen=True, kw_only=True)
class Look:
    """
    What a look has found in its window.

    Attributes:
        listed: Files that the source's patterns take, of any time.
        known: Those in the window that were seen before.
        fresh: Those that may still be written; a later look takes them.
        new: A task is to be started for each, in the order of their change.
        renamed: Those that were seen under another name, which is not there any more.
        back: Those that were gone for a while, and had been started before.
        refused: Those that no task can be started for, each with its reason.
        overwritten: Contents that another content has replaced.
        deleted: Files that are not there any more.
    """

    listed: int
    known: int
    fresh: int
    new: tuple[dict[str, Any], ...]
    renamed: tuple[dict[str, Any], ...]
    back: tuple[dict[str, Any], ...]
    refused: tuple[dict[str, Any], ...]
    overwritten: tuple[tuple[str, str], ...]
    deleted: tuple[tuple[str, str], ...]

    def counts(self) -> dict[str, int]:
        """Return how many there are of each."""
        found = {name: getattr(self, name) for name in ("listed", "known", "fresh")}
        others = ("new", "renamed", "back", "refused", "overwritten", "deleted")
        return found | {name: len(getattr(self, name)) for name in others}


def look(
    source: Source,
    listing: Listing,
    known: Mapping[tuple[str, str], Known],
    metadata: Metadata,
    window: Window,
    *,
    interval_start: datetime | None,
    now: datetime | None = None,
) -> Look:
    """
    Compare what lies at the location with what is known; nothing is changed.

    Args:
        source: The source.
        listing: All that lies there.
        known: What is recorded of it.
        metadata: Finds what is known of each video.
        window: When files must have changed to be taken.
        interval_start: Beginning of the interval that looks, which is recorded with what is found.
        now: The time; for tests.
    """
    moment = (now or datetime.now(UTC)).timestamp()
    start, end = window.start.timestamp(), window.end.timestamp()
    there = {source.address(file.key): file for file in listing.videos}
    inside = sorted(
        (file for file in listing.videos if start <= file.modified < end), key=lambda file: (file.modified, file.key)
    )
    lost = _Lost(known, there)
    taken = {item.video_id: address for (address, _), item in known.items() if not item.is_gone and item.video_id}
    sorted_out = _SortedOut()
    for file in inside:
        address = source.address(file.key)
        seen = known.get((address, file.etag))
        if seen is not None and not seen.is_gone and seen.state != "refused":
            sorted_out.known += 1
        elif seen is not None and seen.state in {"started", "renamed"}:
            sorted_out.add(_row(address, file, interval_start) | {"state": "started"})
        elif moment - file.modified < SETTLED_S:
            sorted_out.fresh += 1
        else:
            row = _row(address, file, interval_start)
            sorted_out.add(_complete(row, source, listing, metadata, taken, seen, lost.by_content(file)))
    return Look(
        listed=len(listing.videos),
        known=sorted_out.known,
        fresh=sorted_out.fresh,
        new=tuple(sorted_out.rows["waiting"]),
        renamed=tuple(sorted_out.rows["renamed"]),
        back=tuple(sorted_out.rows["started"]),
        refused=tuple(sorted_out.rows["refused"]),
        overwritten=tuple(lost.overwritten()),
        deleted=tuple(lost.deleted()),
    )


def record(items: SourceItems, found: Look) -> None:
    """Record what a look has found."""
    # What is gone first: a name that is free again may be taken by what is new.
    items.gone(found.overwritten, "overwritten")
    items.gone(found.deleted, "deleted")
    items.record([*found.new, *found.renamed, *found.back, *found.refused])


class _SortedOut:
    def __init__(self) -> None:
        self.known = 0
        self.fresh = 0
        self.rows: dict[str, list[dict[str, Any]]] = {"waiting": [], "renamed": [], "refused": [], "started": []}

    def add(self, row: dict[str, Any]) -> None:
        self.rows[row["state"]].append(row)


class _Lost:
    """Contents that are recorded and not there any more."""

    def __init__(self, known: Mapping[tuple[str, str], Known], there: Mapping[str, Found]) -> None:
        self._replaced: list[tuple[str, str]] = []
        self._missing: dict[tuple[str, str], Known] = {}
        for (address, etag), item in known.items():
            if item.is_gone:
                continue
            now = there.get(address)
            if now is None:
                self._missing[address, etag] = item
            elif now.etag != etag:
                self._replaced.append((address, etag))
        self._by_content = {
            (etag, item.size): (address, item)
            for (address, etag), item in self._missing.items()
            if item.state in {"started", "renamed"}
        }

    def by_content(self, file: Found) -> tuple[str, Known] | None:
        """Return what is gone and has a file's content."""
        return self._by_content.get((file.etag, file.size))

    def overwritten(self) -> Iterable[tuple[str, str]]:
        return self._replaced

    def deleted(self) -> Iterable[tuple[str, str]]:
        return self._missing


def _row(address: str, file: Found, interval_start: datetime | None) -> dict[str, Any]:
    return {
        "address": address,
        "etag": file.etag,
        "size": file.size,
        "modified_at": datetime.fromtimestamp(file.modified, UTC),
        "interval_start": interval_start,
        "state": "waiting",
        "reason": "",
        "video_id": "",
        "input": {},
        "dag_id": "",
        "run_id": "",
    }


def _complete(
    row: dict[str, Any],
    source: Source,
    listing: Listing,
    metadata: Metadata,
    taken: dict[str, str],
    seen: Known | None,
    old: tuple[str, Known] | None,
) -> dict[str, Any]:
    if old is not None:
        was, item = old
        run = {"dag_id": item.dag_id, "run_id": item.run_id, "video_id": item.video_id}
        return row | run | {"state": "renamed", "reason": f"It was {was}."}
    address = row["address"]
    key = address[len(source.location) :]
    try:
        run_input = _input(address, key, source, listing, metadata)
        video_id = run_input.asset().video_id
        if taken.setdefault(video_id, address) != address:
            raise InputError(f"Its video id '{video_id}' is that of '{taken[video_id]}'.")
    except InputError as exc:
        return row | {"state": "refused", "reason": exc.message[:2000]}
    return row | {
        "video_id": video_id,
        "input": run_input.model_dump(mode="json", exclude_none=True),
        "dag_id": source.workflow,
        "run_id": run_id_of(video_id, address, row["etag"]),
    }


def _input(address: str, key: str, source: Source, listing: Listing, metadata: Metadata) -> RunInput:
    subtitles = listing.beside(key, SUBTITLE_ENDINGS)
    given = {"video": address, **({"subtitles": source.address(subtitles)} if subtitles else {})}
    return parse_input({**metadata.of(key), **given})


def run_id_of(video_id: str, address: str, etag: str) -> str:
    """Return the id of the run over a content of a file: the same content never starts a second one."""
    return f"{video_id}__source_{hashlib.sha256(f'{address}@{etag}'.encode()).hexdigest()[:16]}"
