"""An upload of 1 GB to the emulator, in a process of its own, beside the same bytes in one plain HTTP request; then one that is killed."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.perf.report import line, median

SIZE = int(os.environ.get("OSS_UPLOAD_BYTES", "1000000000"))
ROUNDS = 3
PART = 16 << 20
MB = 1 << 20
_LEAST_RATIO, _MOST_MEMORY_MB = 0.6, 150


def main() -> None:
    """Print throughput, the ratio, the highest memory, and how much of a killed upload is sent again."""
    with tempfile.TemporaryDirectory() as name, _emulator(Path(name) / "state") as url:
        source = Path(name) / "source"
        _write(source, SIZE)
        # One after the other, so that a busy machine slows both.
        rounds = [(_plain(url, source), _client(url, source)) for _ in range(ROUNDS)]
        again = _sent_after_a_kill(url, source)
    plain = median([SIZE / 1e6 / seconds for seconds, _ in rounds])
    ours = median([SIZE / 1e6 / seconds for _, (seconds, _) in rounds])
    peak = max(peak for _, (_, peak) in rounds)
    way = "curl -T" if shutil.which("curl") else "http.client"
    _line("upload in parts; baseline: one PUT by " + way, ours, "MB/s", ours / plain >= _LEAST_RATIO, ">= 0.6 x", plain)
    _line("highest memory of the uploading process", peak, "MB", peak <= _MOST_MEMORY_MB, f"<= {_MOST_MEMORY_MB} MB")
    _line("after kill -9 at half: parts sent of all", again, "", again <= 0.6, "<= 0.6")


def _line(what: str, ours: float, unit: str, is_met: bool, bar: str, baseline: float | None = None) -> None:
    line(what, ours, unit, baseline=baseline, bar=f"{bar}: {'pass' if is_met else 'MISS'}")


@contextmanager
def _emulator(state: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "media_ai_emulators", "--port", str(port), "--state", str(state)]
    process = subprocess.Popen(command, env=_environment())
    try:
        while not _answers(port):
            assert process.poll() is None, "The emulator did not start."
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _client(url: str, source: Path) -> tuple[float, float]:
    """Return the seconds and the peak of memory in MB of an upload by the client."""
    os.sync()
    done = subprocess.run(_command(url, source, "perf/client"), env=_environment(), stdout=subprocess.PIPE, check=True)
    _open(url).delete("perf/client")
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def _plain(url: str, source: Path) -> float:
    """Return the seconds of the same bytes in one request: no digest, no checksum."""
    os.sync()
    link = _open(url).sign("perf/plain", ttl_s=600, method="PUT").get_secret_value()
    start = time.monotonic()
    if shutil.which("curl"):
        subprocess.run(["curl", "-sSf", "-H", "Content-Type:", "-T", str(source), link], check=True)
    else:
        _put(link, source)
    seconds = time.monotonic() - start
    _open(url).delete("perf/plain")
    return seconds


def _sent_after_a_kill(url: str, source: Path) -> float:
    """Kill an upload when half of its parts have arrived, do it again, and return the share of the parts that it sent."""
    parts = -(-SIZE // PART)
    before = _parts_sent(url)
    process = subprocess.Popen(_command(url, source, "perf/killed"), env=_environment(), stdout=subprocess.DEVNULL)
    while _parts_sent(url) - before < parts / 2:
        assert process.poll() is None, "The upload ended before it could be killed."
        time.sleep(0.01)
    process.kill()
    process.wait()
    before = _parts_sent(url)
    subprocess.run(_command(url, source, "perf/killed"), env=_environment(), stdout=subprocess.DEVNULL, check=True)
    assert _open(url).head("perf/killed").size == SIZE
    return (_parts_sent(url) - before) / parts


def _parts_sent(url: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    connection.request("GET", "/_emulator/calls?service=oss&operation=UploadPart")
    calls = json.loads(connection.getresponse().read())["calls"]
    connection.close()
    return sum(call["status"] == 200 for call in calls)


def _command(url: str, source: Path, key: str) -> list[str]:
    code = "import sys; from tests.perf import oss_upload; oss_upload.child(*sys.argv[1:])"
    return [sys.executable, "-c", code, url, str(source), key]


def child(url: str, path: str, key: str) -> None:
    """Upload, and print the seconds and the peak of this process's memory in MB."""
    client = _open(url)
    start = time.monotonic()
    client.put_file(key, Path(path))
    seconds = time.monotonic() - start
    # Not getrusage: what it says survives exec, and would be the memory of the process that measures.
    peak_kb = next(
        row.split()[1] for row in Path("/proc/self/status").read_text().splitlines() if row.startswith("VmHWM")
    )
    print(seconds, int(peak_kb) / 1024)


def _open(url: str):
    from media_ai.clients.credentials import OssCredentials
    from media_ai.clients.oss import OssClient

    return OssClient(
        OssCredentials(
            region="cn-shanghai",
            endpoint=url,
            key_id="emulator-key-id",
            secret="emulator-key-secret",
            bucket="media-ai",
        )
    )


def _put(address: str, path: Path) -> None:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=600, blocksize=1 << 16)
    with path.open("rb") as stream:
        connection.request("PUT", f"{parts.path}?{parts.query}", stream, {"Content-Length": str(path.stat().st_size)})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, answer.status


def _write(path: Path, size: int) -> None:
    block = os.urandom(MB)
    with path.open("wb") as stream:
        for _ in range(size // MB):
            stream.write(block)
        stream.write(block[: size % MB])


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": ".:include"}
