"""Videos in OSS as local files: fetched once, resumed, confined, in a folder of bounded size."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from media_ai.errors import ErrorKind, InputError, ServiceError, StoppedError, StoreError
from media_ai.model.run import RunInput
from media_ai.nodes.input_video import Inputs, Params, fingerprint, run
from media_ai.store.media_files import MediaFiles
from media_ai.store.oss_files import OssFiles
from media_ai.testing import make_job
from tests.emulated import oss_client, oss_credentials


@pytest.fixture
def files(emulator, tmp_path):
    """A maker of files below oss://media-ai/in/, each like a process of its own."""

    def make(*, max_bytes=10_000, **more):
        return OssFiles(
            ["oss://media-ai/in"],
            tmp_path / "cache",
            max_bytes=max_bytes,
            credentials_of=lambda kind: oss_credentials(emulator),
            **more,
        )

    return make


def gets(emulator):
    return len(emulator.calls("oss", "GetObject"))


def test_a_video_is_fetched_once(files, emulator):
    """The second process finds it; its name is that of the object."""
    oss_client(emulator).put("in/一 v?.mp4", b"video")

    first = files().local_path("oss://media-ai/in/一 v?.mp4", what="video")
    again = files().local_path("oss://media-ai/in/一 v?.mp4", what="video")

    assert first == again
    assert (first.name, first.read_bytes(), gets(emulator)) == ("一 v?.mp4", b"video", 1)


def test_a_replaced_object_is_fetched_anew(files, emulator):
    """The ETag is part of its place; its identity is known without reading."""
    client, address = oss_client(emulator), "oss://media-ai/in/r.mp4"
    client.put("in/r.mp4", b"one")
    before = files().identity(address, what="video")
    assert files().local_path(address, what="video").read_bytes() == b"one"
    client.put("in/r.mp4", b"two")

    assert files().identity(address, what="video") != before
    assert files().local_path(address, what="video").read_bytes() == b"two"


def test_an_interrupted_fetch_goes_on(files, emulator, monkeypatch):
    """After a stop in the middle only the rest is fetched."""
    monkeypatch.setattr("media_ai.clients.oss_reader.CHUNK", 1000)
    data = os.urandom(5000)
    oss_client(emulator).put("in/long.mp4", data)
    calls = []

    def stop():
        calls.append(1)
        if len(calls) == 2:
            raise StoppedError("stopped")

    with pytest.raises(StoppedError):
        files(check_stopped=stop).local_path("oss://media-ai/in/long.mp4", what="video")
    fetched = gets(emulator)

    assert files().local_path("oss://media-ai/in/long.mp4", what="video").read_bytes() == data
    assert (fetched, gets(emulator)) == (2, 5)


def test_what_arrived_damaged_is_not_given_out(files, emulator, tmp_path):
    """A broken part of an earlier download is noticed by its checksum, and the next try fetches all."""
    address = "oss://media-ai/in/damaged.mp4"
    oss_client(emulator).put("in/damaged.mp4", b"0123456789")
    found = files().local_path(address, what="video")
    found.rename(found.parent / ".part")
    (found.parent / ".part").write_bytes(b"01x")

    with pytest.raises(ServiceError, match="another checksum") as caught:
        files().local_path(address, what="video")
    assert caught.value.kind is ErrorKind.TRANSIENT
    assert files().local_path(address, what="video").read_bytes() == b"0123456789"


def test_the_cache_is_bounded(files, emulator, tmp_path):
    """The longest unused makes room; what a process uses stays, and too much at once is refused."""
    client = oss_client(emulator)
    for name in "abcd":
        client.put(f"in/{name}", name.encode() * 4000)
    using = files()
    kept = using.local_path("oss://media-ai/in/a", what="video")
    for name in "bcd":
        files().local_path(f"oss://media-ai/in/{name}", what="video")

    names = {path.name for path in (tmp_path / "cache").glob("*/[a-d]")}
    assert kept.exists()
    assert names == {"a", "d"}
    with pytest.raises(StoreError, match="full of videos in use"):
        files(max_bytes=6000).local_path("oss://media-ai/in/b", what="video")
    with pytest.raises(InputError, match="MEDIA_AI_MEDIA_CACHE_GB"):
        files(max_bytes=10).local_path("oss://media-ai/in/b", what="video")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("oss://media-ai/other/v.mp4", "outside the places in OSS"),
        ("oss://media-ai/inside.mp4", "outside the places in OSS"),
        ("oss://other-bucket/in/v.mp4", "outside the places in OSS"),
        ("oss://media-ai/in/none.mp4", "does not exist"),
        ("oss://media-ai/in/empty.mp4", "is empty"),
        ("oss://x", "is not an address in OSS"),
    ],
)
def test_only_allowed_places_are_read(files, emulator, address, sentence):
    """A prefix is a folder, not the beginning of a name."""
    oss_client(emulator).put("in/empty.mp4", b"")

    with pytest.raises(InputError, match=sentence) as caught:
        files().local_path(address, what="video")
    assert (caught.value.kind is ErrorKind.PERMISSION) == ("outside" in sentence)


def test_many_processes_fetch_a_video_once(files, emulator, tmp_path):
    """The others wait and share."""
    oss_client(emulator).put("in/shared.mp4", b"s" * 5000)
    emulator.faults().add("oss", "slow", operation="GetObject", seconds=1.0)
    keys = emulator.keys
    code = f"""
from pathlib import Path
from media_ai.clients.credentials import OssCredentials
from media_ai.store.oss_files import OssFiles
credentials = OssCredentials(region="cn-shanghai", endpoint={emulator.url!r}, key_id={keys.access_key_id!r}, secret={keys.access_key_secret!r})
files = OssFiles(["oss://media-ai/in"], Path({str(tmp_path / "cache")!r}), max_bytes=10_000, credentials_of=lambda kind: credentials)
print(files.local_path("oss://media-ai/in/shared.mp4", what="video").stat().st_size)
"""
    environment = {**os.environ, "PYTHONPATH": "include"}
    children = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(3)
    ]

    assert [child.communicate(timeout=60)[0].strip() for child in children] == ["5000"] * 3
    assert gets(emulator) == 1


def test_the_first_node_describes_a_video_in_oss(files, emulator, tmp_path, samples):
    """The same content has the same identity wherever it lies; the fingerprint follows the ETag, and reads nothing."""
    client, address = oss_client(emulator), "oss://media-ai/in/honeybees.mp4"
    client.put_file("in/honeybees.mp4", samples / "honeybees.mp4")
    media = MediaFiles([Path("/")], files(max_bytes=10**9))
    job = make_job(tmp_path, input=RunInput(video=address), files=media)
    before = fingerprint(Params(), job)
    assert gets(emulator) == 0

    video = run(Params(), Inputs(), job).video
    here = run(Params(), Inputs(), make_job(tmp_path, video=str(samples / "honeybees.mp4"))).video

    assert (video.uri, video.identity()) == (address, here.identity())
    assert fingerprint(Params(), job) == before
    client.put("in/honeybees.mp4", b"other")
    assert fingerprint(Params(), job) != before
