"""What every object store must keep. Add an implementation to `stores`."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from media_ai.clients.oss import OssClient
from media_ai.errors import NotFoundError, StoreError
from media_ai.store.file_store import FileStore
from media_ai.store.oss_store import OssStore
from tests.emulated import oss_credentials, quick


@pytest.fixture(params=["file", "oss"])
def store(request, tmp_path):
    """Each implementation, empty."""
    if request.param == "file":
        return FileStore(tmp_path / "objects")
    emulator = request.getfixturevalue("emulator")
    return OssStore(OssClient(oss_credentials(emulator), retry=quick()), f"of/{tmp_path.name}")


def test_what_was_put_is_read(store):
    """Bytes come back, by read and by open, under keys with any letters."""
    store.put("a/视频 1+2&x=y.bin", b"data")

    assert store.read("a/视频 1+2&x=y.bin") == b"data"
    with store.open("a/视频 1+2&x=y.bin") as stream:
        assert stream.read(2) == b"da"


def test_a_file_is_stored_by_its_content(store, tmp_path):
    """A path can be put in place of bytes."""
    (tmp_path / "given").write_bytes(b"x" * 100_000)
    store.put("k", tmp_path / "given")

    assert store.stat("k").size == 100_000


def test_a_key_is_written_once_unless_replaced(store):
    """A second put changes nothing and says so; with `replace` the new bytes are there."""
    assert [store.put("k", b"1"), store.put("k", b"2")] == [True, False]
    assert store.read("k") == b"1"
    assert store.put("k", b"3", replace=True)
    assert store.read("k") == b"3"


def test_one_of_many_writers_wins(store):
    """Writers at the same time: one succeeds, and its bytes are what everybody reads."""
    wins, barrier = [], threading.Barrier(8)

    def write(number: int) -> None:
        barrier.wait()
        if store.put("race", bytes([number]) * 50_000):
            wins.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(wins) == 1
    assert store.read("race") == bytes(wins) * 50_000


def test_what_is_missing_says_so(store):
    """Reading raises NotFoundError, stat gives None, deleting does nothing."""
    for read in (store.read, store.open):
        with pytest.raises(NotFoundError, match="no object 'none'"):
            read("none")
    assert store.stat("none") is None
    store.delete("none")


def test_list_gives_keys_in_order_below_a_prefix(store):
    """A prefix is text, not a folder; temporary files are not listed."""
    for key in ("b/2", "b/1", "b1", "a", "bc/d/e"):
        store.put(key, b"x")

    assert [info.key for info in store.list("b")] == ["b/1", "b/2", "b1", "bc/d/e"]
    assert [info.key for info in store.list("b/")] == ["b/1", "b/2"]
    assert list(store.list("none/")) == []


def test_stat_has_size_and_an_aware_time(store):
    """Times are UTC."""
    store.put("k", b"123")
    info = store.stat("k")

    assert info.size == 3
    assert datetime.now(UTC) - info.modified < timedelta(minutes=1)


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../x", "a/../../x", "a\0b"])
def test_a_key_cannot_leave_the_store(store, key):
    """Keys are confined."""
    with pytest.raises(StoreError, match="is not a key"):
        store.put(key, b"x")


def test_delete_removes(store):
    """A deleted object is gone."""
    store.put("k", b"x")
    store.delete("k")

    assert store.stat("k") is None
