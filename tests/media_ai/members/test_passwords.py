"""The password rule."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_ai.members.passwords import RULE, missing
from media_ai.system.secrets import load_secrets


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("aB3!aB3", "This one has 7."),
        (
            "",
            "This one has 0, and lacks a digit and a lower-case letter and an upper-case letter and a special character.",
        ),
        ("aB3!" * 5 + "x", "This one has 21."),
        ("abcdefgh", "lacks a digit and an upper-case letter and a special character."),
        ("ABCDEFG1!", "lacks a lower-case letter."),
        ("aBcdefgh1 ", "lacks a special character."),
        ("aBcdefgh1\x00!", "holds a character that cannot be seen."),
        ("aBcdefgh!", "lacks a digit."),
        ("1!abcdefg", "lacks an upper-case letter."),
    ],
)
def test_what_is_missing_is_said(password: str, said: str):
    """The rule stands first, then what this password lacks; the password is not repeated."""
    found = missing(password)
    assert found.startswith(RULE) and found.endswith(said)
    assert not password or password not in found


@pytest.mark.parametrize("password", ["aB3!aB3!", "Ünïcödé-1", "Пароль-12", "密码aB1、aaaa", "aB3! " * 4, "🙂aaaaaA1"])
def test_what_keeps_the_rule_is_taken(password: str):
    """8 and 20 characters are enough; letters of any script count, and a space is a character."""
    assert missing(password) == ""


@given(st.text(max_size=30))
def test_the_rule_holds_for_any_text(password: str):
    """What is taken has every part of the rule; no sentence holds a percent sign, which FAB would format."""
    found = missing(password)
    assert "%" not in found
    if not found:
        assert 8 <= len(password) <= 20 and re.search(r"\d", password)
        assert password != password.lower() and password != password.upper()


def test_made_passwords_keep_the_rule(tmp_path):
    """The administrator's password of the embedded system, whatever chance makes of it."""
    for number in range(200):
        assert missing(load_secrets(tmp_path / f"{number}.json").admin_password) == ""
