"""What a look at a large source costs: 100,000 objects listed and decided, known and new."""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from media_ai.catalog.database import Database
from media_ai.catalog.migrate import migrate
from media_ai.system.postgres import EmbeddedPostgres
from tests.perf.report import line

_FILES = 100_000


def main() -> None:
    """Print the seconds and the memory of a look in which all is new, and of one in which nothing is."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "in"
        for number in range(_FILES):
            path = place / f"{number % 100:02d}" / f"video {number}.mp4"
            if number < 100:
                path.parent.mkdir(parents=True)
            path.write_bytes(b"x")
        server = EmbeddedPostgres(
            Path(folder) / "db" / "data", Path(folder) / "postgres.log", password="p", admin_password="a"
        )
        server.start()
        try:
            server.create_database("catalog")
            url = server.url("catalog")
            migrate(url)
            baseline = _walk(place)
            for what in ("all new", "all known"):
                done = subprocess.run(
                    [sys.executable, "-m", "tests.perf.listing", url, str(place)],
                    capture_output=True,
                    text=True,
                    check=True,
                )
                seconds, megabytes = map(float, done.stdout.split())
                line(
                    f"look at {_FILES:,} files, {what}",
                    seconds,
                    "s",
                    baseline=baseline,
                    bar="<= 20 s; baseline: os.walk and stat",
                )
                line("  its process", megabytes, "MB", bar="<= 300 MB")
        finally:
            server.stop()


def _walk(place: Path) -> float:
    start = time.perf_counter()
    sum(path.stat().st_size for path in place.rglob("*.mp4"))
    return time.perf_counter() - start


def _look(url: str, place: str) -> None:
    from datetime import UTC, datetime, timedelta

    from media_ai.catalog.source_items import SourceItems
    from media_ai.sources.listing import list_source
    from media_ai.sources.looking import look, record
    from media_ai.sources.metadata import Metadata
    from media_ai.sources.schema import Source, Window

    source = Source(slug="in", name="In", location=place, workflow="w")
    items = SourceItems(Database(url), "in")
    start = time.perf_counter()
    listing = list_source(source, lambda kind: None)  # type: ignore[arg-type,return-value]
    now = datetime.now(UTC) + timedelta(hours=1)
    window = Window(start=now - timedelta(days=1), end=now)
    found = look(
        source, listing, items.known(), Metadata(source, listing, lambda *_: ""), window, interval_start=None, now=now
    )
    record(items, found)
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    _look(*sys.argv[1:])
