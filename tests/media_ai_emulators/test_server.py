"""The emulator as a program of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import oss2
import pytest
import requests

from media_ai_emulators.credentials import Keys
from media_ai_emulators.testing import Emulator


def test_it_runs_as_a_program(tmp_path: Path) -> None:
    """`python -m media_ai_emulators` serves on its port, keeps its data in its folder, and prints no secret."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "media_ai_emulators", "--port", str(port), "--state", str(tmp_path / "state")]
    keys = Keys()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        _wait_for(f"http://127.0.0.1:{port}/_emulator/health")
        auth = oss2.AuthV4(keys.access_key_id, keys.access_key_secret)
        bucket = oss2.Bucket(auth, f"http://127.0.0.1:{port}", "media-ai", region="cn-hangzhou")
        bucket.put_object("a", b"1")
        process.terminate()
        output, _ = process.communicate(timeout=20)
    assert keys.access_key_secret not in output
    assert list((tmp_path / "state" / "oss" / "buckets" / "media-ai").glob("*.data"))


@pytest.mark.parametrize("megabytes", [1, 20])
def test_a_long_upload_with_a_wrong_key_hears_why(
    emulator: Emulator, make_bucket: Callable[..., oss2.Bucket], megabytes: int
) -> None:
    """The refusal arrives although the body was not read, and no draft is left behind."""
    with pytest.raises(oss2.exceptions.SignatureDoesNotMatch):
        make_bucket(emulator, secret="wrong").put_object("long", b"x" * (megabytes << 20))
    assert not list((emulator.state.folder / "oss" / "drafts").glob("*"))


def test_an_upload_that_breaks_off_leaves_nothing(emulator: Emulator, make_bucket: Callable[..., oss2.Bucket]) -> None:
    """A connection that ends in the middle of a body makes no object."""
    bucket = make_bucket(emulator)
    url = bucket.sign_url("PUT", "broken", 60)
    head = (
        f"PUT {url.removeprefix(emulator.url)} HTTP/1.1\r\nHost: {emulator.endpoint}\r\nContent-Length: 1000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", emulator.port), timeout=5) as connection:
        connection.sendall(head.encode() + b"x" * 1000)
    time.sleep(0.3)
    assert not bucket.object_exists("broken")
    assert not list((emulator.state.folder / "oss" / "drafts").glob("*"))


def test_after_a_reset_time_is_real_again(emulator: Emulator, make_bucket: Callable[..., oss2.Bucket]) -> None:
    """What one test let pass expires nothing of the next one."""
    bucket = make_bucket(emulator)
    bucket.put_object("timely", b"1")
    emulator.advance(3600)
    assert requests.get(bucket.sign_url("GET", "timely", 60), timeout=5).status_code == 403
    emulator.reset()
    assert requests.get(bucket.sign_url("GET", "timely", 60), timeout=5).content == b"1"


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            if requests.get(url, timeout=1).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer.")
