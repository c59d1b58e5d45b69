"""Sampling by time: the right picture in every container, late starts, odd clocks."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from media_ai.media.frames import Picture
from media_ai.media.opening import open_media
from media_ai.media.sampling import Sampling, SamplingReport
from media_ai.media.sampling import sample as sample_video
from tests.media_ai.nodes.test_extract_frames import draw_number, read_number, write_numbered

RATE = 25
CLIPS = {
    "mp4": ("numbered.mp4", "libx264", "3"),
    "mov": ("numbered.mov", "mpeg4", "2"),
    "mkv": ("numbered.mkv", "libx264", "3"),
    "ts": ("numbered.ts", "libx264", "3"),
    "flv": ("numbered.flv", "libx264", "3"),
    "mpg": ("numbered.mpg", "mpeg2video", "2"),
    "wmv": ("numbered.wmv", "wmv2", "0"),
    "avi-mpeg4": ("plain.avi", "mpeg4", "0"),
    "avi-mpeg4-b": ("reordered.avi", "mpeg4", "2"),
    "avi-h264-b": ("numbered.avi", "libx264", "3"),
}


def write_regular(path: Path, codec: str, bframes: str, *, count: int = 500, first: int = 0) -> None:
    """Write a video of 25 pictures a second whose n-th picture shows `first` + n; a key picture every two seconds."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE, options={"bf": bframes})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.gop_size = 50
        for number in range(count):
            frame = av.VideoFrame.from_ndarray(draw_number(first + number), format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


@pytest.fixture(scope="module")
def clips(tmp_path_factory) -> dict[str, Path]:
    """Twenty seconds in every container."""
    folder = tmp_path_factory.mktemp("clips")
    for name, codec, bframes in CLIPS.values():
        write_regular(folder / name, codec, bframes)
    return {label: folder / name for label, (name, _, _) in CLIPS.items()}


def sample(path: Path, interval: str, start: str, end: str) -> tuple[list[Picture], SamplingReport]:
    report = SamplingReport()
    sampling = Sampling(interval=Fraction(interval), start=Fraction(start), end=Fraction(end))
    return list(sample_video(path, sampling, report=report)), report


@pytest.mark.parametrize("label", CLIPS)
@pytest.mark.parametrize(("interval", "start"), [("1", "0"), ("1/25", "12"), ("0.4", "17.99")])
def test_every_picture_is_the_right_one(clips, label, interval, start):
    """In every container and with reordered pictures, at the beginning and after a late start, to the picture."""
    pictures, report = sample(clips[label], interval, start, "20")
    wanted = [Fraction(start) + n * Fraction(interval) for n in range(500)]
    numbers = [int(time * RATE) for time in wanted if time < 20]

    assert [read_number(picture.image) for picture in pictures] == list(dict.fromkeys(numbers))
    # Milliseconds are as fine as some containers count.
    assert all(abs(p.time.seconds - Fraction(read_number(p.image), RATE)) < Fraction(1, 500) for p in pictures)
    assert (report.decode_errors, report.clock_jumps, report.is_truncated(Fraction(20))) == (0, 0, False)


@pytest.mark.parametrize("start", ["0", "12"])
def test_time_starts_with_the_first_picture(tmp_path, start):
    """A stream that begins in the middle of a group is timed from the first picture that can be shown."""
    whole, cut = tmp_path / "whole.ts", tmp_path / "cut.ts"
    write_regular(whole, "libx264", "3")
    data = whole.read_bytes()
    with open_media(whole, name="whole") as container:
        second = [packet.pos for packet in container.demux(video=0) if packet.is_keyframe][1]
    cut.write_bytes(data[second - 188 * 20 :])
    pictures, _ = sample(cut, "1", start, "15")
    numbers = [read_number(picture.image) for picture in pictures]
    first = read_number(sample(cut, "1", "0", "1")[0][0].image)

    assert numbers == [first + RATE * second for second in range(int(start), 15)]


def test_empty_places_in_an_avi_are_time(tmp_path):
    """A picture that stays on screen for several places does so in the samples."""
    path = tmp_path / "held.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(50):
            frame = av.VideoFrame.from_ndarray(draw_number(number), format="bgr24")
            frame.pts, frame.time_base = number + (25 if number >= 25 else 0), Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    pictures, _ = sample(path, "1/2", "0", "3")

    assert [read_number(picture.image) for picture in pictures] == [0, 12, 24, 25, 37]


@pytest.mark.parametrize("start", ["0", "13"])
def test_a_clock_that_starts_anew_goes_on(tmp_path, start):
    """Joined recordings are one video; how often the clock jumps is counted."""
    joined = tmp_path / "joined.ts"
    for part in range(3):
        write_regular(tmp_path / "part.ts", "libx264", "3", count=200, first=200 * part)
        with joined.open("ab") as file:
            file.write((tmp_path / "part.ts").read_bytes())
    pictures, report = sample(joined, "1", start, "24")

    assert [read_number(picture.image) for picture in pictures] == [RATE * n for n in range(int(start), 24)]
    assert report.clock_jumps == 2


def test_a_huge_jump_of_time_ends_the_sampling(tmp_path):
    """A picture three thousand years ahead is one step, not a step for every interval between."""
    path = tmp_path / "jump.mkv"
    write_numbered(path, [0, 40, 80, 10**14], bf="0")
    pictures, report = sample(path, "1/25", "0", "100")

    assert [read_number(picture.image) for picture in pictures][:3] == [0, 1, 2]
    assert len(pictures) <= 4
    assert report.sampled == len(pictures)


def test_a_long_interval_is_no_truncation(clips):
    """Reading stops when there is nothing more to take; that is not the end of the file."""
    pictures, report = sample(clips["mp4"], "60", "0", "20")

    assert len(pictures) == 1
    assert not report.is_truncated(Fraction(20))


def test_progress_is_told_for_every_packet(tmp_path):
    """Also where nothing comes out, so that a stop is noticed."""
    path = tmp_path / "numbered.ts"
    write_regular(path, "libx264", "3", count=250)
    told = []
    sampling = Sampling(interval=Fraction(1), start=Fraction(9), end=Fraction(10))
    next(sample_video(path, sampling, report=SamplingReport(), on_progress=told.append))

    assert len(told) > 200
    assert told[0] == 0
