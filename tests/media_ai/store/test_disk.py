"""What a full or broken disk is to a task."""

import errno

import pytest

from media_ai.errors import ErrorKind, StoreError
from media_ai.failures import cause_of
from media_ai.store import file_store
from media_ai.store.file_store import FileStore


def refuse(number):
    def fail(*_):
        raise OSError(number, "said the system")

    return fail


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.ENOSPC, ErrorKind.QUOTA, "the disk is full"),
        (errno.EDQUOT, ErrorKind.QUOTA, "the disk is full"),
        (errno.EIO, ErrorKind.TRANSIENT, "said the system"),
    ],
)
def test_a_full_disk_is_one_cause_that_does_not_pass(tmp_path, monkeypatch, number, kind, words):
    """All objects that do not fit are one group of failures; what is half-written is gone. Another trouble may pass."""
    store = FileStore(tmp_path)
    monkeypatch.setattr(file_store, "_fill", refuse(number))
    causes = set()
    for key in ("blobs/ab/abc", "blobs/cd/cde"):
        with pytest.raises(StoreError, match=words) as caught:
            store.put(key, b"x")
        causes.add((cause_of(caught.value).id, caught.value.kind))
    assert len(causes) == 1 and causes.pop()[1] is kind
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
