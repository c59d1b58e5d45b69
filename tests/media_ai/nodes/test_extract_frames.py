"""Sampling: the picture on screen at each wanted time, exact to the picture."""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from media_ai.errors import InputError
from media_ai.media.luma import luma_of
from media_ai.media.pictures import decode_jpeg
from media_ai.media.probe import probe
from media_ai.model.media import Video
from media_ai.nodes import deduplicate_frames
from media_ai.nodes.extract_frames import Inputs, Params, run
from media_ai.testing import make_job

BITS = 10
"""Each picture carries its number as ten black or white bars."""


def draw_number(number: int) -> np.ndarray:
    bars = [255 if number >> bit & 1 else 0 for bit in range(BITS)]
    return cv2.cvtColor(np.repeat(np.array(bars, np.uint8), 32)[None, :].repeat(180, 0), cv2.COLOR_GRAY2BGR)


def read_number(image: np.ndarray) -> int:
    columns = cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (BITS, 1), interpolation=cv2.INTER_AREA)[0]
    return sum(1 << bit for bit in range(BITS) if columns[bit] > 127)


def write_numbered(path: Path, times_ms: list[int], *, codec: str = "libx264", gop: int = 12, **options: str) -> None:
    """Write a video whose n-th picture shows n, at the given presentation times."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 32 * BITS, 180, "yuv420p"
        stream.gop_size = gop
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, time in enumerate(times_ms):
            frame = av.VideoFrame.from_ndarray(draw_number(number), format="bgr24")
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def extract(tmp_path: Path, path: Path, **params):
    video = Video(uri=str(path), sha256="0" * 64, info=probe(path, name=path.name))
    job = make_job(tmp_path)
    frames = run(Params(**params), Inputs(video=video), job).frames
    return frames, [read_number(decode_jpeg(job.store.read(frame.image))) for frame in frames.frames], job


def on_screen(times_ms: list[int], wanted_ms: list[int]) -> list[int]:
    """Say which picture is on screen at each wanted time, each picture once."""
    shown = [max(n for n, time in enumerate(times_ms) if time <= wanted) for wanted in wanted_ms]
    return list(dict.fromkeys(shown))


CONSTANT = [40 * n for n in range(150)]
VARIABLE = [sum(20 + 37 * (k % 7) for k in range(n)) for n in range(60)]


@pytest.mark.parametrize("ending", ["mp4", "mkv", "mov"])
@pytest.mark.parametrize("bframes", ["0", "3"])
@pytest.mark.parametrize("times_ms", [CONSTANT, VARIABLE], ids=["constant", "variable"])
@pytest.mark.parametrize("interval_ms", [300, 1000])
def test_the_picture_on_screen_is_taken(tmp_path, ending, bframes, times_ms, interval_ms):
    """At every wanted time the picture that is on screen then, with and without B-frames, at constant and variable rates."""
    path = tmp_path / f"numbered.{ending}"
    write_numbered(path, times_ms, bf=bframes)
    frames, numbers, _ = extract(tmp_path, path, interval=interval_ms / 1000)
    end_ms = float(frames.coverage.span.end.seconds) * 1000

    assert numbers == on_screen(times_ms, list(range(0, int(end_ms), interval_ms)))
    assert [round(frame.time.seconds * 1000) for frame in frames.frames] == [times_ms[number] for number in numbers]


def test_a_part_of_the_video_is_sampled(tmp_path):
    """`start` and `end` choose the part; times stay those of the whole video."""
    path = tmp_path / "numbered.mp4"
    write_numbered(path, CONSTANT)
    _, numbers, _ = extract(tmp_path, path, interval=0.4, start=2.0, end=3.0)

    assert numbers == [50, 60, 70]


def test_a_late_start_in_a_long_video_is_exact(tmp_path):
    """Jumping ahead does not lose the picture on screen."""
    path = tmp_path / "numbered.mp4"
    write_numbered(path, [100 * n for n in range(300)], bf="3", gop=50)
    _, numbers, _ = extract(tmp_path, path, interval=1.0, start=20.05, end=22.0)

    assert numbers == [200, 210]


def test_a_tenth_of_a_second_is_exact_over_many_samples(tmp_path):
    """0.1 is a tenth: no sample drifts, however long the video."""
    path = tmp_path / "numbered.mp4"
    write_numbered(path, [100 * n for n in range(600)])
    _, numbers, _ = extract(tmp_path, path, interval=0.1)

    assert numbers == list(range(600))


def test_frames_are_not_enlarged_and_scaled_down_on_request(tmp_path):
    """Width is a limit."""
    path = tmp_path / "numbered.mp4"
    write_numbered(path, CONSTANT[:30])

    assert (extract(tmp_path, path, width=8192)[0].width, extract(tmp_path, path, width=160)[0].width) == (320, 160)


def test_a_start_behind_the_end_is_refused(tmp_path):
    """The sentence has the start and the length."""
    path = tmp_path / "numbered.mp4"
    write_numbered(path, CONSTANT)

    with pytest.raises(InputError, match=r"'start' is 99 s, but the part to sample ends at 6 s"):
        extract(tmp_path, path, start=99)


def test_a_file_that_is_cut_short_says_so(tmp_path, samples):
    """A truncated video gives the frames it has, and the result says that it is cut."""
    data = (samples / "honeybees.mp4").read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(data[: len(data) * 6 // 10])
    frames, _, job = extract(tmp_path, path, interval=2.0)

    assert frames.coverage.is_truncated
    assert frames.coverage.largest_gap > 10
    assert any("cut short" in notice for notice in job.notices)


def test_coverage_counts_what_was_seen(tmp_path, samples):
    """Sampled and kept agree, and the largest gap is the interval."""
    frames, _, _ = extract(tmp_path, samples / "honeybees.mp4", interval=5.0)

    assert frames.coverage.sampled == frames.coverage.kept == len(frames.frames)
    assert frames.coverage.largest_gap == 5
    assert sum(block.count for block in frames.luma) == len(frames.frames)


def write_plain(path: Path, width: int, height: int) -> None:
    """Write two seconds of one noisy picture."""
    image = np.random.default_rng(height).integers(0, 255, (height, width, 3), np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(50):
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def test_joined_recordings_of_two_sizes_are_read_and_told(tmp_path):
    """A changed size and a clock that starts anew are in the notices; the frames can still be compared."""
    joined = tmp_path / "joined.ts"
    with joined.open("wb") as file:
        for width, height in [(320, 180), (320, 240)]:
            write_plain(tmp_path / "part.ts", width, height)
            file.write((tmp_path / "part.ts").read_bytes())
    video = Video(uri=str(joined), sha256="0" * 64, info=probe(joined, name="joined"))
    job = make_job(tmp_path)
    frames = run(Params(interval=0.5), Inputs(video=video), job).frames
    distinct = deduplicate_frames.run(deduplicate_frames.Params(), deduplicate_frames.Inputs(frames=frames), job).frames
    bare = frames.model_copy(update={"luma": ()})

    assert len(frames.frames) == 8
    assert (frames.width, frames.height) == (320, 180)
    assert decode_jpeg(job.store.read(frames.frames[-1].image)).shape == (240, 320, 3)
    assert [frame.time.seconds for frame in distinct.frames] == [0, 2]
    assert len({thumbnail.shape for thumbnail in luma_of(bare, job.store)}) == 1
    assert any("clock of the video jumps back once" in notice for notice in job.notices)
    assert [notice for notice in job.notices if "from 320 x 180 to 320 x 240 at 0:00:02.000" in notice]


def test_an_interval_near_the_length_is_no_cut_file(tmp_path):
    """The last sample may lie long before the end."""
    path = tmp_path / "numbered.mp4"
    write_numbered(path, CONSTANT)
    frames, _, job = extract(tmp_path, path, interval=100)

    assert not frames.coverage.is_truncated
    assert job.notices == []


def write_scenes(path: Path, order: list[int], *, seconds: int = 3) -> None:
    """Write shots of `seconds` each; equal numbers show the same place, with something that moves in it."""
    random = np.random.default_rng(9)
    places = {
        number: cv2.resize(np.random.default_rng(number).integers(0, 255, (18, 32, 3), np.uint8), (640, 360))
        for number in order
    }
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for at, number in enumerate(order):
            for step in range(10 * seconds):
                image = places[number].copy()
                image[300:312, 10 * step : 10 * step + 12] = 255
                image = cv2.add(image, random.integers(0, 4, image.shape, np.uint8))
                frame = av.VideoFrame.from_ndarray(image, format="bgr24")
                frame.pts, frame.time_base = 10 * seconds * at + step, Fraction(1, 10)
                container.mux(stream.encode(frame))
        container.mux(stream.encode())


def test_scene_mode_keeps_what_is_new(tmp_path):
    """One frame of each place; a place that returns is counted as a shot but not kept again."""
    path = tmp_path / "scenes.mp4"
    write_scenes(path, [1, 2, 1, 3, 2])
    video = Video(uri=str(path), sha256="0" * 64, info=probe(path, name=path.name))
    job = make_job(tmp_path)
    frames = run(Params(mode="scene"), Inputs(video=video), job).frames
    distinct = deduplicate_frames.run(deduplicate_frames.Params(), deduplicate_frames.Inputs(frames=frames), job).frames

    assert [int(frame.time.seconds // 3) for frame in frames.frames] == [0, 1, 3]
    assert [float(shot.time.start.seconds) for shot in frames.shots] == pytest.approx([0, 3, 6, 9, 12], abs=0.5)
    assert frames.shots[2].shown_at == frames.frames[0].time
    assert (frames.coverage.sampled, frames.coverage.shots, frames.coverage.shots_unseen) == (30, 5, 0)
    assert distinct.frames == frames.frames


def test_a_limit_on_scenes_tells_what_is_not_seen(tmp_path):
    """Shots whose frame fell to the limit are counted."""
    path = tmp_path / "scenes.mp4"
    write_scenes(path, [1, 2, 3, 4])
    video = Video(uri=str(path), sha256="0" * 64, info=probe(path, name=path.name))
    job = make_job(tmp_path)
    frames = run(Params(mode="scene"), Inputs(video=video), job).frames
    few = deduplicate_frames.Params(max_frames=2)
    kept = deduplicate_frames.run(few, deduplicate_frames.Inputs(frames=frames), job).frames

    assert (kept.coverage.shots, kept.coverage.shots_unseen, kept.coverage.dropped_by_limit) == (4, 2, 2)


def test_the_usual_interval_depends_on_the_mode(tmp_path):
    """Two seconds at an interval, every key picture, half a second between looks for scenes."""
    path = tmp_path / "numbered.mp4"
    write_numbered(path, CONSTANT, gop=25, sc_threshold="0")

    assert extract(tmp_path, path)[1] == [0, 50, 100]
    assert extract(tmp_path, path, mode="keyframe")[1] == [0, 25, 50, 75, 100, 125]
    assert extract(tmp_path, path, mode="scene")[0].coverage.sampled == 12


def test_shots_are_noted_where_samples_are_near_enough(tmp_path):
    """At an interval of a second too, and what de-duplication leaves unseen is counted; farther apart nobody can tell."""
    path = tmp_path / "scenes.mp4"
    write_scenes(path, [1, 2, 1, 3])
    video = Video(uri=str(path), sha256="0" * 64, info=probe(path, name=path.name))
    job = make_job(tmp_path)
    near = run(Params(interval=1), Inputs(video=video), job).frames
    far = run(Params(interval=2), Inputs(video=video), job).frames
    one = deduplicate_frames.run(deduplicate_frames.Params(threshold=0), deduplicate_frames.Inputs(frames=near), job)

    assert len(near.frames) == near.coverage.sampled == 12
    assert (near.coverage.shots, near.coverage.shots_unseen, near.is_distinct) == (4, 0, False)
    assert one.frames.coverage.shots_unseen == 2
    assert (far.coverage.shots, far.coverage.shots_unseen) == (None, None)
