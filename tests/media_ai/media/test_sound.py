"""Sound on the video's clock, and its loudness."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from media_ai.errors import InputError, MediaError
from media_ai.media.sound import RATE, SoundReport, read_sound
from media_ai.media.voice import find_activity

SOURCE_RATE = 48_000


def write_with_sound(
    path: Path, bursts: list[tuple[float, float]], *, codec: str = "aac", layout: str = "stereo", begin: float = 0.0
) -> None:
    """Write ten seconds of video; its sound starts at `begin` and has a tone of 1 kHz at -20 dBFS in each burst, else nothing."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        sound = container.add_stream(codec, rate=SOURCE_RATE)
        sound.layout = layout
        for number in range(250):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(video.encode(frame))
        container.mux(video.encode())
        for frame in sound_frames(bursts, sound, begin):
            container.mux(sound.encode(frame))
        container.mux(sound.encode())


def sound_frames(bursts: list[tuple[float, float]], stream: av.AudioStream, begin: float) -> list[av.AudioFrame]:
    channels = stream.layout.nb_channels
    frames = []
    for first in range(round(begin * SOURCE_RATE), 10 * SOURCE_RATE - 1024, 1024):
        at = np.arange(first, first + 1024) / SOURCE_RATE
        inside = np.any([(at >= start) & (at < end) for start, end in bursts], axis=0)
        wave = (0.1 * np.sin(2 * np.pi * 1000 * at) * inside).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(np.tile(wave, (channels, 1)), format="fltp", layout=stream.layout.name)
        frame.sample_rate, frame.pts, frame.time_base = SOURCE_RATE, first, Fraction(1, SOURCE_RATE)
        frames.append(frame)
    return frames


def listen(path: Path, *, track: int = 0, end: int = 3600) -> tuple[np.ndarray, SoundReport]:
    report = SoundReport()
    pieces = list(read_sound(path, track=track, end=Fraction(end), report=report))
    return np.concatenate(pieces), report


def onset_s(sound: np.ndarray) -> float:
    return float(np.flatnonzero(np.abs(sound) > 0.03)[0] / RATE)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "mov", "ts"])
def test_a_samples_number_tells_its_time(tmp_path, ending):
    """A tone is heard at its second in the video, in every container."""
    path = tmp_path / f"tone.{ending}"
    write_with_sound(path, [(4.0, 5.0)])
    sound, report = listen(path)

    assert onset_s(sound) == pytest.approx(4.0, abs=0.03)
    assert float(report.seconds) == pytest.approx(10.0, abs=0.1)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_sound_that_begins_late_is_where_it_belongs(tmp_path, ending):
    """A track that starts after the pictures is preceded by silence."""
    path = tmp_path / f"late.{ending}"
    write_with_sound(path, [(0.0, 10.0)], begin=3.0)

    assert onset_s(listen(path)[0]) == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize(("layout", "loudness"), [("mono", -23.0), ("stereo", -20.0)])
def test_loudness_is_that_of_the_standard(tmp_path, layout, loudness):
    """A sine of 1 kHz at -20 dBFS: -23 LUFS in one channel, 3 dB more in two (ITU-R BS.1770)."""
    path = tmp_path / "tone.mkv"
    write_with_sound(path, [(0.0, 10.0)], layout=layout, codec="flac")
    _, report = listen(path)

    assert report.loudness_lufs == pytest.approx(loudness, abs=0.15)
    assert report.peak_dbfs == pytest.approx(-20, abs=0.5)


def test_digital_silence_has_no_loudness(tmp_path):
    """Nothing is measured where there is nothing."""
    path = tmp_path / "silent.mkv"
    write_with_sound(path, [], codec="flac")
    _, report = listen(path)

    assert (report.loudness_lufs, report.peak_dbfs) == (None, None)


