"""An upload of 1 GB to the emulator, in a process of its own, compared with the same bytes in one plain HTTP request."""

import http.client
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

GB = 10**9
MB = 1 << 20


def main() -> None:
    """Print seconds, the ratio, and the highest memory of each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source"
        _write(source, int(os.environ.get("OSS_UPLOAD_BYTES", GB)))
        with _emulator(folder / "state") as url:
            plain = _measured("plain", url, source)
            client = _measured("client", url, source)
    size = int(os.environ.get("OSS_UPLOAD_BYTES", GB)) / 1e6
    for label, (seconds, peak) in (("plain PUT", plain), ("client, parts", client)):
        print(f"{label:14} {seconds:6.1f} s  {size / seconds:6.0f} MB/s  peak {peak:5.0f} MB")
    print(f"ratio {client[0] / plain[0]:.2f} (client / plain)")


class _emulator:
    def __init__(self, state: Path) -> None:
        self._state = state

    def __enter__(self) -> str:
        code = "from pathlib import Path; import sys; from media_ai_emulators.server import main; main(18433, Path(sys.argv[1]))"
        self._process = subprocess.Popen([sys.executable, "-c", code, str(self._state)], env=_environment())
        while True:
            try:
                http.client.HTTPConnection("127.0.0.1", 18433, timeout=1).connect()
                return "http://127.0.0.1:18433"
            except OSError:
                time.sleep(0.1)

    def __exit__(self, *error: object) -> None:
        self._process.terminate()
        self._process.wait()


def _measured(way: str, url: str, source: Path) -> tuple[float, float]:
    code = "import sys; from tests.perf import oss_upload; oss_upload.child(*sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", code, way, url, str(source)],
        env=_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def child(way: str, url: str, path: str) -> None:
    """Upload, and print the seconds and the peak of this process's memory in MB."""
    from media_ai.clients.credentials import OssCredentials
    from media_ai.clients.oss import OssClient

    credentials = OssCredentials(
        region="cn-shanghai", endpoint=url, key_id="emulator-key-id", secret="emulator-key-secret", bucket="media-ai"
    )
    client = OssClient(credentials)
    start = time.monotonic()
    if way == "client":
        client.put_file("perf/client", Path(path))
    else:
        _plain_put(client.sign("perf/plain", ttl_s=600, method="PUT").get_secret_value(), Path(path))
    seconds = time.monotonic() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _plain_put(address: str, path: Path) -> None:
    """Send a file in one request, as `curl -T` does: no digest, no checksum."""
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


if __name__ == "__main__":
    main()
