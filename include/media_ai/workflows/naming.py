"""Slugs from names, for people who give none."""

import re
import secrets
import unicodedata
from collections.abc import Collection

_LONGEST = 64


def free_slug(name: str, taken: Collection[str]) -> str:
    """Return a slug that reads like the name and that no workflow has; where the name has no allowed letter, a random one."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    base = words if words[:1].isalpha() else f"workflow-{words or secrets.token_hex(3)}"
    base = base[: _LONGEST - 5].rstrip("-")
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 2)))
    return next(slug for slug in candidates if slug not in taken)
