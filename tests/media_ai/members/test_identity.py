"""Names and addresses."""

import pytest

from media_ai.errors import InputError
from media_ai.members.identity import clean_address, clean_name, sending_address


@pytest.mark.parametrize(
    ("given", "kept", "sent"),
    [
        ("  Zoe@Studio.Example ", "zoe@studio.example", "zoe@studio.example"),
        ("zoe@Bücher.example", "zoe@bücher.example", "zoe@xn--bcher-kva.example"),
        ("zoe@xn--bcher-kva.example", "zoe@bücher.example", "zoe@xn--bcher-kva.example"),
        ("王小明@例子.example", "王小明@例子.example", "王小明@xn--fsqu00a.example"),
        ("o'neil+tag@studio.example", "o'neil+tag@studio.example", "o'neil+tag@studio.example"),
    ],
)
def test_an_address_has_one_form(given: str, kept: str, sent: str):
    """However it is typed; mail servers get its domain in ASCII."""
    assert clean_address(given) == kept
    assert sending_address(kept) == sent


@pytest.mark.parametrize(
    "given",
    [
        "",
        "zoe",
        "@studio.example",
        "zoe@",
        "a@b\r\nBcc: all@x.example",
        "a\0@x.example",
        "a@x.example, b@x.example",
        "x" * 300 + "@x.example",
        "a b@x.example",
    ],
)
def test_what_is_no_address_is_refused(given: str):
    """Line ends and lists too: a mail goes to one person."""
    with pytest.raises(InputError):
        clean_address(given)


def test_names_are_text_of_any_script():
    """Letters, marks and apostrophes stay; spaces become single ones."""
    assert clean_name("  Amélie   d’Arc ") == "Amélie d’Arc"
    assert clean_name("Ame\u0301lie") == "Amélie"
    assert clean_name("王小明 👩‍💻") == "王小明 👩‍💻"


@pytest.mark.parametrize(
    "given", ["", "   ", "x" * 121, "a\r\nBcc: b@x.example", "a\0b", "a\u202eb", "a\ud800b", "a\u2028b"]
)
def test_what_is_no_name_is_refused(given: str):
    """Control characters, and those that turn text around."""
    with pytest.raises(InputError):
        clean_name(given)
