"""Answers with an ETag: a client that has them already is told so."""

from media_ai.errors import InputError


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Tell whether a client's If-None-Match names an ETag."""
    return if_none_match is not None and (if_none_match.strip() == "*" or etag in _tags(if_none_match))


def expected(if_match: str | None) -> str | None:
    """
    Return the ETag of an If-Match; None for none, or for any ("*").

    Raises:
        InputError: It names several, or none in quotes.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    tags = _tags(if_match)
    if len(tags) != 1:
        raise InputError("Give one ETag in If-Match, as the answer had it: with its quotes.")
    return tags[0]


def quoted(etag: str) -> str:
    """Return an ETag as a header has it."""
    return f'"{etag}"'


def _tags(header: str) -> list[str]:
    # A proxy that compresses answers makes ETags weak; the content is the same.
    parts = (part.strip().removeprefix("W/") for part in header.split(","))
    return [part[1:-1] for part in parts if len(part) > 2 and part[0] == part[-1] == '"']
