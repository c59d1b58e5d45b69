"""What a task is started with: videos are recognised by content, everything else is refused with one sentence."""

import shutil
import wave
from pathlib import Path

import pytest

from media_ai.errors import ErrorKind, InputError, MediaAIError
from media_ai.model.run import RunInput
from media_ai.nodes.input_video import NODE, Inputs, Params, fingerprint, run
from media_ai.store.media_files import MediaFiles
from media_ai.testing import make_job


def described(tmp_path: Path, video: Path | str, **more):
    return run(Params(), Inputs(), make_job(tmp_path, input=RunInput(video=str(video)), **more))


def test_the_sample_is_described(tmp_path, samples):
    """Size, rate, duration, codec and sound are found, exact."""
    info = described(tmp_path, samples / "honeybees.mp4").video.info

    assert (info.video.codec, info.video.width, info.video.height, info.video.frame_rate) == ("h264", 1280, 720, 25)
    assert info.audio[0].channels == 1
    assert 75 <= info.duration <= 100


def test_content_decides_not_the_name(tmp_path, samples):
    """A video under any name is a video."""
    shutil.copy(samples / "honeybees.mp4", tmp_path / "notes.txt")

    assert described(tmp_path, tmp_path / "notes.txt").video.info.container.startswith("mov")


def test_the_same_content_elsewhere_is_the_same_video(tmp_path, samples):
    """A copy under another name has the same identity, so that nothing is worked twice."""
    shutil.copy(samples / "honeybees.mp4", tmp_path / "copy.mp4")
    original, copy = (
        described(tmp_path, samples / "honeybees.mp4").video,
        described(tmp_path, tmp_path / "copy.mp4").video,
    )

    assert original.identity() == copy.identity()
    assert original.uri != copy.uri


def test_a_replaced_file_is_noticed(tmp_path, samples):
    """The fingerprint changes with the file's content and with its subtitles."""
    video, lines = tmp_path / "v.mp4", tmp_path / "v.srt"
    shutil.copy(samples / "honeybees.mp4", video)
    lines.write_text("1\n00:00:00,000 --> 00:00:01,000\nHi\n")
    with_lines = RunInput(video=str(video), subtitles=str(lines))
    before = fingerprint(Params(), make_job(tmp_path, input=with_lines))
    without = fingerprint(Params(), make_job(tmp_path, input=RunInput(video=str(video))))
    lines.write_text("1\n00:00:00,000 --> 00:00:02,000\nHello\n")

    assert len({before, without, fingerprint(Params(), make_job(tmp_path, input=with_lines))}) == 3


def make_text(path: Path, samples: Path) -> None:
    path.write_text("this is not a video\n" * 200)


def make_empty(path: Path, samples: Path) -> None:
    path.touch()


def make_sound(path: Path, samples: Path) -> None:
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(16_000))


def make_headless(path: Path, samples: Path) -> None:
    """The second half of a file: no index anywhere."""
    data = (samples / "honeybees.mp4").read_bytes()
    path.write_bytes(data[len(data) // 2 :])


def make_folder(path: Path, samples: Path) -> None:
    path.mkdir()


def make_nothing(path: Path, samples: Path) -> None:
    """No file at all."""


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (make_nothing, r"The video '.*v\.mp4' does not exist\. Check the path"),
        (make_empty, r"The video '.*v\.mp4' is empty \(0 bytes\)"),
        (make_folder, r"The video '.*v\.mp4' is not a file"),
        (make_text, r"'v\.mp4' is not a readable video .*Export it again"),
        (make_sound, r"'v\.mp4' holds no moving pictures \(found: audio\)"),
        (make_headless, r"'v\.mp4' is not a readable video"),
    ],
)
def test_what_is_no_video_is_refused_with_one_sentence(tmp_path, samples, make, sentence):
    """The sentence names the file, what was seen and what to do; trying again is not offered."""
    make(tmp_path / "v.mp4", samples)

    with pytest.raises(MediaAIError, match=sentence) as caught:
        described(tmp_path, tmp_path / "v.mp4")
    assert not caught.value.kind.is_retryable
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "address",
    ["/etc/passwd", "file:///etc/passwd", "/tmp/../etc/passwd", "http://example.com/a.mp4", "relative.mp4", "/a\0b"],
)
def test_addresses_outside_the_allowed_folders_are_refused(tmp_path, address):
    """Only what lies in the allowed folders can be read, whatever way the address is written."""
    with pytest.raises(InputError):
        described(tmp_path, address, files=MediaFiles([tmp_path]))


def test_a_link_cannot_lead_outside(tmp_path):
    """Symbolic links are followed before the check."""
    (tmp_path / "v.mp4").symlink_to("/etc/passwd")

    with pytest.raises(InputError, match="outside the folders") as caught:
        described(tmp_path, tmp_path / "v.mp4", files=MediaFiles([tmp_path]))
    assert caught.value.kind is ErrorKind.PERMISSION


def test_the_node_reads_the_runs_input():
    """Its results are found again by the files' fingerprint."""
    assert NODE.fingerprint is fingerprint
