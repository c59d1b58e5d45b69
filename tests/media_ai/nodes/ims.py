"""What tests of the IMS nodes share: a job against the emulator, a video, and a look at what is registered."""

import time
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from media_ai.clients.access import Access
from media_ai.clients.credentials import ImsCredentials
from media_ai.clients.ims_calls import ImsCalls
from media_ai.clients.ims_library import ImsMedia
from media_ai.clients.ims_record import MediaRecord
from media_ai.errors import ConfigurationError
from media_ai.job import Job
from media_ai.model.media import MediaInfo, Video, VideoStream
from media_ai.model.run import RunInput
from media_ai.testing import make_job
from media_ai.waiting import wait_here
from media_ai_emulators.testing import Emulator
from tests.emulated import ims_credentials, quick

wait_briefly = partial(wait_here, sleep=lambda seconds: time.sleep(min(seconds, 0.1)))


def ims_access(emulator: Emulator, **changes: Any) -> Access:
    """Return the way to IMS alone, as in a deployment without an OSS connection."""
    credentials = ims_credentials(emulator, **{"calls_per_second": 0, **changes})

    def credentials_of(kind: type[Any], /) -> Any:
        if kind is not ImsCredentials:
            raise ConfigurationError(f"No credentials for {kind.title}.")
        return credentials

    return Access(credentials_of=credentials_of)


def ims_job(folder: Path, emulator: Emulator, *, video: str = "oss://other/a.mp4", **changes: Any) -> Job:
    """Return a job of a task over `video`; in the same folder it is a restart of the same work."""
    given = {name: changes.pop(name) for name in ("video_id", "title", "description", "metadata") if name in changes}
    fields: dict[str, Any] = {
        "input": RunInput(video=video, **given),
        "access": ims_access(emulator),
        "wait": wait_briefly,
        **changes,
    }
    return make_job(folder, **fields)


def video_at(uri: str) -> Video:
    """Return a video by reference."""
    stream = VideoStream(codec="h264", width=16, height=16, frame_rate=None, time_base=Fraction(1, 1000))
    info = MediaInfo(container="mp4", duration=Fraction(60), size=1, video=stream)
    return Video(uri=uri, sha256="0" * 64, info=info)


def library(emulator: Emulator) -> ImsMedia:
    """Return the library of the emulated IMS."""
    return ImsMedia(ImsCalls(ims_access(emulator), retry=quick()))


def registered(emulator: Emulator, url: str) -> list[MediaRecord]:
    """Return every asset that has an address."""
    emulator.faults().clear()
    return [record for record in library(emulator).list() if record.input_url == url]
