"""Copies inside OSS: whole, in parts, conditional, checked."""

import os

import pytest

from media_ai.clients.oss_copy import copy
from media_ai.errors import ErrorKind, ServiceError
from tests.emulated import oss_client

MB = 1 << 20


@pytest.fixture
def client(emulator):
    """A client of the emulated OSS."""
    return oss_client(emulator)


@pytest.mark.parametrize("at_once", [MB, 100 * MB])
def test_a_copy_is_the_same_with_its_metadata(client, emulator, at_once):
    """In one request or in parts, across buckets, under any name; no bytes come here."""
    other = oss_client(emulator, bucket="media-ai-other")
    other._io.create_bucket()
    data = os.urandom(3 * MB + 17)
    client.put("from/视频 1+2&x=y?#.mp4", data, content_type="video/mp4")
    emulator.reset()

    copy(client, "from/视频 1+2&x=y?#.mp4", other, "to/视频", at_once=at_once)

    assert emulator.calls("oss", "GetObject") == []
    assert len(emulator.calls("oss", "UploadPartCopy")) == (4 if at_once == MB else 0)
    found, made = client.head("from/视频 1+2&x=y?#.mp4"), other.head("to/视频")
    assert (made.size, made.sha256, made.crc64) == (found.size, found.sha256, found.crc64)
    assert other._io.head_object("to/视频").content_type == "video/mp4"
    assert other.read("to/视频") == data


@pytest.mark.parametrize("fault", ["throttle", "server_error", "cut"])
@pytest.mark.parametrize("operation", ["UploadPartCopy", "CompleteMultipartUpload", "CopyObject"])
def test_troubles_that_pass_are_retried(client, emulator, fault, operation):
    """Also where the answer of a copy that was made is lost."""
    data = os.urandom(2 * MB)
    client.put("troubled", data)
    emulator.faults().add("oss", fault, operation=operation)

    copy(client, "troubled", client, "copied", at_once=100 * MB if operation == "CopyObject" else MB)

    assert client.read("copied") == data


@pytest.mark.parametrize("at_once", [MB, 100 * MB])
def test_a_source_that_is_replaced_meanwhile_is_not_mixed(client, emulator, at_once, monkeypatch):
    """Nothing is written, and the parts are given back."""
    client.put("replaced", b"1" * 2 * MB)
    name = "upload_part_copy" if at_once == MB else "copy_object"
    original = getattr(client._io, name)

    def late(*given, **more):
        oss_client(emulator).put("replaced", b"2" * 2 * MB)
        return original(*given, **more)

    monkeypatch.setattr(client._io, name, late)
    with pytest.raises(ServiceError) as caught:
        copy(client, "replaced", client, "never-mixed", at_once=at_once)

    assert caught.value.kind is ErrorKind.CONFLICT
    assert client.find("never-mixed") is None
    assert client._io.list_multipart_uploads(prefix="never-mixed").upload_list == []


def test_a_missing_source_is_named(client):
    """And nothing is written."""
    with pytest.raises(ServiceError, match="GetObject of 'oss://media-ai/no-such-source'") as caught:
        copy(client, "no-such-source", client, "target")
    assert caught.value.kind is ErrorKind.NOT_FOUND


def test_a_copy_that_differs_is_not_taken(client, monkeypatch):
    """OSS's own checksum of the whole is compared."""
    client.put("differs", os.urandom(2 * MB))
    monkeypatch.setattr(
        client._io,
        "upload_part_copy",
        lambda bucket, key, byte_range, target, upload_id, number, **more: client._io.upload_part(
            target, upload_id, number, b"x" * (byte_range[1] - byte_range[0] + 1)
        ),
    )

    with pytest.raises(ServiceError, match="not the same as its source"):
        copy(client, "differs", client, "differing", at_once=MB)
