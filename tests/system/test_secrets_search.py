"""The search for secrets finds them in every spelling, and never passes because it searched nothing."""

import pytest

from tests.system.secrets_search import in_files, pattern_of


@pytest.mark.parametrize(
    "text",
    [
        "https://b/a.mp4?Signature=x",
        "https://b/a.mp4?Expires=1&Signature=x",
        r"https://b/a.mp4?Expires=1\u0026Signature=x",
        r"https://b/a.mp4?Expires\u003d1\u0026Signature\u003dx",
        "url=https%3A%2F%2Fb%2Fa.mp4%3FSignature%3Dx",
        "url=https%3A%2F%2Fb%2Fa.mp4%3FExpires%3D1%26Signature%3Dx",
        "url=https%3a%2f%2fb%2fa.mp4%3fsignature%3dx",
        "https://b/a.mp4?x-oss-signature=x",
        "rtmp://h/a/s?auth_key=x",
        "OSSAccessKeyId%3Dx",
        "a secret+text inside",
    ],
)
def test_secrets_and_signed_addresses_are_found(tmp_path, text):
    """As they are, as JSON escapes them, and as a parameter of another address."""
    for folder in ("logs", "artifacts", "run"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text("Signature checks: nothing")
    pattern = pattern_of(["secret+text"])
    assert list(in_files(tmp_path, pattern)) == []
    (tmp_path / "logs" / "b.txt").write_text(f"before {text} after")
    assert [place.partition(":")[0] for place in in_files(tmp_path, pattern)] == ["logs/b.txt"]


@pytest.mark.parametrize("missing", ["logs", "artifacts", "run"])
def test_a_folder_that_must_be_there_is_missed(tmp_path, missing):
    """A folder that was renamed, or is empty, would otherwise look like one without secrets."""
    for folder in ("logs", "artifacts", "run"):
        (tmp_path / folder).mkdir()
        if folder != missing:
            (tmp_path / folder / "a.txt").write_text("a")
    with pytest.raises(AssertionError, match=missing):
        list(in_files(tmp_path, pattern_of(["secret"])))
