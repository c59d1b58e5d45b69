"""Uploads by tus: begun, interrupted, gone on with, finished; by their owner only."""

import base64
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import httpx
import pytest

from media_ai.settings import Settings
from media_ai.store.media_files import MediaFiles
from media_ai.system.postgres import free_port
from media_ai.tasks.uploads import Uploads
from tests.web import API, make_client

pytestmark = pytest.mark.postgres
U = f"{API}/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
BODY = {"content-type": "application/offset+octet-stream"}
DATA = os.urandom(300_000)


@pytest.fixture
def client(database, tmp_path):
    made = make_client(database, tmp_path, upload_max_gb=0.01)
    made.headers.update(TUS)
    return made


def named(name: str) -> dict[str, str]:
    return {"Upload-Metadata": f"filename {base64.b64encode(name.encode()).decode()},filetype dmlkZW8="}


def begin(client, *, size=300_000, name="lecture.mp4", **headers) -> str:
    answer = client.post(U, headers={"Upload-Length": str(size)} | named(name) | headers)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def append(client, address, data, offset, **headers):
    return client.patch(address, content=data, headers=BODY | {"Upload-Offset": str(offset)} | headers)


def offset(client, address) -> int:
    return int(client.head(address).headers["upload-offset"])


def test_a_file_arrives_in_parts_and_can_be_used(client, tmp_path):
    """Its address is one that workers may read; the stored name is safe, the title keeps what the sender calls it."""
    address = begin(client, name="../../外滩 2024\x07.MP4")
    assert append(client, address, DATA[:100_000], 0).headers["upload-offset"] == "100000"
    assert offset(client, address) == 100_000
    assert client.get(address).json()["is_finished"] is False
    done = append(client, address, DATA[100_000:], 100_000)
    upload = client.get(address).json()

    assert (done.status_code, done.headers["upload-offset"], offset(client, address)) == (204, "300000", len(DATA))
    assert (upload["is_finished"], upload["name"], upload["expires_at"]) == (True, "外滩 2024.MP4", None)
    path = MediaFiles([tmp_path / "uploads"]).local_path(upload["address"], what="video")
    assert (path.read_bytes(), path.name) == (DATA, "2024.mp4")
    assert Uploads(tmp_path / "uploads", max_bytes=1, expires_h=1).title_of(upload["address"]) == "外滩 2024"
    assert [item["id"] for item in client.get(U).json()] == [upload["id"]]


def test_an_upload_can_begin_with_its_bytes(client):
    """Creation with data: a small file needs one request."""
    answer = client.post(U, content=b"abc", headers={"Upload-Length": "3"} | named("a.srt") | BODY)

    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "3")
    assert client.get(answer.headers["location"]).json()["is_finished"] is True


@pytest.mark.parametrize(
    ("name", "size", "status"),
    [
        ("a.exe", 5, 422),
        ("mp4", 5, 422),
        ("", 5, 422),
        ("a.mp4", 0, 422),
        ("a.mp4", 10_000_001, 422),
        ("a.mp4", 2**63, 422),
        ("a.MoV", 5, 201),
        ("a.vtt", 5, 201),
    ],
)
def test_kind_and_size_are_checked_first(client, name, size, status):
    """Before a byte is sent."""
    assert client.post(U, headers={"Upload-Length": str(size)} | named(name)).status_code == status


