"""Folders in OSS: listed level by level, removed as a whole."""

import pytest

from media_ai.clients.oss_folders import children, delete_all, is_folder
from media_ai.errors import ErrorKind, ServiceError
from tests.emulated import oss_client


@pytest.fixture
def client(emulator):
    """A client of the emulated OSS."""
    return oss_client(emulator)


def test_children_are_objects_and_folders(client):
    """One level, with odd names as they are."""
    for key in ("level/a", "level/视频 &?#%.mp4", "level/sub/b", "level/sub/c/d", "level2"):
        client.put(key, b"x")

    found = list(children(client, "level/"))

    assert sorted(child if isinstance(child, str) else child.key for child in found) == [
        "level/a",
        "level/sub/",
        "level/视频 &?#%.mp4",
    ]
    assert [is_folder(client, folder) for folder in ("level/", "level/sub/", "leve/", "")] == [True, True, False, True]


def test_a_bucket_that_does_not_exist_is_no_folder(emulator):
    """It is an error, as for every other call."""
    with pytest.raises(ServiceError, match="NoSuchBucket"):
        is_folder(oss_client(emulator, bucket="no-such-bucket"), "")


def test_many_objects_are_removed_with_few_requests(client, emulator):
    """A thousand each; those that are gone already do not matter."""
    for number in range(5):
        client.put(f"doomed/{number} &?#%", b"x")
    delete_all(client, [*(f"doomed/{number} &?#%" for number in range(5)), *(f"gone/{n}" for n in range(1000))])

    assert list(client.list("doomed/")) == []
    assert len(emulator.calls("oss", "DeleteMultipleObjects")) == 2
    delete_all(client, [])


def test_what_oss_keeps_is_said(client, monkeypatch):
    """A policy may allow some of them only; OSS leaves those out of its answer."""
    client.put("kept/1", b"x")
    client.put("kept/2", b"x")
    original = client._io.batch_delete_objects
    monkeypatch.setattr(client._io, "batch_delete_objects", lambda keys: original(keys[:1]))

    with pytest.raises(ServiceError, match=r"did not delete 1 of 2 objects, 'oss://media-ai/kept/2'") as caught:
        delete_all(client, ["kept/1", "kept/2"])
    assert caught.value.kind is ErrorKind.PERMISSION
