"""
Find where somebody speaks in the video's sound, and write down what is said.

Loudness, speech and silence are measured on this machine. The words come from a speech model: `openai/<model>` is any server
with OpenAI's transcription endpoint, on this machine too. `modelstudio/<model>` is Alibaba Cloud's recognition of recordings
(fun-asr, paraformer-v2, qwen3-asr-flash-filetrans): the sound is lent to it through OSS, and no process waits while it works.
`local/voice-activity` finds speech and writes no words: there is
no free offline model whose package brings it along and that writes words worth reading. Only stretches with speech are sent,
cut at pauses, so that silence costs nothing and nothing can be made up in it. A subtitle file that comes with the task is
taken for the words, and no model is asked.
"""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from pydantic import Field

from media_ai.clients.models import split_model
from media_ai.clients.speech import SpokenLine
from media_ai.graph.foresight import SPEECH_TOKENS_PER_S, Expected, Work
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.media import SubtitleFile, Video
from media_ai.model.run import RunInput
from media_ai.model.speech import Sound, Transcript
from media_ai.nodes._heard_lines import Heard, join_heard, language_of, range_of, segments_of, words_of
from media_ai.nodes._sound_file import SoundFile
from media_ai.nodes._speech_by_task import PROVIDER, check_task_model, listen_and_lend, recognize_by_task
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
    speakers: bool = Field(
        default=False,
        title="Tell speakers apart",
        description="With models that can: modelstudio/fun-asr and modelstudio/paraformer-v2.",
    )
    speaker_count: int | None = Field(
        default=None, ge=2, le=100, title="Number of speakers", description="Found by the model if empty."
    )
    longest_part: float = Field(
        default=300,
        ge=20,
        le=1200,
        title="Longest part",
        description="Seconds of sound in one request to an openai/ model. Parts are cut at pauses.",
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
        ConfigurationError: Credentials of the model are missing.
        ServiceError: The model refused or failed.
    """
    has_words = inputs.subtitles is not None and params.subtitles == "prefer"
    if params.model.startswith(f"{PROVIDER}/") and not has_words:
        return _by_task(params, inputs.video, job)
    file = SoundFile(job.workdir / "sound.pcm")
    sound = _sound(params, inputs.video, file, job)
    if inputs.subtitles is not None and has_words:
        return Outputs(transcript=transcript_of_file(inputs.subtitles, params.language, job), sound=sound)
    return Outputs(transcript=_write_down(params, sound, file, job), sound=sound)


def _by_task(params: Params, video: Video, job: Job) -> Outputs:
    check_task_model(job)
    sound, lent = listen_and_lend(lambda file: _sound(params, video, file, job), job)
    if not lent:
        job.notice("Nobody speaks; no model was asked.")
        return Outputs(transcript=_transcript(params, (), None), sound=sound)
    heard = [recognize_by_task(params, lent, job)]
    if not heard[0].reply.lines:
        job.notice(f"{params.model} heard no words.")
    return Outputs(transcript=_joined(params, heard, sound, job), sound=sound)


def _sound(params: Params, video: Video, file: SoundFile, job: Job) -> Sound:
    if video.info.audio:
        return _listen(params, video, file, job)
    job.notice("The video has no sound.")
    return Sound(track=0, duration=Fraction(0), loudness_lufs=None, peak_dbfs=None, speech=(), silence=())


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
    return _joined(params, list(_recognize(params, file, _speech(sound), job)), sound, job)


def _speech(sound: Sound) -> list[tuple[float, float]]:
    return [(float(part.start.seconds), float(part.end.seconds)) for part in sound.speech]


def _joined(params: Params, heard: list[Heard], sound: Sound, job: Job) -> Transcript:
    return _transcript(params, join_heard(heard, _speech(sound), job.notice), language_of(heard))


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


def _transcript(params: Params, lines: tuple[SpokenLine, ...], told: str | None) -> Transcript:
    from media_ai.media.words import guess_language

    guessed = guess_language("\n".join(line.text for line in lines)) if lines else None
    language = params.language or guessed or told
    return Transcript(source=params.model, language=language, segments=segments_of(lines), words=words_of(lines))


def _services(params: Params, run_input: RunInput | None) -> tuple[str, ...]:
    """Subtitles that come with the task make the model unnecessary."""
    if run_input is not None and run_input.subtitles and params.subtitles == "prefer":
        return ()
    provider, _ = split_model(params.model)
    return {PROVIDER: (PROVIDER, "oss"), "openai": ("openai",)}.get(provider, ())


def foresee(params: Params, expected: Expected) -> Work:
    """Sound is paid for from the first word to the last: nearly all of a talk."""
    has_words = expected.has_subtitles and params.subtitles == "prefer"
    is_asked = expected.has_sound and not has_words and params.model != LOCAL_MODEL
    words = expected.video_s * SPEECH_TOKENS_PER_S if has_words or is_asked else 0
    if not is_asked:
        return Work(gives_tokens=words)
    calls = 1 if params.model.startswith(f"{PROVIDER}/") else math.ceil(expected.video_s / params.longest_part)
    return Work(model=params.model, calls=calls, audio_s=expected.video_s, gives_tokens=words)


NODE = NodeType(
    id="transcribe_speech",
    version=1,
    title="Transcribe speech",
    category="Speech and text",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    foresee=foresee,
    services=_services,
    help=__doc__ or "",
    preload=("media_ai.media.sound", "media_ai.media.voice"),
)
