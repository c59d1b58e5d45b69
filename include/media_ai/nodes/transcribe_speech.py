"""
Find where somebody speaks in the video's sound, and write down what is said.

Loudness, speech and silence are measured on this machine. The words come from a speech model: `openai/<model>` is any server
with OpenAI's transcription endpoint, on this machine too. `local/voice-activity` finds speech and writes no words: there is
no free offline model whose package brings it along and that writes words worth reading. Only stretches with speech are sent,
cut at pauses, so that silence costs nothing and nothing can be made up in it. A subtitle file that comes with the task is
taken for the words, and no model is asked.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from pydantic import Field

from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.media import SubtitleFile, Video
from media_ai.model.speech import Segment, Sound, Transcript
from media_ai.nodes._heard_lines import Heard, join_heard, language_of, range_of
from media_ai.nodes._sound_file import SoundFile
from media_ai.nodes._subtitle_transcripts import transcript_of_file

LOCAL_MODEL = "local/voice-activity"


class Params(NodeParams):
    """Which model, which track."""

    model: str = Field(
        default=LOCAL_MODEL,
        pattern=r"^[^/]+/.+$",
        title="Model",
        description="provider/model, such as openai/whisper-1. local/voice-activity finds speech but writes no words.",
    )
    language: str | None = Field(
        default=None,
        max_length=35,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        title="Language",
        description="Of the speech, such as en or zh-CN; found by the model if empty.",
    )
    subtitles: Literal["prefer", "ignore"] = Field(
        default="prefer",
        title="Subtitles of the task",
        description="Whether a subtitle file is taken for the words instead of asking the model.",
    )
    track: int = Field(default=0, ge=0, le=63, title="Sound track", description="The first is 0.")
    longest_part: float = Field(
        default=300,
        ge=20,
        le=1200,
        title="Longest part",
        description="Seconds of sound in one request. Parts are cut at pauses.",
    )


class Inputs(NodePorts):
    """A video, and subtitles if there are any."""

    video: Video = Field(title="Video")
    subtitles: SubtitleFile | None = Field(default=None, title="Subtitles", description="A .srt or .vtt file.")


class Outputs(NodePorts):
    """What is said, and what else is heard."""

    transcript: Transcript = Field(title="Transcript")
    sound: Sound = Field(title="Sound")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """
    Measure the sound, then have the parts with speech recognized.

    Raises:
        InputError: There is no such track.
        MediaError: The sound or the subtitles cannot be read.
        ServiceError: The model refused or failed.
    """
    file = SoundFile(job.workdir / "sound.pcm")
    if inputs.video.info.audio:
        sound = _listen(params, inputs.video, file, job)
    else:
        job.notice("The video has no sound.")
        sound = Sound(track=0, duration=Fraction(0), loudness_lufs=None, peak_dbfs=None, speech=(), silence=())
    if inputs.subtitles is not None and params.subtitles == "prefer":
        return Outputs(transcript=transcript_of_file(inputs.subtitles, params.language, job), sound=sound)
    return Outputs(transcript=_write_down(params, sound, file, job), sound=sound)


def _listen(params: Params, video: Video, file: SoundFile, job: Job) -> Sound:
    """Decode the track once: onto disk, and through the detector."""
    from media_ai.media.sound import SoundReport, read_sound
    from media_ai.media.voice import find_activity

    report, total = SoundReport(), float(video.info.duration)
    pieces = read_sound(
        job.files.local_path(video.uri, what="video"),
        track=params.track,
        end=video.info.duration,
        report=report,
        on_progress=lambda time: job.progress.update(min(float(time), total), total, "seconds of sound"),
    )
    activity = find_activity(file.keep(pieces))
    if report.is_cut:
        job.notice("The sound goes on for more than a minute after the last picture; what comes then is left out.")
    if report.decode_errors:
        job.notice(f"{report.decode_errors} parts of the sound could not be decoded; words may be missing there.")
    return Sound(
        track=params.track,
        duration=report.seconds,
        loudness_lufs=report.loudness_lufs,
        peak_dbfs=report.peak_dbfs,
        speech=tuple(range_of(*stretch) for stretch in activity.speech),
        silence=tuple(range_of(*stretch) for stretch in activity.silence),
        decode_errors=report.decode_errors,
    )


def _write_down(params: Params, sound: Sound, file: SoundFile, job: Job) -> Transcript:
    if not sound.speech:
        job.notice("Nobody speaks; no model was asked.")
        return _transcript(params, (), None)
    if params.model == LOCAL_MODEL:
        job.notice(
            "No words were written: local/voice-activity only finds where somebody speaks. "
            "Choose a speech model, or give subtitles."
        )
        return _transcript(params, (), None)
    speech = [(float(part.start.seconds), float(part.end.seconds)) for part in sound.speech]
    heard = list(_recognize(params, file, speech, job))
    return _transcript(params, join_heard(heard, speech, job.notice), language_of(heard))


def _recognize(params: Params, file: SoundFile, speech: list[tuple[float, float]], job: Job) -> Iterator[Heard]:
    from media_ai.clients.speech import SpeechRequest, open_speech_model

    model = open_speech_model(params.model, job.access)
    parts = file.parts_of(speech, params.longest_part)
    for at, part in enumerate(parts):
        job.progress.update(at, len(parts), "parts of speech")
        request = SpeechRequest(wav=file.wav(part), seconds=part[1] - part[0], language=params.language)
        reply = model.transcribe(request)
        job.usage.extend(reply.usage)
        yield Heard(part=part, reply=reply)


def _transcript(params: Params, segments: tuple[Segment, ...], told: str | None) -> Transcript:
    from media_ai.media.words import guess_language

    guessed = guess_language("\n".join(segment.text for segment in segments)) if segments else None
    return Transcript(source=params.model, language=params.language or guessed or told, segments=segments)


NODE = NodeType(
    id="transcribe_speech",
    version=1,
    title="Transcribe speech",
    category="Speech and text",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    help=__doc__ or "",
    preload=("media_ai.media.sound", "media_ai.media.voice"),
)
