"""
The video that the task was started with, and its subtitles if there are any.

Every workflow begins here. The file is opened and described: container, codecs, size, duration, rate, tracks. Files that are
not videos are refused at once, whatever their name says.
"""

import hashlib
from pathlib import Path

from pydantic import Field

from media_ai.errors import InputError
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.base import digest_of
from media_ai.model.media import SubtitleFile, Video

MAX_SUBTITLE_BYTES = 50_000_000


class Params(NodeParams):
    """There is nothing to tune: the video comes with the task."""


class Inputs(NodePorts):
    """Nothing is wired in."""


class Outputs(NodePorts):
    """The task's files."""

    video: Video = Field(title="Video")
    subtitles: SubtitleFile | None = Field(title="Subtitles", description="Empty when the task came without.")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """Describe the video and keep the subtitle file."""
    from media_ai.media.probe import probe

    path = job.files.local_path(job.input.video, what="video")
    info = probe(path, name=path.name)
    video = Video(uri=job.input.video, sha256=_sha256(path, job), info=info)
    return Outputs(video=video, subtitles=_subtitles(job))


def fingerprint(params: Params, job: Job) -> str:
    """Identify the task's files by place, size and time or ETag, so that a restart does not read gigabytes in vain."""
    addresses = {"video": job.input.video, "subtitle file": job.input.subtitles}
    return digest_of(
        {what: [address, *job.files.identity(address, what=what)] for what, address in addresses.items() if address}
    )


def _sha256(path: Path, job: Job) -> str:
    digest = hashlib.sha256()
    total, done = path.stat().st_size, 0
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 22):
            digest.update(chunk)
            done += len(chunk)
            job.progress.update(done / 1e6, total / 1e6, "MB")
    return digest.hexdigest()


def _subtitles(job: Job) -> SubtitleFile | None:
    if job.input.subtitles is None:
        return None
    path = job.files.local_path(job.input.subtitles, what="subtitle file")
    size = path.stat().st_size
    if size > MAX_SUBTITLE_BYTES:
        raise InputError(f"The subtitle file '{path.name}' has {size / 1e6:.0f} MB; at most 50 MB can be read.")
    return SubtitleFile(name=path.name, content=job.store.put_file(path, "text/plain"))


NODE = NodeType(
    id="input_video",
    version=1,
    title="Input video",
    category="Input",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    help=__doc__,
    fingerprint=fingerprint,
    preload=("media_ai.media.probe", "oss2"),
)
