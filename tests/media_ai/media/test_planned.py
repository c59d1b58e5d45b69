"""Planned decoding: the same pictures at the same times as decoding everything, for every structure of a stream."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from media_ai.media.frames import Picture
from media_ai.media.groups import in_groups
from media_ai.media.opening import open_media, read_packets
from media_ai.media.sampling import Sampling, SamplingReport, _from_all, sample
from tests.media_ai.nodes.test_extract_frames import draw_number

_QUIET = "log-level=none:"
STREAMS = {
    "open groups": ("open.mp4", "libx264", {"x264-params": "open-gop=1:bframes=5:b-pyramid=normal:keyint=50"}),
    "open groups, ts": ("open.ts", "libx264", {"x264-params": "open-gop=1:bframes=3:keyint=30"}),
    "gradual refresh": ("refresh.mp4", "libx264", {"x264-params": "intra-refresh=1:keyint=50:bframes=2"}),
    "gradual refresh, ts": ("refresh.ts", "libx264", {"x264-params": "intra-refresh=1:keyint=50"}),
    "one key picture": ("endless.mp4", "libx264", {"x264-params": "keyint=infinite:scenecut=0:bframes=3"}),
    "interlaced": ("fields.ts", "libx264", {"x264-params": "interlaced=1:tff=1:bframes=3"}),
    "hevc, open groups": ("open.mkv", "libx265", {"x265-params": f"{_QUIET}keyint=40:open-gop=1"}),
    "vp8, hidden pictures": ("hidden.webm", "libvpx", {"auto-alt-ref": "1", "lag-in-frames": "16", "cpu-used": "8"}),
    "vp9, hidden pictures": (
        "hidden9.webm",
        "libvpx-vp9",
        {"auto-alt-ref": "1", "deadline": "realtime", "cpu-used": "8"},
    ),
    "av1": ("shown.mkv", "libsvtav1", {"preset": "12"}),
    "only key pictures": ("intra.mov", "mjpeg", {}),
}


def write(path: Path, codec: str, options: dict[str, str], *, count: int = 250) -> None:
    """Write numbered pictures with something that moves, at uneven times."""
    random = np.random.default_rng(1)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height = 320, 180
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.gop_size = 50
        stream.codec_context.time_base = Fraction(1, 100)
        time = 0
        for number in range(count):
            image = draw_number(number)
            image[120:170, number % 250 : number % 250 + 60] = random.integers(0, 255, (50, 60, 3))
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = time, Fraction(1, 100)
            time += 4 if number % 20 else 9
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


@pytest.mark.parametrize("label", STREAMS)
def test_a_plan_gives_what_decoding_everything_gives(tmp_path, monkeypatch, label):
    """Pictures and times are the same for near and far samples, from the start and from the middle."""
    monkeypatch.setenv("SVT_LOG", "0")
    name, codec, options = STREAMS[label]
    write(tmp_path / name, codec, options)
    for interval, start in [("2", "0"), ("0.9", "0.3"), ("1/25", "6"), ("0.3", "3.77")]:
        sampling = Sampling(interval=Fraction(interval), start=Fraction(start), end=Fraction(60))
        planned = list(sample(tmp_path / name, sampling, report=SamplingReport()))
        whole = _from_all(tmp_path / name, sampling, SamplingReport(), lambda _: None)
        expected = [Picture(time=time, frame=frame) for frame, time in whole]

        assert [picture.time for picture in planned] == [picture.time for picture in expected]
        assert all(np.array_equal(a.luma(), b.luma()) for a, b in zip(planned, expected, strict=True))


def test_key_pictures_are_taken_at_least_an_interval_apart(tmp_path):
    """Without an interval worth the name all of them, else those that keep the distance."""
    path = tmp_path / "keys.mp4"
    write(path, "libx264", {"x264-params": "keyint=25:min-keyint=25:scenecut=0"})
    with open_media(path, name="keys") as container:
        packets = container.demux(video=0)
        keys = [packet.pts * packet.time_base for packet in packets if packet.is_keyframe]

    def times(interval: str) -> list[Fraction]:
        sampling = Sampling(interval=Fraction(interval), start=Fraction(0), end=Fraction(60), only_key_pictures=True)
        return [picture.time.seconds for picture in sample(path, sampling, report=SamplingReport())]

    assert times("1/25") == keys
    assert times("2") == keys[::2]


def test_damage_in_the_middle_costs_only_what_it_hits(tmp_path):
    """Samples before and after the damage are the right ones; errors are counted."""
    path = tmp_path / "damaged.mp4"
    write(path, "libx264", {"x264-params": "keyint=25:bframes=2"})
    sampling = Sampling(interval=Fraction(1, 2), start=Fraction(0), end=Fraction(60))
    intact = {p.time: p.luma() for p in sample(path, sampling, report=SamplingReport())}
    with open_media(path, name="damaged") as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    data = bytearray(path.read_bytes())
    for packet in packets[100:115]:
        data[packet.pos + 8 : packet.pos + packet.size] = bytes(packet.size - 8)
    path.write_bytes(data)
    report = SamplingReport()
    found = list(sample(path, sampling, report=report))

    wrong = [p.time for p in found if p.time not in intact or not np.array_equal(intact[p.time], p.luma())]
    assert report.decode_errors > 0
    assert len(found) >= len(intact) - 3
    assert all(Fraction(3) < time.seconds < Fraction(6) for time in wrong)


def test_a_group_without_an_end_is_cut(tmp_path):
    """A stream with a single key picture is read in pieces, so that memory stays bounded."""
    path = tmp_path / "endless.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"x264-params": "keyint=infinite:scenecut=0"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(1500):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with open_media(path, name="endless") as container:
        groups = list(in_groups(read_packets(container, container.streams.video[0])))

    assert sum(len(group.packets) for group in groups) == 1500
    assert max(len(group.packets) for group in groups) < 620
    assert [group.is_key for group in groups] == [True, False, False]
    # What is shown in one piece is shown before all of the next.
    assert all(max(one.times) < min(other.times) for one, other in pairwise(groups))


def times_of(path: Path, interval: str, start: str = "0", **options: bool) -> list[Fraction]:
    sampling = Sampling(interval=Fraction(interval), start=Fraction(start), end=Fraction(60), **options)
    return [picture.time.seconds for picture in sample(path, sampling, report=SamplingReport())]


def test_no_picture_is_lost_where_a_long_group_is_cut(tmp_path):
    """Every picture of a stream with one key picture and B-pictures is there."""
    path = tmp_path / "endless.mp4"
    write(path, "libx264", {"x264-params": "keyint=infinite:scenecut=0:bframes=3"}, count=1000)

    assert len(times_of(path, "1/100")) == 1000


def test_times_that_are_lost_on_the_way_cost_no_picture(tmp_path, monkeypatch):
    """Where packets stop telling times everything is decoded from there on."""
    path = tmp_path / "regular.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"bf": "0", "g": "25"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(250):
            frame = av.VideoFrame.from_ndarray(draw_number(number), format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    expected = times_of(path, "1/2")

    def forgetful(*arguments, **more):
        for number, packet in enumerate(read_packets(*arguments, **more)):
            if number > 60 and number % 10:
                packet.pts = None
            yield packet

    monkeypatch.setattr("media_ai.media.sampling.read_packets", forgetful)

    assert times_of(path, "1/2") == expected


def test_key_pictures_keep_to_the_span_in_every_container(tmp_path):
    """From the start, an interval apart, whether packets tell times or not; none at all is no damage."""
    keys = {"x264-params": "keyint=25:min-keyint=25:scenecut=0"}
    write(tmp_path / "one.mp4", "libx264", {"x264-params": "keyint=infinite:scenecut=0"})
    found = {}
    for name, codec, options in [
        ("a.mp4", "libx264", keys),
        ("a.avi", "mpeg4", {"g": "25", "bf": "0", "sc_threshold": "1000000000"}),
    ]:
        path = tmp_path / name
        with av.open(str(path), "w") as container:
            stream = container.add_stream(codec, rate=25, options=options)
            stream.width, stream.height, stream.pix_fmt, stream.gop_size = 320, 180, "yuv420p", 25
            for number in range(250):
                frame = av.VideoFrame.from_ndarray(draw_number(number), format="bgr24")
                frame.pts, frame.time_base = number, Fraction(1, 25)
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        found[name] = times_of(path, "2", "3.5", only_key_pictures=True)

    assert found["a.mp4"] == found["a.avi"] == [4, 6, 8]
    assert times_of(tmp_path / "one.mp4", "1", "5", only_key_pictures=True) == []