def test_the_protocol_is_kept(client):
    """The version, the kind of the body, the offset, the length: each mistake has its status."""
    address = begin(client)
    append(client, address, DATA[:10], 0)

    assert client.head(address, headers={"Tus-Resumable": "0.2"}).status_code == 412
    assert client.patch(address, content=b"x", headers={"Upload-Offset": "10"}).status_code == 415
    assert append(client, address, b"x", 9).status_code == 409
    assert append(client, address, DATA, 10).status_code == 413
    assert client.patch(address, content=b"x", headers=BODY).status_code == 400
    assert client.post(U, headers=named("a.mp4")).status_code == 400
    assert client.post(U, headers={"Upload-Length": "5", "Upload-Metadata": "filename ***"}).status_code == 400
    assert client.head(f"{U}/{'0' * 32}").status_code == 404
    assert client.head(f"{U}/..%2f..%2fetc").status_code == 404
    options = client.options(U).headers
    assert (options["tus-version"], options["tus-max-size"]) == ("1.0.0", "10000000")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_a_part_with_another_checksum_leaves_nothing(client, algorithm):
    """The offset is where it was; the right part is taken."""
    address = begin(client)
    append(client, address, DATA[:1000], 0)
    right, wrong = (
        f"{algorithm} {base64.b64encode(hashlib.new(algorithm, part).digest()).decode()}"
        for part in (DATA[1000:], b"x")
    )

    assert append(client, address, DATA[1000:], 1000, **{"Upload-Checksum": wrong}).status_code == 460
    assert offset(client, address) == 1000
    assert append(client, address, DATA[1000:], 1000, **{"Upload-Checksum": "crc32 AAAA"}).status_code == 400
    assert append(client, address, DATA[1000:], 1000, **{"Upload-Checksum": right}).status_code == 204
    assert client.get(address).json()["is_finished"] is True


def test_only_the_owner_goes_on(client):
    """Somebody else can neither read, nor write, nor delete."""
    address = begin(client)
    other = {"user": "mallory"}

    assert client.head(address, headers=other).status_code == 403
    assert append(client, address, b"x", 0, **other).status_code == 403
    assert client.delete(address, headers=other).status_code == 403
    assert client.get(U, headers=other).json() == []
    assert offset(client, address) == 0


def test_one_request_at_a_time_writes(client, tmp_path):
    """The second one is told to wait; when the first ends, it may."""
    address = begin(client)
    uploads = Uploads(tmp_path / "uploads", max_bytes=10**7, expires_h=1)
    with uploads.writing(uploads.state(address[-32:], owner_id="id-eve")):
        assert append(client, address, DATA, 0).status_code == 423
    assert append(client, address, DATA, 0).status_code == 204


def test_an_upload_is_ended_and_a_used_file_stays(client, database, tmp_path):
    """DELETE forgets an upload; a file that a task reads is not taken from under it."""
    from media_ai.catalog.results import RunKey
    from media_ai.catalog.task_records import TaskDetails, TaskRecords

    address = begin(client)
    assert client.delete(address).status_code == 204
    assert client.head(address).status_code == 404
    used, free = begin(client, size=3), begin(client, size=3)
    for each in (used, free):
        append(client, each, b"abc", 0)
    video = client.get(used).json()["address"]
    TaskRecords(database).describe(RunKey(dag_id="w", run_id="r"), TaskDetails(), {"input": {"video": video}})

    assert client.delete(used).status_code == 409
    assert client.delete(free).status_code == 204
    assert [path.name for path in (tmp_path / "uploads").iterdir()].count(free[-32:]) == 0


def test_what_nobody_goes_on_with_expires(client, tmp_path):
    """Unfinished uploads are removed some time after their last byte; finished ones stay."""
    old, young, done = begin(client), begin(client), begin(client, size=1)
    append(client, done, b"x", 0)
    folder = tmp_path / "uploads" / ".incoming"
    long_ago = time.time() - 49 * 3600
    os.utime(folder / f"{old[-32:]}.part", (long_ago, long_ago))
    removed = Uploads(tmp_path / "uploads", max_bytes=1, expires_h=48).remove_expired()

    assert removed == 1
    assert [client.head(each).status_code for each in (old, young, done)] == [404, 200, 200]
    assert not list(folder.glob(f"{old[-32:]}*"))


def test_a_full_disk_is_told(client, tmp_path):
    """507, with a sentence that names no folder of the server; the upload can go on when there is room."""
    address = begin(client)
    part = tmp_path / "uploads" / ".incoming" / f"{address[-32:]}.part"
    part.unlink()
    part.symlink_to("/dev/full")
    answer = append(client, address, DATA, 0)

    assert (answer.status_code, str(tmp_path) in answer.text) == (507, False)
    part.unlink()
    part.touch()
    assert append(client, address, DATA, 0).status_code == 204


def test_clients_that_only_post_can_go_on(client):
    """X-HTTP-Method-Override, as tus has it."""
    address = begin(client)
    headers = BODY | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}

    assert client.post(address, content=DATA, headers=headers).status_code == 204
    assert client.get(address).json()["is_finished"] is True


