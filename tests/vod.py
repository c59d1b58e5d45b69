"""Videos in the emulated VOD, for tests of what is done with them."""

import hashlib
import time
import uuid
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from media_ai.clients.access import Access
from media_ai.clients.credentials import VodCredentials
from media_ai.clients.vod_calls import VodCalls
from media_ai.clients.vod_sending import Sending
from media_ai.clients.vod_uploads import Created, create_video
from media_ai.clients.vod_videos import get_video
from media_ai.job import Job
from media_ai.model.media import MediaInfo, Video, VideoStream
from media_ai.model.run import RunInput
from media_ai.model.services import ServiceAsset
from media_ai.testing import make_job
from media_ai.waiting import wait_here
from media_ai_emulators.testing import Emulator
from tests.emulated import cloud_access, ims_credentials, quick

wait_briefly = partial(wait_here, sleep=lambda seconds: time.sleep(min(seconds, 0.1)))


def vod_calls(emulator: Emulator, *, tries: int = 4, **changes: Any) -> VodCalls:
    """Return the way to the emulated VOD that does not wait between tries; `changes` replace fields of the connection."""
    return VodCalls(vod_access(emulator, **changes), retry=quick(tries))


def vod_access(emulator: Emulator, **changes: Any) -> Access:
    """Return the way to the emulated VOD at any speed; `changes` replace fields of the connection."""
    credentials = ims_credentials(emulator, VodCredentials, **{"calls_per_second": 1000, **changes})
    others = cloud_access(emulator).credentials_of
    return Access(credentials_of=lambda kind: credentials if kind is VodCredentials else others(kind))  # type: ignore[arg-type,return-value]


def created(calls: VodCalls, title: str = "t", **fields: Any) -> Created:
    """Return a new video without a file."""
    parameters = {"Title": title, "FileName": "a.mp4", "ReferenceId": uuid.uuid4().hex, **fields}
    return create_video(calls, parameters)


def uploaded(emulator: Emulator, folder: Path, title: str = "t") -> str:
    """Return the id of a video whose file has arrived and been processed."""
    calls, path = vod_calls(emulator), folder / "tiny.mp4"
    path.write_bytes(b"video")
    video = created(calls, title)
    Sending(calls=calls, path=path).send(video)
    emulator.advance(emulator.state.options.job_takes_s + 0.1)
    assert get_video(calls, video.video_id).status == "Normal"
    return video.video_id


def asset(emulator: Emulator, folder: Path, title: str = "t", **changes: Any) -> ServiceAsset:
    """Return a processed video as the upload node gives it."""
    video_id = uploaded(emulator, folder, title)
    fields = {"service": "vod", "region": "cn-shanghai", "id": video_id, "uri": f"vod://{video_id}", "state": "Normal"}
    return ServiceAsset(**{**fields, **changes})


def count(emulator: Emulator, operation: str) -> int:
    """Return how many calls of an operation did its work: all that were not refused."""
    return sum(not call.code for call in emulator.calls("vod", operation))


def vod_job(folder: Path, emulator: Emulator, **changes: Any) -> Job:
    """Return a job of a task; in the same folder it is a restart of the same work, in another one other work."""
    folder.mkdir(parents=True, exist_ok=True)
    given = {name: changes.pop(name) for name in ("video_id", "title", "description", "metadata") if name in changes}
    fields: dict[str, Any] = {
        "input": RunInput(video=changes.pop("video", "/nowhere.mp4"), **given),
        "access": vod_access(emulator, **changes.pop("connection", {})),
        "wait": wait_briefly,
        **changes,
    }
    return make_job(folder, **fields)


def video_of(path: Path) -> Video:
    """Return a video by reference, whatever its file holds."""
    stream = VideoStream(codec="h264", width=16, height=16, frame_rate=None, time_base=Fraction(1, 1000))
    info = MediaInfo(container="mp4", duration=Fraction(60), size=path.stat().st_size, video=stream)
    return Video(uri=str(path), sha256=hashlib.sha256(path.read_bytes()).hexdigest(), info=info)
