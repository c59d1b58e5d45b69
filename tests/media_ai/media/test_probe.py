"""Probing: only the file itself is read, and it is described as a player shows it."""

import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from media_ai.errors import MediaError
from media_ai.media.embedded_subtitles import read_embedded_subtitles
from media_ai.media.probe import probe
from media_ai.media.sampling import Sampling, SamplingReport, sample
from tests.media_ai.nodes.test_extract_frames import CONSTANT, VARIABLE, write_numbered

QUARTER = 1 << 16
TURNS = {
    0: (QUARTER, 0, 0, 0, QUARTER, 0, 0, 0, 1 << 30),
    90: (0, QUARTER, 0, -QUARTER, 0, 0, 0, 0, 1 << 30),
    180: (-QUARTER, 0, 0, 0, -QUARTER, 0, 0, 0, 1 << 30),
    270: (0, -QUARTER, 0, QUARTER, 0, 0, 0, 0, 1 << 30),
}
"""ISO 14496-12: x' = a x + c y, y' = b x + d y, y downwards; (0, 1, -1, 0) is what a phone held upright writes."""
CORNERS = {0: (0, 0), 90: (0, -1), 180: (-1, -1), 270: (-1, 0)}
"""Where the upper left corner is after so many degrees clockwise."""


def write_turned(path: Path, degrees: int) -> None:
    """Write pictures whose upper left corner is white, to be shown turned clockwise."""
    image = np.zeros((180, 320, 3), np.uint8)
    image[:60, :60] = 255
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.set_display_matrix(TURNS[degrees])
        for number in range(5):
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv"])
@pytest.mark.parametrize("degrees", TURNS)
def test_turned_pictures_are_described_and_set_upright(tmp_path, ending, degrees):
    """Rotation is what a player turns, clockwise; sampled pictures are turned that way."""
    path = tmp_path / f"turned.{ending}"
    write_turned(path, degrees)
    video = probe(path, name="turned").video
    sampled = sample(
        path, Sampling(interval=Fraction(1), start=Fraction(0), end=Fraction(1, 5)), report=SamplingReport()
    )
    image = next(sampled).image

    assert (video.rotation, video.width, video.height) == (degrees, 320, 180)
    assert image.shape == ((180, 320, 3) if degrees % 180 == 0 else (320, 180, 3))
    assert [corner for corner in CORNERS.values() if image[corner].min() > 200] == [CORNERS[degrees]]


