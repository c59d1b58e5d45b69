"""The password rule. Every door asks `missing`: web, REST, command line, invitation, reset, import."""

from media_ai.errors import InputError

SHORTEST, LONGEST = 8, 20
RULE = (
    f"A password has {SHORTEST} to {LONGEST} characters, among them a digit, a lower-case letter, an upper-case letter "
    "and a special character."
)


def missing(password: str) -> str:
    """
    Return the rule and what a password lacks of it, as sentences; nothing if it keeps the rule.

    A special character is any that is neither letter nor digit nor space. The sentences hold nothing of the password, and no
    percent sign: Flask-AppBuilder formats them.
    """
    lacks = [name for name, is_there in _parts(password).items() if not is_there]
    if not SHORTEST <= len(password) <= LONGEST:
        return f"{RULE} This one has {len(password)}{_also(lacks)}."
    if not password.isprintable():
        return f"{RULE} This one holds a character that cannot be seen."
    return f"{RULE} This one lacks {' and '.join(lacks)}." if lacks else ""


def check_password(password: str) -> None:
    """
    Refuse a password that breaks the rule.

    Raises:
        InputError: Says what is missing.
    """
    if problem := missing(password):
        raise InputError(problem)


def _parts(password: str) -> dict[str, bool]:
    return {
        "a digit": any(letter.isdigit() for letter in password),
        "a lower-case letter": any(letter.islower() for letter in password),
        "an upper-case letter": any(letter.isupper() for letter in password),
        "a special character": any(not letter.isalnum() and not letter.isspace() for letter in password),
    }


def _also(lacks: list[str]) -> str:
    return f", and lacks {' and '.join(lacks)}" if lacks else ""
