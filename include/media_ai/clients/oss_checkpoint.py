"""What of a multipart upload has arrived, as lines of JSON on disk. It holds no secret: an upload id opens nothing."""

import hashlib
import json
import threading
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part that OSS has: its ETag and CRC-64 are needed to complete the upload and to check the whole."""

    number: int
    etag: str
    size: int
    crc: int | None


class Checkpoint:
    """
    One upload of one content to one place. Safe between threads; after a crash the last, torn line is left out.

    The content's digest is part of its name, so that a changed file never goes on with the parts of another.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.upload_id = ""
        self.parts: dict[int, Part] = {}

    @classmethod
    def of(cls, folder: Path, place: str, sha256: str, part_size: int) -> "Checkpoint":
        """Return the checkpoint of an upload, as far as it came."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = hashlib.sha256(f"{place}\0{sha256}\0{part_size}".encode()).hexdigest()[:32]
        checkpoint = cls(folder / f"{name}.jsonl")
        checkpoint._read()
        return checkpoint

    def begin(self, upload_id: str) -> None:
        """Note a new upload."""
        self.upload_id, self.parts = upload_id, {}
        self._path.write_text(json.dumps({"upload_id": upload_id}) + "\n")

    def add(self, part: Part) -> None:
        """Note a part that has arrived."""
        with self._lock:
            self.parts[part.number] = part
            with self._path.open("a") as stream:
                stream.write(json.dumps(asdict(part)) + "\n")

    def forget(self) -> None:
        """Remove it: the upload is complete, or gone."""
        self.upload_id, self.parts = "", {}
        self._path.unlink(missing_ok=True)

    def _read(self) -> None:
        try:
            lines = self._path.read_text().splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                found = json.loads(line)
            except ValueError:
                return
            if "upload_id" in found:
                self.upload_id = found["upload_id"]
            else:
                self.parts[found["number"]] = Part(**found)