@pytest.fixture
def outside(tmp_path) -> Path:
    """A video in a folder that playlists lead to."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "allowed").mkdir()
    path = tmp_path / "elsewhere" / "private.ts"
    write_numbered(path, CONSTANT[:50])
    return path


def hls(target: str) -> str:
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{target}\n#EXT-X-ENDLIST\n"


def ffconcat(target: str) -> str:
    return f"ffconcat version 1.0\nfile '{target}'\n"


@pytest.mark.parametrize("name", ["x.m3u8", "x.m3u", "x.mp4", "x.ffconcat", "x.ts"])
@pytest.mark.parametrize("is_near", [True, False])
@pytest.mark.parametrize("write", [hls, ffconcat])
def test_files_that_lead_elsewhere_are_refused(tmp_path, outside, name, is_near, write):
    """Playlists are not read, whatever they are called and wherever they lead; a playlist in a folder is no way out of it."""
    path = tmp_path / "allowed" / name
    if is_near:
        shutil.copy(outside, path.parent / "near.ts")
    path.write_text(write("near.ts" if is_near else f"file://{outside}"))
    pictures = sample(path, Sampling(interval=Fraction(1), start=Fraction(0), end=Fraction(2)), report=SamplingReport())

    for read in (lambda: probe(path, name=name), lambda: next(pictures), lambda: read_embedded_subtitles(path)):
        with pytest.raises(MediaError, match=name):
            read()


def test_joined_recordings_are_as_long_as_all_of_them(tmp_path):
    """Where the clock starts anew, first and last time do not tell the duration."""
    one, joined = tmp_path / "one.ts", tmp_path / "joined.ts"
    write_numbered(one, CONSTANT)
    joined.write_bytes(one.read_bytes() * 3)

    # The stream does not say how long the last picture of each stays.
    assert float(probe(one, name="one").duration) == pytest.approx(6, abs=0.05)
    assert float(probe(joined, name="joined").duration) == pytest.approx(18, abs=0.15)


def write_range(path: Path, *, transfer: str) -> None:
    """Write a ramp from black to peak white in ten bits."""
    parameters = f"log-level=none:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    ramp = np.zeros((180, 320), np.uint16)
    ramp[:] = np.linspace(64, 940, 320)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx265", rate=25, options={"x265-params": parameters})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p10le"
        for number in range(5):
            frame = av.VideoFrame(320, 180, "yuv420p10le")
            for plane, fill in zip(frame.planes, (ramp, 512, 512), strict=True):
                pixels = np.full((plane.height, plane.line_size // 2), 512, np.uint16)
                pixels[:, : plane.width] = fill
                plane.update(pixels.tobytes())
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


@pytest.mark.parametrize(("transfer", "label"), [("smpte2084", "pq"), ("arib-std-b67", "hlg"), ("bt709", "standard")])
def test_high_dynamic_range_is_known_and_shown(tmp_path, transfer, label):
    """Diffuse white of a PQ video, 203 candela at 58 % of the signal, is white in the frames; others stay as coded."""
    path = tmp_path / "ramp.mkv"
    write_range(path, transfer=transfer)
    video = probe(path, name="ramp").video
    sampling = Sampling(interval=Fraction(1), start=Fraction(0), end=Fraction(1, 5))
    picture = next(sample(path, sampling, report=SamplingReport()))
    for row in (picture.image[90].mean(axis=1), picture.luma()[72]):
        assert (row[0] < 5, row[-1] > 250) == (True, True)
    at_white = float(picture.image[90, round(0.581 * 320)].mean())

    assert (video.dynamic_range, video.bit_depth) == (label, 10)
    assert at_white == pytest.approx(252 if label == "pq" else 148, abs=4)


@pytest.mark.parametrize(("times_ms", "uneven"), [(CONSTANT, False), (VARIABLE, True)])
@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_uneven_times_are_known(tmp_path, times_ms, uneven, ending):
    """A variable rate is told from the times of the pictures."""
    path = tmp_path / f"numbered.{ending}"
    write_numbered(path, times_ms, bf="2")

    assert probe(path, name="numbered").video.is_variable_rate is uneven


def test_huge_pictures_are_refused_before_one_is_decoded(tmp_path):
    """A few bytes that announce 16,000 x 16,000 pixels take no memory."""
    path = tmp_path / "bomb.mp4"
    frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"
    path.write_bytes(b"GIF89a\x80\x3e\x80\x3e\x80\0\0\0\0\0\xff\xff\xff" + frame + b";")
    code = "import sys; from pathlib import Path; from media_ai.media.probe import probe; import resource as r\n"
    code += "b = r.getrusage(r.RUSAGE_SELF).ru_maxrss\ntry: probe(Path(sys.argv[1]), name='bomb.mp4')\nexcept Exception as e: print(e)\n"
    code += "print(r.getrusage(r.RUSAGE_SELF).ru_maxrss - b)"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    sentence, kilobytes = done.stdout.splitlines()

    assert "pictures of 16000 x 16000; at most 67 million pixels" in sentence
    assert int(kilobytes) < 50_000


def test_longer_sound_does_not_make_a_matroska_video_longer(tmp_path):
    """The duration is that of the pictures, so that a whole file is not taken for one that was cut."""
    from tests.media_ai.media.test_sound import write_holes

    write_holes(tmp_path / "long-sound.mkv", [0, 20])

    assert probe(tmp_path / "long-sound.mkv", name="x").duration == 2
