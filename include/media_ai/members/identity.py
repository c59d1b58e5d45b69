"""Names and e-mail addresses of people, in the form that they are kept and compared in."""

import unicodedata
from typing import Literal

from media_ai.errors import InputError

Language = Literal["en", "zh"]
LONGEST_NAME = 120
LONGEST_ADDRESS = 254
_HIDDEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that make text read in another order than it is written."""


def clean_address(address: str) -> str:
    """
    Return an e-mail address in the one form that it is kept in: lower case, its domain in Unicode.

    Raises:
        InputError: It is none.
    """
    from email_validator import EmailNotValidError, validate_email

    if len(address) > LONGEST_ADDRESS or not address.strip().isprintable():
        raise InputError("This is no e-mail address.")
    try:
        # Nobody is asked whether the domain exists.
        found = validate_email(address.strip(), check_deliverability=False)
    except EmailNotValidError as exc:
        raise InputError(f"'{address.strip()[:80]}' is no e-mail address: {str(exc)[:200]}") from exc
    return unicodedata.normalize("NFC", found.normalized.lower())


def sending_address(address: str) -> str:
    """Return an address as mail servers take it: its domain in ASCII."""
    import idna

    local, _, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}@{idna.encode(domain, uts46=True).decode()}"


def clean_name(name: str) -> str:
    """
    Return the name of a person, with single spaces.

    Raises:
        InputError: It is empty, too long, or holds characters that are no text.
    """
    text = unicodedata.normalize("NFC", name).strip()
    if any(unicodedata.category(letter) in _HIDDEN or letter in _DIRECTIONS for letter in text):
        raise InputError("A name holds no control characters.")
    text = " ".join(text.split())
    if not 1 <= len(text) <= LONGEST_NAME:
        raise InputError(f"A name has 1 to {LONGEST_NAME} characters; this one has {len(text)}.")
    return text