def test_a_process_killed_after_the_last_byte_loses_nothing(client, tmp_path):
    """All bytes are there and the file is not in its place: whoever asks next finds it finished."""
    address = begin(client)
    (tmp_path / "uploads" / ".incoming" / f"{address[-32:]}.part").write_bytes(DATA)

    assert offset(client, address) == len(DATA)
    assert client.get(address).json()["is_finished"] is True


SERVER = """
import sys, uvicorn
from pathlib import Path
from media_ai.catalog.database import Database
from tests.web import make_client
client = make_client(Database("postgresql://nobody@127.0.0.1:9/none"), Path(sys.argv[1]), upload_max_gb=2)
uvicorn.run(client.app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
"""


def serve(home, port) -> subprocess.Popen:
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(home), str(port)])
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=1)
            return server
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def test_a_large_upload_survives_kill_9_and_cut_connections_with_flat_memory(tmp_path):
    """Of 1 GB: the server is killed in the middle, then connections are cut twice: the file is the same, the memory does not grow."""
    port, size = free_port(), 1 << 30
    block = os.urandom(1 << 20)
    url = f"http://127.0.0.1:{port}"
    headers = TUS | {"user": "eve"}
    server = serve(tmp_path, port)
    try:
        begun = httpx.post(f"{url}{U}", headers=headers | {"Upload-Length": str(size)} | named("big.mp4"))
        address = f"{url}{begun.headers['location']}"

        def send(start, *, stop_at=None, then=lambda: None):
            def body():
                for place in range(start, size, len(block)):
                    if stop_at is not None and place >= stop_at:
                        then()
                        raise ConnectionError
                    yield block

            with suppress(ConnectionError, httpx.HTTPError):
                httpx.patch(address, content=body(), headers=headers | BODY | {"Upload-Offset": str(start)}, timeout=60)

        def at() -> int:
            for _ in range(300):
                answer = httpx.head(address, headers=headers)
                if answer.status_code == 200:
                    return int(answer.headers["upload-offset"])
                time.sleep(0.1)
            raise AssertionError(answer.text)

        send(0, stop_at=256 << 20, then=server.kill)
        server.wait()
        server = serve(tmp_path, port)
        first = at()
        assert 128 << 20 < first <= 256 << 20
        before = memory(server.pid)
        for cut in (512 << 20, 768 << 20):
            # A killed server may have stopped within a block; go on at a block's border.
            send_rest(address, headers, block, at())
            send(at(), stop_at=cut)
            wait_until_free(address, headers, at)
        send_rest(address, headers, block, at())
        send(at())
        upload = httpx.get(address, headers=headers).json()
        grown = memory(server.pid) - before
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()

    assert upload["is_finished"] is True
    stored = MediaFiles([Settings(home=tmp_path).uploads]).local_path(upload["address"], what="video")
    with stored.open("rb") as stream:
        assert hashlib.file_digest(stream, "sha256").hexdigest() == expected_digest(block, size)
    assert grown < 40 << 20


def send_rest(address, headers, block, start):
    """Send up to the next border of a block."""
    rest = -start % len(block)
    if rest:
        data = block[len(block) - rest :]
        httpx.patch(address, content=data, headers=headers | BODY | {"Upload-Offset": str(start)}).raise_for_status()


def wait_until_free(address, headers, at):
    """Wait until the server has noticed that the connection was cut."""
    for _ in range(300):
        answer = httpx.patch(address, content=b"", headers=headers | BODY | {"Upload-Offset": str(at())})
        if answer.status_code == 204:
            return
        time.sleep(0.1)
    raise AssertionError(answer.text)


def expected_digest(block, size) -> str:
    digest = hashlib.sha256()
    for _ in range(size // len(block)):
        digest.update(block)
    return digest.hexdigest()


def memory(pid) -> int:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def test_many_who_write_at_once_leave_one_file(client):
    """Of requests at the same time for the same place, one writes; the others are told."""
    address, answers = begin(client), []
    threads = [
        threading.Thread(target=lambda: answers.append(append(client, address, DATA, 0).status_code)) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(set(answers)) in ([204], [204, 409], [204, 423], [204, 409, 423])
    assert answers.count(204) == 1
    assert client.get(address).json()["is_finished"] is True
