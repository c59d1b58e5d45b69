"""Processor time of sampling, comparing and storing frames, beside what others do with the same 1080p footage."""

import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from skimage.metrics import structural_similarity

from media_ai.media.probe import probe
from media_ai.media.sampling import Sampling, SamplingReport, sample
from media_ai.media.similarity import ssim
from media_ai.model.media import Video
from media_ai.nodes import deduplicate_frames, extract_frames
from media_ai.testing import make_job
from tests.perf.footage import write_footage
from tests.perf.report import line

SECONDS = 60
_THRESHOLD = 0.9


def main() -> None:
    """Measure both structures of groups and all intervals."""
    with tempfile.TemporaryDirectory() as folder:
        for gop in (50, 250):
            path = write_footage(Path(folder) / f"gop{gop}.mp4", seconds=SECONDS, gop=gop)
            print(f"-- {SECONDS} s of 1080p H.264, a key picture every {gop} pictures; processor seconds")
            _measure(path, gop)
        _agreement(Path(folder) / "gop250.mp4")


def _measure(path: Path, gop: int) -> None:
    everything = _cpu(lambda: _decode_everything(path))
    for interval in (1, 2, 5, 10):
        planned = _cpu(lambda every=interval: _planned(path, every))
        ours = _cpu(lambda every=interval: _whole_path(path, every))
        label = f"T = {interval:2} s"
        bar = "<= 0.65 x" if interval == 2 else ""
        line(f"{label}: sampled, compared, stored; beside decoding all", ours, "s", baseline=everything, bar=bar)
        bar = "<= 1.3 x" if interval == 2 else ""
        line(f"{label}: the same beside the planned decoding alone", ours, "s", baseline=planned, bar=bar)
        if interval == 1:
            line(
                f"{label}: the same beside cv2, JPEGs, scikit-image",
                ours,
                "s",
                baseline=_cpu(lambda: _naive(path)),
                bar="<= 0.22 x",
            )
        if interval == 1 and gop == 250:
            line(
                f"{label}: the same beside seeking with cv2",
                ours,
                "s",
                baseline=_cpu(lambda: _seeking(path)),
                bar="<= 0.20 x",
            )


def _agreement(path: Path) -> None:
    """Compare values and decisions with scikit-image's on the same pictures."""
    lumas = [picture.luma() for picture in _pictures(path, Fraction(1, 5))]
    pairs = [(lumas[at], lumas[at + step]) for step in (1, 3, 10) for at in range(len(lumas) - step)]
    ours = np.array([ssim(a, b) for a, b in pairs])
    theirs = np.array([structural_similarity(a, b, data_range=255) for a, b in pairs])
    print(
        f"-- {len(pairs)} pairs compared as scikit-image does: largest difference {abs(ours - theirs).max():.1e} (bar: 1e-5)"
    )
    for threshold in (0.8, 0.9, 0.95):
        same = 100 * np.mean((ours < threshold) == (theirs < threshold))
        line(f"decisions at {threshold} equal to scikit-image's", same, "%", bar=">= 99.5 %")


def _cpu(work: Callable[[], object]) -> float:
    """Return the least processor time of three runs, all threads."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def _decode_everything(path: Path) -> None:
    with av.open(str(path)) as container:
        for _ in container.decode(video=0):
            pass


def _pictures(path: Path, interval: Fraction):
    sampling = Sampling(interval=interval, start=Fraction(0), end=Fraction(SECONDS))
    return sample(path, sampling, report=SamplingReport())


def _planned(path: Path, interval: int) -> None:
    for _ in _pictures(path, Fraction(interval)):
        pass


def _whole_path(path: Path, interval: int) -> None:
    """Run the two nodes as a task does, their store included."""
    with tempfile.TemporaryDirectory() as folder:
        job = make_job(Path(folder))
        video = Video(uri=str(path), sha256="0" * 64, info=probe(path, name=path.name))
        frames = extract_frames.run(
            extract_frames.Params(interval=interval), extract_frames.Inputs(video=video), job
        ).frames
        params = deduplicate_frames.Params(threshold=_THRESHOLD)
        deduplicate_frames.run(params, deduplicate_frames.Inputs(frames=frames), job)


def _naive(path: Path) -> None:
    """Read every picture with OpenCV, write a JPEG each second, read them again, compare with scikit-image."""
    with tempfile.TemporaryDirectory() as folder:
        capture = cv2.VideoCapture(str(path))
        number = 0
        while True:
            done, image = capture.read()
            if not done:
                break
            if number % 25 == 0:
                cv2.imwrite(f"{folder}/{number:06}.jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 85])
            number += 1
        last = None
        for file in sorted(Path(folder).iterdir()):
            grey = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
            if last is None or structural_similarity(last, grey, data_range=255) < _THRESHOLD:
                last = grey


def _seeking(path: Path) -> None:
    """Seek to every second with OpenCV, and write its JPEG."""
    with tempfile.TemporaryDirectory() as folder:
        capture = cv2.VideoCapture(str(path))
        for second in range(SECONDS):
            capture.set(cv2.CAP_PROP_POS_MSEC, second * 1000)
            done, image = capture.read()
            if done:
                cv2.imwrite(f"{folder}/{second:06}.jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 85])
