"""Subtitles from a file and from inside a video, made here with PyAV."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from media_ai.errors import MediaError
from media_ai.job import Job
from media_ai.model.media import MediaInfo, SubtitleFile, SubtitleStream, Video, VideoStream
from media_ai.model.speech import Transcript
from media_ai.nodes import node_type
from media_ai.nodes.read_subtitles import Inputs, Params, run
from media_ai.testing import make_job

SRT = "1\n00:00:01,000 --> 00:00:03,000\nThe bees are in the hive.\n\n2\n00:00:04,000 --> 00:00:06,500\nThat is it.\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Anna>The bees are in the hive.\n"
ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,20\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,{\\an8}The bees,\\Nin the hive.\n"
)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return make_job(tmp_path)


def video(path: Path, *codecs: str) -> Video:
    """Describe a video as probing would, with subtitle tracks of these codecs."""
    picture = VideoStream(codec="mpeg4", width=64, height=64, frame_rate=Fraction(5), time_base=Fraction(1, 1000))
    tracks = tuple(SubtitleStream(index=at, codec=codec) for at, codec in enumerate(codecs, 1))
    info = MediaInfo(container="matroska", duration=Fraction(8), size=1, video=picture, subtitles=tracks)
    return Video(uri=str(path), sha256="0" * 64, info=info)


def subtitle_file(job: Job, text: str | bytes, name: str = "a.srt") -> SubtitleFile:
    data = text.encode() if isinstance(text, str) else text
    return SubtitleFile(name=name, content=job.store.put_bytes(data, "text/plain"))


def mux(folder: Path, text: str, ending: str, *, language: str | None = None) -> Path:
    """Write a video of eight seconds with the subtitle file as a track inside."""
    source, target = folder / f"a.{ending}", folder / "a.mkv"
    source.write_text(text, encoding="utf-8")
    with av.open(str(source)) as subtitles, av.open(str(target), "w") as output:
        picture = output.add_stream("mpeg4", rate=5)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        track = output.add_stream_from_template(subtitles.streams.subtitles[0])
        if language:
            track.metadata["language"] = language
        for number in range(40):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))
            frame.pts = number
            output.mux(picture.encode(frame))
        output.mux(picture.encode())
        for packet in subtitles.demux(subtitles.streams.subtitles[0]):
            if packet.dts is not None:
                packet.stream = track
                output.mux(packet)
    return target


def read(job: Job, path: Path, file: SubtitleFile | None = None, **params: str) -> Transcript:
    inputs = Inputs(video=video(path, "subrip"), subtitles=file)
    return run(Params.model_validate(params), inputs, job).transcript


def test_it_is_in_the_library() -> None:
    """The node type is found under its file's name."""
    assert node_type("read_subtitles").title == "Read subtitles"


def test_a_file_is_read(job: Job) -> None:
    """A wired subtitle file gives its lines, its format and its language."""
    found = read(job, Path("/nowhere.mkv"), subtitle_file(job, SRT))
    assert (found.source, found.language, len(found.segments)) == ("srt", "en", 2)


def test_the_format_is_the_source(job: Job) -> None:
    """A WebVTT file is named as such."""
    assert read(job, Path("/nowhere.mkv"), subtitle_file(job, VTT, "a.vtt")).source == "vtt"


def test_a_given_language_wins(job: Job) -> None:
    """The language that a person gives is not found out again."""
    assert read(job, Path("/nowhere.mkv"), subtitle_file(job, SRT), language="en-GB").language == "en-GB"


def test_notices_name_the_file(job: Job) -> None:
    """What is odd about a file is told with its name."""
    read(job, Path("/nowhere.mkv"), subtitle_file(job, SRT + "\n3\n00:09,000 --> 00:08,000\nlost\n"))
    assert job.notices[0].startswith("a.srt: 1 cues were left out")


def test_a_file_that_is_none_is_refused(job: Job) -> None:
    """A picture under the name of a subtitle file is an error with that name."""
    with pytest.raises(MediaError, match=r"a\.srt"):
        read(job, Path("/nowhere.mkv"), subtitle_file(job, b"\x89PNG\r\n\x1a\n"))


@pytest.mark.parametrize(
    ("text", "ending", "source", "first"),
    [
        (SRT, "srt", "embedded:subrip", "The bees are in the hive."),
        (VTT, "vtt", "embedded:webvtt", "The bees are in the hive."),
        (ASS, "ass", "embedded:ass", "The bees, in the hive."),
    ],
)
def test_a_track_inside_the_video(job: Job, tmp_path: Path, text: str, ending: str, source: str, first: str) -> None:
    """Without a file the track inside the video is read, with its codec as the source and its times."""
    found = read(job, mux(tmp_path, text, ending))
    assert (source, first, "0:00:01.000 - 0:00:03.000") == (
        found.source,
        found.segments[0].text,
        str(found.segments[0].time),
    )


def test_the_speaker_of_a_track(job: Job, tmp_path: Path) -> None:
    """Voice tags of an embedded WebVTT track become speakers."""
    assert read(job, mux(tmp_path, VTT, "vtt")).segments[0].speaker == "Anna"


def test_the_language_of_a_track(job: Job, tmp_path: Path) -> None:
    """A track's declared language is taken, in its short form."""
    assert read(job, mux(tmp_path, SRT, "srt", language="ger")).language == "de"


def test_a_file_goes_before_a_track(job: Job, tmp_path: Path) -> None:
    """A wired file is read although the video has a track."""
    path = mux(tmp_path, SRT, "srt")
    assert read(job, path, subtitle_file(job, VTT, "a.vtt")).source == "vtt"


def test_tracks_can_be_ignored(job: Job, tmp_path: Path) -> None:
    """With 'ignore' the track inside the video is not read."""
    assert read(job, mux(tmp_path, SRT, "srt"), embedded="ignore").source == "none"


def test_a_video_without_subtitles(job: Job) -> None:
    """Without any subtitles the transcript is empty and a notice says why."""
    found = run(Params(), Inputs(video=video(Path("/nowhere.mkv"))), job).transcript
    assert (found.source, found.segments) == ("none", ())
    assert "There are no subtitles" in job.notices[0]


def test_a_declared_track_that_is_not_there(job: Job, tmp_path: Path) -> None:
    """A video whose tracks are no text gives an empty transcript and notices."""
    path = mux(tmp_path, SRT, "srt")
    target = tmp_path / "b.mkv"
    with av.open(str(path)) as source, av.open(str(target), "w") as output:
        track = output.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = track
                output.mux(packet)
    assert read(job, target).source == "none"


def test_a_broken_video(job: Job, tmp_path: Path) -> None:
    """A video that cannot be opened is an error that says what to do."""
    path = tmp_path / "a.mkv"
    path.write_bytes(b"no video")
    with pytest.raises(MediaError, match="ignore"):
        read(job, path)
