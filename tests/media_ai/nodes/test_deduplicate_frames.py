"""De-duplication: decisions equal to scikit-image's, against the last kept frame."""

from fractions import Fraction

import cv2
import numpy as np
import pytest
from skimage.metrics import structural_similarity

from media_ai.media.pictures import encode_jpeg, luma_thumbnail
from media_ai.media.similarity import ssim
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Coverage, Frame, FrameSet, LumaBlock
from media_ai.nodes.deduplicate_frames import Inputs, Params, run
from media_ai.testing import make_job


def frame_set(job, images: list[np.ndarray], *, with_luma: bool = True) -> FrameSet:
    span = TimeRange(start=Timecode.of_seconds(0), end=Timecode.of_seconds(len(images)))
    frames = tuple(
        Frame(time=Timecode.of_seconds(second), image=job.store.put_bytes(encode_jpeg(image, 90), "image/jpeg"))
        for second, image in enumerate(images)
    )
    small = [luma_thumbnail(image) for image in images]
    height, width = small[0].shape
    blob = job.store.put_bytes(b"".join(image.tobytes() for image in small), "application/octet-stream")
    block = LumaBlock(blob=blob, first=0, count=len(small), width=width, height=height)
    coverage = Coverage(span=span, sampled=len(images), kept=len(images), largest_gap=Fraction(1))
    height, width = images[0].shape[:2]
    return FrameSet(width=width, height=height, frames=frames, luma=(block,) if with_luma else (), coverage=coverage)


def noise(seed: int) -> np.ndarray:
    return cv2.resize(np.random.default_rng(seed).integers(0, 255, (18, 32, 3), np.uint8), (512, 288))


def kept_seconds(tmp_path, images, **params) -> list[int]:
    job = make_job(tmp_path)
    frames = run(Params(**params), Inputs(frames=frame_set(job, images)), job).frames
    return [int(frame.time.seconds) for frame in frames.frames]


def test_repeated_pictures_are_left_out(tmp_path):
    """Of each still stretch the first picture is kept."""
    a, b = noise(1), noise(2)

    assert kept_seconds(tmp_path, [a, a, a, b, b, a]) == [0, 3, 5]


def test_slow_changes_add_up(tmp_path):
    """A slow dissolve is kept in steps: each picture is compared with the last kept one, not with its neighbour."""
    a, b = noise(1), noise(2)
    dissolve = [cv2.addWeighted(a, 1 - n / 60, b, n / 60, 0) for n in range(61)]
    neighbours = [ssim(luma_thumbnail(x), luma_thumbnail(y)) for x, y in zip(dissolve, dissolve[1:], strict=False)]

    assert min(neighbours) > 0.9
    assert 3 <= len(kept_seconds(tmp_path, dissolve, threshold=0.9)) <= 20


@pytest.mark.parametrize("threshold", [0.0, 0.5, 0.8, 0.9, 0.95, 1.0])
def test_decisions_equal_scikit_image(tmp_path, threshold):
    """The same frames are kept as by comparing with scikit-image directly, at every threshold."""
    base = noise(3)
    rng = np.random.default_rng(4)
    images = [cv2.add(base, rng.integers(0, 1 + 4 * n, base.shape, np.uint8)) for n in range(12)]
    expected, last = [], None
    for second, image in enumerate(luma_thumbnail(image) for image in images):
        if last is None or structural_similarity(last, image, data_range=255) < threshold:
            expected.append(second)
            last = image

    assert kept_seconds(tmp_path, images, threshold=threshold) == expected


def test_similarity_and_coverage_are_recorded(tmp_path):
    """The first frame has no similarity; the largest gap is that of the kept frames."""
    job = make_job(tmp_path)
    images = [noise(1)] * 4 + [noise(2)]
    frames = run(Params(), Inputs(frames=frame_set(job, images)), job).frames

    assert [frame.similarity is None for frame in frames.frames] == [True, False]
    assert (frames.coverage.sampled, frames.coverage.kept, frames.coverage.largest_gap) == (5, 2, 4)


def test_a_limit_is_spread_over_the_video_and_told(tmp_path):
    """The limit comes after similar frames are gone, keeps both ends, and the result says what was left out."""
    job = make_job(tmp_path)
    frames = run(Params(max_frames=3), Inputs(frames=frame_set(job, [noise(n) for n in range(9)])), job).frames

    assert [int(frame.time.seconds) for frame in frames.frames] == [0, 4, 8]
    assert frames.coverage.dropped_by_limit == 6
    assert "6 distinct frames were left out" in job.notices[0]


def test_frames_without_thumbnails_are_compared_by_their_jpegs(tmp_path):
    """A set of frames from elsewhere can be de-duplicated too."""
    job = make_job(tmp_path)
    a, b = noise(1), noise(2)
    frames = run(Params(), Inputs(frames=frame_set(job, [a, a, b], with_luma=False)), job).frames

    assert [int(frame.time.seconds) for frame in frames.frames] == [0, 2]


def test_tiny_pictures_can_be_compared():
    """Pictures smaller than the window do not fail."""
    a = np.zeros((3, 5), np.uint8)

    assert ssim(a, a) == pytest.approx(1.0)


def test_a_window_leaves_out_what_returns(tmp_path):
    """A cut back and forth keeps each side once when both are within the window."""
    a, b = noise(1), noise(2)

    assert kept_seconds(tmp_path, [a, b, a, b, a]) == [0, 1, 2, 3, 4]
    assert kept_seconds(tmp_path, [a, b, a, b, a], window=2) == [0, 1]


def test_a_drift_budget_keeps_what_changes_and_comes_back(tmp_path):
    """Small changes that never add up to a difference count when their sum exceeds the budget."""
    a, b = noise(1), noise(2)
    swaying = [cv2.addWeighted(a, 1 - n % 2 / 5, b, n % 2 / 5, 0) for n in range(20)]

    assert kept_seconds(tmp_path, swaying, threshold=0.5) == [0]
    assert len(kept_seconds(tmp_path, swaying, threshold=0.5, drift=0.3)) > 2


def test_blank_frames_are_left_out_on_request(tmp_path):
    """Black between two scenes is kept as a change unless blank frames are not wanted."""
    black = np.zeros((288, 512, 3), np.uint8)

    assert kept_seconds(tmp_path, [noise(1), black, noise(2)]) == [0, 1, 2]
    assert kept_seconds(tmp_path, [noise(1), black, noise(2)], skip_blank=True) == [0, 2]
    assert kept_seconds(tmp_path, [black, black], skip_blank=True) == []
