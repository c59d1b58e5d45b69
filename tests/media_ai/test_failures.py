"""What is the same about failures, and what is not."""

import pytest

from media_ai.errors import ErrorKind, InputError, MediaError, ServiceError
from media_ai.failures import advice, cause_of, runbook


def service(message, code="AccessDenied", kind=ErrorKind.PERMISSION):
    return ServiceError(message, service="oss", code=code, kind=kind)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (MediaError("'/data/a/лекция 1.mp4' is not a readable video (moov atom not found)."),
         MediaError("'/data/b/other.mov' is not a readable video (moov atom not found).")),
        (service("oss://videos/in/a b/1.mp4: OSS refuses (AccessDenied, request 5F3A-99)."),
         service("oss://videos/x.mov: OSS refuses (AccessDenied, request 777AC0).")),
        (InputError("The video 'https://host/a?sig=1' has 3,000 bytes."), InputError("The video 'https://host/b?sig=2' has 12 bytes.")),
        (InputError("Task 3f2504e0-4f89-11d3-9a0c-0305e82c3301 is gone."), InputError("Task 9a0c0305-e82c-3301-9a0c-0305e82c3301 is gone.")),
        (InputError("First line.\nDetails 1"), InputError("First line.\nOther details")),
        (KeyError("a b/1"), KeyError("a b/2")),
    ],
)  # fmt: skip
def test_what_differs_between_videos_is_left_out(first, second):
    """Two videos with one trouble are one cause."""
    assert cause_of(first).id == cause_of(second).id


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (service("oss://videos/a.mp4: refused."), service("oss://archive/a.mp4: refused.")),
        (service("refused."), service("refused.", code="NoSuchBucket")),
        (service("refused."), service("refused.", kind=ErrorKind.AUTH)),
        (InputError("The connection 'oss_one' is wrong."), InputError("The connection 'oss_two' is wrong.")),
        (ValueError("x"), TypeError("x")),
    ],
)
def test_what_has_to_be_mended_apart_stays_apart(first, second):
    """Another bucket, code, kind or connection is another cause."""
    assert cause_of(first).id != cause_of(second).id


@pytest.mark.parametrize("text", ["", "\0\ud800", "'" * 3000, "9" * 100_000, "/a" * 50_000, "視頻\n\n"])
def test_odd_messages_have_a_cause(text):
    """Short, storable, in no time."""
    cause = cause_of(InputError(text))
    assert len(cause.title) <= 200
    assert "\0" not in cause.title
    assert len(cause.id) == 12


def test_each_kind_says_what_to_do():
    """And where the guide says more."""
    for kind in [*ErrorKind, "killed", "internal"]:
        assert advice(kind, "oss").endswith((".", ")."))
        assert runbook(kind).startswith("docs/operations.md#")
    assert "of oss" in advice("auth", "oss")
