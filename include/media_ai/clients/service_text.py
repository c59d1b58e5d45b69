"""
Texts as IMS and VOD take them: limits are in bytes of UTF-8, and what is cut is said.

Nothing is cut inside of what a reader sees as one character (an extended grapheme cluster, Unicode Standard Annex 29): emoji
families, flags and letters with their marks stay whole or are left out.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from media_ai.errors import InputError

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_REFERENCE_ID = re.compile(r"[A-Za-z0-9_-]{6,64}")
_ELLIPSIS = "…"


@dataclass(frozen=True)
class Clipped:
    """
    A text within a limit.

    Attributes:
        text: In Unicode's composed form (NFC).
        dropped: Bytes of the text that were cut off; 0 is none.
        replaced: Halves of characters (lone surrogates) that became "?".
    """

    text: str
    dropped: int
    replaced: int = 0

    def notice(self, name: str, limit: int) -> str | None:
        """Return what the reader of `name` should know, or None if nothing was lost."""
        said = []
        if self.dropped:
            said.append(f"was shortened by {self.dropped} bytes to the {limit} that the service takes")
        if self.replaced:
            said.append(f"held {self.replaced} broken characters, which became '?'")
        return f"{name} {' and '.join(said)}." if said else None


@dataclass(frozen=True)
class CleanTags:
    """Tags as the service takes them, and a sentence for each thing that was changed."""

    tags: tuple[str, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True)
class FittedJson:
    """A JSON object within a limit, and the keys that were left out to get there."""

    text: str
    dropped: tuple[str, ...]


def clip_bytes(text: str, limit: int, *, has_ellipsis: bool = False) -> Clipped:
    """
    Cut a text to at most `limit` bytes of UTF-8, at the end of a grapheme cluster.

    Args:
        text: Any text; lone surrogates, which no UTF-8 has, become "?".
        limit: Bytes.
        has_ellipsis: Whether a text that is cut ends with "…", where its 3 bytes fit beside something else.
    """
    whole, replaced = _well_formed(text)
    size = len(whole.encode())
    if size <= limit:
        return Clipped(whole, 0, replaced)
    mark = _ELLIPSIS if has_ellipsis else ""
    kept = _leading_clusters(whole, limit - len(mark.encode())).rstrip() if mark else ""
    cut = kept + mark if kept else _leading_clusters(whole, limit)
    return Clipped(cut, size - len((kept or cut).encode()), replaced)


def clean_tags(tags: Sequence[str], *, most: int, bytes_each: int) -> CleanTags:
    """
    Return tags that can be joined with commas.

    Commas become spaces and white space one space; empty ones and repetitions (whatever their case) are left out. A tag that is
    too long is shortened.
    """
    kept: dict[str, str] = {}
    with_comma = shortened = lost = beyond = 0
    for tag in tags:
        plain, _ = _well_formed(tag)
        with_comma += "," in plain or "，" in plain
        plain = " ".join(re.sub("[,，]", " ", plain).split())
        cut = clip_bytes(plain, bytes_each).text.strip()
        shortened += bool(cut) and cut != plain
        lost += bool(plain) and not cut
        if not cut or cut.casefold() in kept:
            continue
        if len(kept) == most:
            beyond += 1
            continue
        kept[cut.casefold()] = cut
    said = (
        (with_comma, "Tags whose commas became spaces, because commas separate tags"),
        (shortened, f"Tags shortened to {bytes_each} bytes"),
        (lost, f"Tags left out, because their first character alone has more than {bytes_each} bytes"),
        (beyond, f"Tags left out, because the service takes {most}"),
    )
    return CleanTags(tuple(kept.values()), tuple(f"{text}: {count}." for count, text in said if count))


def reference_id(video_id: str) -> str:
    """
    Return a ReferenceId for a video: its id if the service takes that, else its letters and a digest; always the same.

    The service takes 6 to 64 of A-Z, a-z, 0-9, "_" and "-".
    """
    if _REFERENCE_ID.fullmatch(video_id):
        return video_id
    digest = hashlib.sha256(video_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    letters = re.sub(r"[^A-Za-z0-9_-]+", "-", video_id).strip("-_")[:47]
    return f"{letters}-{digest}" if letters else digest


def fit_json(data: Mapping[str, Any], limit: int, *, optional: Sequence[str]) -> FittedJson:
    """
    Write an object as JSON of at most `limit` bytes, leaving out keys of `optional` in their order until it fits.

    JSON is never cut: what is sent can always be read.

    Raises:
        InputError: It does not fit without them either, or it is no JSON.
    """
    left, dropped = dict(data), []
    text = _json(left)
    for key in optional:
        if len(text.encode()) <= limit:
            break
        if key in left:
            del left[key]
            dropped.append(key)
            text = _json(left)
    size = len(text.encode())
    if size > limit:
        raise InputError(
            f"The user data have {size} bytes as JSON; the service takes {limit}. Shorten {', '.join(left)}."
        )
    return FittedJson(text, tuple(dropped))


def _json(data: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as exc:
        raise InputError(f"The user data cannot be written as JSON: {exc}.") from exc
    return _LONE_SURROGATE.sub("?", text)


def _well_formed(text: str) -> tuple[str, int]:
    """Return the text in NFC with "?" for lone surrogates, and their number."""
    replaced, count = _LONE_SURROGATE.subn("?", text)
    return unicodedata.normalize("NFC", replaced), count


def _leading_clusters(text: str, limit: int) -> str:
    """Return the longest run of whole clusters from the start that has at most `limit` bytes."""
    end = size = 0
    # A character has a byte at least, so that one more than `limit` of them decide.
    for found in _cluster().finditer(text[: max(limit, 0) + 1]):
        size += len(found.group().encode())
        if size > limit:
            break
        end = found.end()
    return text[:end]


@cache
def _cluster() -> Any:
    import regex  # slow to import, and asked for by whoever parses a workflow

    return regex.compile(r"\X")
