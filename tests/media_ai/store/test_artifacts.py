"""Content-addressed results: reuse, atomicity, damage."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from media_ai.errors import StoreError
from media_ai.model.artifacts import ArtifactRef
from media_ai.model.speech import Segment, Transcript
from media_ai.model.time import Timecode, TimeRange
from media_ai.store.artifacts import ArtifactStore, StoredResult, result_key
from media_ai.store.file_store import FileStore


@pytest.fixture
def folder(tmp_path) -> Path:
    """Where the store's files are."""
    return tmp_path / "store"


@pytest.fixture
def store(folder) -> ArtifactStore:
    """An empty artifact store."""
    return ArtifactStore(FileStore(folder))


def transcript(text: str = "hello") -> Transcript:
    time = TimeRange(start=Timecode.of_seconds(0), end=Timecode.of_seconds(1))
    return Transcript(source="srt", segments=(Segment(time=time, text=text),))


def stored(ref: ArtifactRef, key: str) -> StoredResult:
    return StoredResult(
        node_type="t", type_version=1, key=key, outputs={"a": ref, "b": None}, seconds=1, finished=datetime.now(UTC)
    )


def test_an_artifact_comes_back_equal(store):
    """Saving and loading keeps everything, odd characters too."""
    artifact = transcript("蜜蜂 \U0001f41d e\u0301")

    assert store.load(store.save(artifact)) == artifact


def test_equal_work_has_an_equal_key_and_any_change_another(store):
    """Type, version, params, inputs and fingerprint decide; the order of params does not."""
    ref = store.save(transcript())
    base = {"node_type": "t", "type_version": 1, "params": {"a": 1, "b": 2}, "inputs": {"x": [ref]}}
    changes = [
        {"node_type": "u"},
        {"type_version": 2},
        {"params": {"a": 1, "b": 3}},
        {"inputs": {"y": [ref]}},
        {"inputs": {"x": [store.save(transcript("bye"))]}},
        {"fingerprint": "f"},
    ]
    keys = [result_key(**(base | change)) for change in changes]

    assert result_key(**base) == result_key(**(base | {"params": {"b": 2, "a": 1}}))
    assert len({result_key(**base), *keys}) == len(changes) + 1


def test_finished_work_is_found(store):
    """A saved result is found by its key, with its empty outputs."""
    result = stored(store.save(transcript()), "k" * 64)
    store.save_result(result)

    assert store.find_result("t", "k" * 64) == result


def test_a_result_that_lost_a_part_counts_as_none(store, folder):
    """Work is done again when what it produced is gone."""
    ref = store.save(transcript())
    store.save_result(stored(ref, "k" * 64))
    next(folder.rglob(ref.body.sha256)).unlink()

    assert store.find_result("t", "k" * 64) is None


def test_a_damaged_result_counts_as_none_and_damage_is_named(store, folder):
    """Changed bytes are noticed by their digest, in the artifact and in the manifest."""
    ref = store.save(transcript())
    store.save_result(stored(ref, "k" * 64))
    next(folder.rglob(ref.body.sha256)).write_bytes(b"x" * ref.body.size)

    with pytest.raises(StoreError, match="damaged"):
        store.load(ref)
    assert store.find_result("t", "k" * 64) is None
    next(folder.rglob("k" * 64 + ".json")).write_text("{")
    assert store.find_result("t", "k" * 64) is None


def test_damage_is_mended_by_doing_the_work_again(store, folder):
    """A damaged blob is removed when it is noticed, so that writing it again helps; a short one is replaced."""
    ref = store.save(transcript())
    blob = next(folder.rglob(ref.body.sha256))
    for damage in (b"x" * ref.body.size, b"short"):
        blob.write_bytes(damage)
        with pytest.raises(StoreError):
            store.load(ref)
        assert store.load(store.save(transcript())) == transcript()


def test_nothing_half_written_is_visible(store, folder, monkeypatch):
    """A write that breaks off leaves no object and no temporary file."""
    import os

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)

    with pytest.raises(StoreError, match="the disk is full"):
        store.put_bytes(b"data", "text/plain")
    assert [path for path in folder.rglob("*") if path.is_file()] == []
