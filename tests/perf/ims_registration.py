"""A hundred videos registered with an emulated IMS that takes ten calls a second, by eight processes that share the limit."""

import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from media_ai.system.postgres import EmbeddedPostgres
from media_ai_emulators.testing import Emulator, running_emulator
from tests.perf.report import line

VIDEOS, PROCESSES, PER_SECOND = 100, 8, 10
READY_AFTER_S = 1.5
"""How long the emulator prepares an asset; it answers "not found" for the first half."""
_BAR = 1.3


@dataclass(frozen=True)
class _Work:
    """What one process does, and where."""

    urls: list[str]
    folder: Path
    endpoint: str
    keys: tuple[str, str]
    catalog: str


def main() -> None:
    """Print the wall time against the limit, the calls for each asset, and how often the service said no."""
    with tempfile.TemporaryDirectory() as name, _services(Path(name)) as (emulator, catalog):
        urls = [f"oss://videos/{number:03d}.mp4" for number in range(VIDEOS)]
        parts = [urls[first::PROCESSES] for first in range(PROCESSES)]
        keys = (emulator.keys.access_key_id, emulator.keys.access_key_secret)
        works = [_Work(part, Path(name) / str(at), emulator.url, keys, catalog) for at, part in enumerate(parts)]
        seconds, ids = _run(works)
        calls = emulator.calls("ice")
    throttled = sum(call.code.startswith("Throttling") for call in calls)
    is_met = len(set(ids)) == VIDEOS and seconds <= _BAR * len(calls) / PER_SECOND
    bar = f"<= {_BAR} x, none failed: {'pass' if is_met else 'MISS'}"
    line(
        f"{VIDEOS} videos registered and ready; baseline: the limit",
        seconds,
        "s",
        baseline=len(calls) / PER_SECOND,
        bar=bar,
    )
    line("calls for each asset", len(calls) / VIDEOS, "")
    line("calls that the service throttled", throttled, "")
    line("of them seen by a user", VIDEOS - len(ids), "", bar=f"0: {'pass' if len(ids) == VIDEOS else 'MISS'}")


def _run(works: list[_Work]) -> tuple[float, list[str]]:
    """Return the wall time from the start of all processes to the end of the last, and the ids of the assets."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(len(works) + 1), context.Queue()
    processes = [context.Process(target=_process, args=(work, barrier, results)) for work in works]
    for process in processes:
        process.start()
    barrier.wait(120)
    began = time.perf_counter()
    found: list[list[str]] = [results.get(timeout=300) for _ in processes]
    seconds = time.perf_counter() - began
    for process in processes:
        process.join()
    return seconds, [media_id for ids in found for media_id in ids]


def _process(work: _Work, barrier: Barrier, results: Any) -> None:
    """Register a share of the videos, all at once, as the tasks of a busy worker would."""
    from media_ai.catalog.database import Database
    from media_ai.catalog.rate_limits import CatalogLimits
    from media_ai.clients.access import Access
    from media_ai.clients.credentials import ImsCredentials, OssCredentials
    from media_ai.clients.ims_calls import ims_api

    key_id, secret = work.keys
    fields = {"region": "cn-shanghai", "endpoint": work.endpoint, "key_id": key_id, "secret": secret}
    known = {
        ImsCredentials: ImsCredentials(**fields, calls_per_second=PER_SECOND),
        OssCredentials: OssCredentials(**fields),
    }
    access = Access(credentials_of=lambda kind: known[kind], limits=CatalogLimits(Database(work.catalog)))  # type: ignore[arg-type,return-value]
    assert ims_api().actions, "The SDK is imported before the clock starts, as by a worker that has run before."
    barrier.wait(120)
    with ThreadPoolExecutor(len(work.urls)) as pool:
        results.put(
            [media_id for media_id in pool.map(lambda url: _register(url, work.folder, access), work.urls) if media_id]
        )


def _register(url: str, folder: Path, access: Any) -> str:
    """Run the node; an empty text is a failure."""
    from media_ai.errors import MediaAIError
    from media_ai.model.media import MediaInfo, Video, VideoStream
    from media_ai.model.run import RunInput
    from media_ai.nodes.register_ims_media import Inputs, Params, run
    from media_ai.testing import make_job

    own = folder / url.rpartition("/")[2]
    own.mkdir(parents=True)
    stream = VideoStream(codec="h264", width=16, height=16, frame_rate=None, time_base=Fraction(1, 1000))
    info = MediaInfo(container="mp4", duration=Fraction(60), size=1, video=stream)
    job = make_job(own, input=RunInput(video=url), access=access)
    try:
        return run(Params(), Inputs(video=Video(uri=url, sha256="0" * 64, info=info)), job).asset.id
    except MediaAIError as exc:
        print(exc.message, flush=True)
        return ""


@contextmanager
def _services(folder: Path) -> Iterator[tuple[Emulator, str]]:
    """A catalog of its own, and an IMS that takes so many calls a second and no more."""
    from media_ai.catalog.migrate import migrate

    server = EmbeddedPostgres(
        folder / "cluster" / "data", folder / "postgres.log", password="bench", admin_password="admin"
    )
    server.start()
    try:
        server.create_database("catalog")
        migrate(server.url("catalog"))
        with running_emulator(
            folder / "cloud", visible_after_s=READY_AFTER_S / 2, quotas={"ice": PER_SECOND}
        ) as emulator:
            yield emulator, server.url("catalog")
    finally:
        server.stop()


if __name__ == "__main__":
    main()
