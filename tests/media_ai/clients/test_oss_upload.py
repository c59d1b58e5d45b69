"""Uploads in parts: resumed after a kill, conditional, checked."""

import json
import os
import signal
import subprocess
import sys
import time
from hashlib import sha256

import pytest

from media_ai.clients.oss_upload import upload
from media_ai.errors import InputError, ServiceError
from tests.emulated import oss_client

MB = 1 << 20
_CHILD = """
import sys
from pathlib import Path
from media_ai.clients.credentials import OssCredentials
from media_ai.clients.oss import OssClient
from media_ai.clients.oss_upload import upload
url, key_id, secret, path, checkpoints = sys.argv[1:]
credentials = OssCredentials(region="cn-shanghai", endpoint=url, key_id=key_id, secret=secret, bucket="media-ai")
upload(OssClient(credentials), "killed", Path(path), part_size=1 << 20, checkpoints=Path(checkpoints))
"""


@pytest.fixture
def big(tmp_path):
    """A file of 6.5 MB."""
    path = tmp_path / "big.bin"
    path.write_bytes(os.urandom(6 * MB + MB // 2))
    return path


def put(emulator, path, key, **more):
    return upload(oss_client(emulator), key, path, part_size=MB, checkpoints=path.parent / "checkpoints", **more)


def numbers(emulator):
    """The numbers of the parts that were sent."""
    return sorted(int(call.params["partNumber"]) for call in emulator.calls("oss", "UploadPart"))


def test_a_file_arrives_whole(emulator, big):
    """In parts, with its digest, and nothing is left behind."""
    assert put(emulator, big, "whole")

    found = oss_client(emulator).head("whole")
    assert (found.size, found.sha256) == (big.stat().st_size, sha256(big.read_bytes()).hexdigest())
    assert found.etag.endswith("-7")
    assert list((big.parent / "checkpoints").iterdir()) == []


def test_a_large_file_goes_in_parts_by_itself(emulator, tmp_path):
    """put_file decides by size: above 64 MB."""
    path = tmp_path / "large"
    with path.open("wb") as stream:
        stream.truncate(65 * MB)
    oss_client(emulator).put_file("by-itself", path)

    assert len(numbers(emulator)) == 5


def test_an_upload_that_was_killed_goes_on(emulator, big):
    """After kill -9 in the middle only what had not arrived is sent."""
    emulator.faults().add("oss", "slow", operation="UploadPart", times=None, skip=3, seconds=60)
    keys, folder = emulator.keys, big.parent / "checkpoints"
    command = [sys.executable, "-c", _CHILD, emulator.url, keys.access_key_id, keys.access_key_secret, big, folder]
    child = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": "include"})
    deadline = time.monotonic() + 60
    while not folder.exists() or sum(path.read_text().count('"etag"') for path in folder.iterdir()) < 3:
        assert time.monotonic() < deadline and child.poll() is None
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    (checkpoint,) = folder.iterdir()
    lines = [json.loads(line) for line in checkpoint.read_text().splitlines()]
    arrived = {line["number"] for line in lines if "number" in line}
    emulator.reset()

    assert put(emulator, big, "killed")

    # What the killed process had under way may be counted after it; what had arrived is not sent again.
    assert len(arrived) == 3
    assert set(numbers(emulator)) == set(range(1, 8)) - arrived
    assert len(emulator.calls("oss", "InitiateMultipartUpload")) == 0
    assert oss_client(emulator).read("killed") == big.read_bytes()


def test_parts_are_retried_one_by_one(emulator, big):
    """A part that fails is sent again, the others are not."""
    emulator.faults().add("oss", "throttle", operation="UploadPart", times=2, skip=2)

    assert put(emulator, big, "retried-parts")
    assert len(numbers(emulator)) == 7 + 2


def test_an_upload_that_was_cleaned_up_begins_anew(emulator, big):
    """A rule of the bucket may have removed the parts meanwhile."""
    emulator.faults().add("oss", "expired_token", operation="UploadPart", times=None, skip=2)
    with pytest.raises(ServiceError, match="SecurityTokenExpired"):
        put(emulator, big, "cleaned")
    emulator.reset()
    client = oss_client(emulator)
    for found in client._io.list_multipart_uploads(prefix="cleaned").upload_list:
        client._io.abort_multipart_upload(found.key, found.upload_id)

    assert put(emulator, big, "cleaned")
    assert client.read("cleaned") == big.read_bytes()


def test_an_answer_that_is_lost_at_the_end_is_no_failure(emulator, big):
    """The upload was completed, and its id is gone."""
    emulator.faults().add("oss", "cut", operation="CompleteMultipartUpload")

    assert put(emulator, big, "lost-at-the-end", replace=False)
    assert not put(emulator, big, "lost-at-the-end", replace=False)


def test_another_writer_wins(emulator, big):
    """An object that appears while the parts are sent is kept, and the parts are given back."""
    client = oss_client(emulator)
    original = client._io.complete_multipart_upload

    def too_late(*given, **more):
        oss_client(emulator).put("race", b"first")
        return original(*given, **more)

    client._io.complete_multipart_upload = too_late
    won = upload(client, "race", big, replace=False, part_size=MB, checkpoints=big.parent / "checkpoints")

    assert not won
    assert client.read("race") == b"first"
    assert client._io.list_multipart_uploads(prefix="race").upload_list == []


def test_a_changed_file_does_not_go_on_with_the_parts_of_another(emulator, big):
    """The content is part of the checkpoint's name."""
    emulator.faults().add("oss", "expired_token", operation="UploadPart", times=None, skip=4)
    with pytest.raises(ServiceError):
        put(emulator, big, "changed")
    emulator.reset()
    with big.open("r+b") as stream:
        stream.write(b"changed!")

    assert put(emulator, big, "changed")
    assert oss_client(emulator).read("changed") == big.read_bytes()
    assert len(numbers(emulator)) == 7


def test_parts_are_checked_where_no_fast_checksum_is(emulator, big, monkeypatch):
    """Where crcmod was not compiled, OSS compares the MD5 of each part."""
    monkeypatch.setattr("media_ai.clients.oss_checksum._crc64", None)
    sent = []
    client = oss_client(emulator)
    original = client._io.upload_part
    client._io.upload_part = lambda *given, headers, **more: (
        sent.append(headers["Content-MD5"]) or original(*given, headers=headers, **more)
    )

    assert upload(client, "md5", big, part_size=MB, checkpoints=big.parent / "checkpoints")
    assert len(set(sent)) == 7
    assert client.read("md5") == big.read_bytes()


def test_a_part_that_arrives_changed_is_sent_again(emulator, big):
    """The CRC of OSS is compared part by part, and that of the whole at the end."""
    client = oss_client(emulator)
    original = client._io.upload_part
    spoilt = []

    def spoil(key, upload_id, number, body, **more):
        if number == 3 and not spoilt:
            spoilt.append(number)
            return original(key, upload_id, number, b"x" + body.read()[1:], **more)
        return original(key, upload_id, number, body, **more)

    client._io.upload_part = spoil

    assert upload(client, "spoilt", big, part_size=MB, checkpoints=big.parent / "checkpoints")
    assert numbers(emulator) == [1, 2, 3, 3, 4, 5, 6, 7]
    assert client.read("spoilt") == big.read_bytes()


@pytest.mark.parametrize("change", ["changes", "grows shorter"])
def test_a_file_that_changes_while_it_is_sent_is_refused(emulator, big, change):
    """Its digest would be a lie: no object appears, and no part is left."""
    client = oss_client(emulator)
    original = client._io.init_multipart_upload

    def begin(*given, **more):
        with big.open("r+b") as stream:
            if change == "changes":
                stream.seek(5 * MB)
                stream.write(b"changed!")
            else:
                stream.truncate(5 * MB)
        return original(*given, **more)

    client._io.init_multipart_upload = begin
    with pytest.raises(InputError, match="while it was sent"):
        upload(client, f"file {change}", big, part_size=MB, checkpoints=big.parent / "checkpoints")

    assert client.find(f"file {change}") is None
    assert client._io.list_multipart_uploads(prefix="file ").upload_list == []
    client._io.init_multipart_upload = original
    assert upload(client, f"file {change}", big, part_size=MB, checkpoints=big.parent / "checkpoints")
    assert client.read(f"file {change}") == big.read_bytes()


def test_an_object_that_arrives_changed_is_sent_again(emulator, tmp_path):
    """Small files and bytes as well."""
    client = oss_client(emulator)
    original = client._io.put_object
    spoilt = []

    def spoil(key, body, headers):
        if key not in spoilt:
            spoilt.append(key)
            return original(key, b"spoilt", headers)
        return original(key, body, headers)

    client._io.put_object = spoil
    (tmp_path / "small").write_bytes(b"data")
    client.put("spoilt-bytes", b"data")
    client.put_file("spoilt-file", tmp_path / "small")

    assert client.read("spoilt-bytes") == client.read("spoilt-file") == b"data"
    (tmp_path / "empty").touch()
    client.put_file("empty-file", tmp_path / "empty")
    assert client.head("empty-file").size == 0