def test_a_track_that_is_not_there_is_named(tmp_path):
    """The sentence has the number of tracks."""
    path = tmp_path / "tone.mp4"
    write_with_sound(path, [])

    with pytest.raises(InputError, match="has 1 sound tracks; there is no track 3"):
        listen(path, track=3)


def test_damaged_sound_keeps_its_time(tmp_path):
    """What cannot be decoded is counted, and what comes after it stays where it was."""
    path = tmp_path / "tone.mkv"
    write_with_sound(path, [(8.0, 9.0)])
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(audio=0) if packet.size]
    data = bytearray(path.read_bytes())
    for packet in packets[100:130]:
        at = data.find(bytes(packet)[:64])
        if at >= 0:
            data[at : at + packet.size] = b"\xff" * packet.size
    path.write_bytes(data)
    sound, report = listen(path)

    assert report.decode_errors > 0
    assert onset_s(sound[4 * RATE :]) + 4 == pytest.approx(8.0, abs=0.2)


def test_a_file_that_is_no_video_is_refused(tmp_path):
    """One sentence, no traceback."""
    path = tmp_path / "text.mp4"
    path.write_text("hello")

    with pytest.raises((InputError, MediaError)):
        listen(path)


def test_speech_is_found_and_a_tone_is_not(tmp_path, samples):
    """Stretches of speech lie over the lines of the subtitles; a tone and silence are no speech."""
    write_with_sound(tmp_path / "tone.mkv", [(2.0, 6.0)])
    tone, _ = listen(tmp_path / "tone.mkv")
    speech, _ = listen(samples / "honeybees.mp4")
    found = find_activity([speech])
    talked = sum(end - start for start, end in found.speech)

    assert find_activity([tone]).speech == ()
    assert find_activity([tone]).silence[0][0] == 0
    assert 60 < talked < 92
    # The first pause between two lines of its subtitles is from 5.64 to 6.44 s.
    assert any(abs(start - 5.63) < 0.1 and abs(end - 6.43) < 0.1 for start, end in found.silence)


def test_pieces_of_any_length_give_the_same(samples):
    """How the sound is cut into pieces does not matter, and no sound is no activity."""
    speech, _ = listen(samples / "honeybees.mp4")
    part = speech[: 20 * RATE]

    assert find_activity(np.array_split(part, 37)) == find_activity([part])
    assert find_activity([]).speech == ()


def write_holes(path: Path, starts_s: list[int]) -> None:
    """Write two seconds of pictures, and a second of tone at each of the given seconds."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        sound = container.add_stream("flac", rate=SOURCE_RATE)
        sound.layout = "mono"
        for number in range(50):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(video.encode(frame))
        container.mux(video.encode())
        wave = (0.1 * np.sin(2 * np.pi * 1000 * np.arange(1024) / SOURCE_RATE)).astype(np.float32)
        for start in starts_s:
            for first in range(start * SOURCE_RATE, (start + 1) * SOURCE_RATE, 1024):
                samples = (wave * 32767).astype(np.int16)[None]
                frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
                frame.sample_rate, frame.pts, frame.time_base = SOURCE_RATE, first, Fraction(1, SOURCE_RATE)
                container.mux(sound.encode(frame))
        container.mux(sound.encode())


def test_a_long_hole_is_time_too(tmp_path):
    """Sound after a hole of more than an hour is heard at its second."""
    write_holes(tmp_path / "holes.mkv", [0, 4000])
    sound, report = listen(tmp_path / "holes.mkv", end=4001)

    assert onset_s(sound[2 * RATE :]) + 2 == pytest.approx(4000, abs=0.1)
    assert not report.is_cut


def test_holes_without_end_are_not_filled(tmp_path):
    """A clock that runs ahead of the pictures costs no more than a minute of silence."""
    write_holes(tmp_path / "holes.mkv", [0, 3000, 6000, 9000])
    _, report = listen(tmp_path / "holes.mkv", end=2)

    assert report.is_cut
    assert report.seconds < 64
