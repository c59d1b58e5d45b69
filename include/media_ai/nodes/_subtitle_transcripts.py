"""Transcripts from subtitles, as a file or inside the video."""

from media_ai.job import Job
from media_ai.model.media import SubtitleFile, Video
from media_ai.model.speech import Segment, Transcript


def transcript_of_file(file: SubtitleFile, language: str | None, job: Job) -> Transcript:
    """
    Read a subtitle file; `language` is found from the words if it is None.

    Raises:
        MediaError: It cannot be read.
    """
    from media_ai.media.subtitles import parse_subtitles

    parsed = parse_subtitles(job.store.read(file.content), file.name)
    for notice in parsed.notices:
        job.notice(f"{file.name}: {notice}")
    if not parsed.segments:
        job.notice(f"{file.name} holds no lines.")
    return _transcript(parsed.format, language, parsed.segments)


def transcript_in_video(video: Video, language: str | None, job: Job) -> Transcript | None:
    """
    Read the text track inside a video; None when its tracks are pictures.

    Raises:
        MediaError: It cannot be read.
    """
    from media_ai.media.embedded_subtitles import read_embedded_subtitles

    track = read_embedded_subtitles(job.files.local_path(video.uri, what="video"))
    if track is None:
        job.notice("The subtitle tracks inside the video are pictures, which are not read.")
        return None
    for notice in track.notices:
        job.notice(f"Subtitle track: {notice}")
    return _transcript(f"embedded:{track.codec}", language or track.language, track.segments)


def _transcript(source: str, language: str | None, segments: tuple[Segment, ...]) -> Transcript:
    from media_ai.media.words import guess_language

    language = language or guess_language("\n".join(segment.text for segment in segments))
    return Transcript(source=source, language=language, segments=segments)
