"""
Turn subtitles into a transcript with exact times.

A subtitle file (.srt or .vtt, in any encoding) is taken when one is wired; otherwise the first text track inside the
video. A video without either gives an empty transcript and a notice, so that the nodes after it still run.
"""

from typing import Literal

from pydantic import Field

from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.media import SubtitleFile, Video
from media_ai.model.speech import Transcript
from media_ai.nodes._subtitle_transcripts import transcript_in_video, transcript_of_file


class Params(NodeParams):
    """What a person can tune."""

    language: str | None = Field(
        default=None,
        title="Language",
        description="BCP 47 tag of the subtitles, such as en or zh-CN; found out when empty.",
        pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
    )
    embedded: Literal["use", "ignore"] = Field(
        default="use",
        title="Subtitles inside the video",
        description="Whether a text track of the video is read when there is no subtitle file.",
    )


class Inputs(NodePorts):
    """What is wired in."""

    video: Video = Field(title="Video")
    subtitles: SubtitleFile | None = Field(default=None, title="Subtitles", description="A .srt or .vtt file.")


class Outputs(NodePorts):
    """What comes out."""

    transcript: Transcript = Field(title="Transcript")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """
    Read the file, or else the track inside the video.

    Raises:
        MediaError: The file or the track cannot be read.
    """
    if inputs.subtitles is not None:
        return Outputs(transcript=transcript_of_file(inputs.subtitles, params.language, job))
    if params.embedded == "use" and inputs.video.info.subtitles:
        found = transcript_in_video(inputs.video, params.language, job)
        if found is not None:
            return Outputs(transcript=found)
    job.notice("There are no subtitles: no file was given and no text track inside the video was read.")
    return Outputs(transcript=Transcript(source="none", language=params.language, segments=()))


NODE = NodeType(
    id="read_subtitles",
    version=1,
    title="Read subtitles",
    category="Speech and text",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    help=__doc__ or "",
    preload=("av", "pysrt", "webvtt", "charset_normalizer"),
)
