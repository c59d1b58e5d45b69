"""A change lasts when it is wide enough, and nothing moves in it or beside it."""

import cv2
import numpy as np
import pytest

from media_ai.media.scenes_change import ChangeOptions, has_lasting_change, movements
from media_ai.media.scenes_view import View, view_of

OPTIONS = ChangeOptions()


def page(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    """A bright page, uint8 (144, 256), with a frame and hatched boxes (x, y, width, height) like lines of small text."""
    image = np.full((144, 256), 230, np.uint8)
    cv2.rectangle(image, (4, 4), (251, 139), 60, 1)
    for x, y, width, height in boxes:
        image[y : y + height, x : x + width : 2] = 90
    return image


def is_changed(before: np.ndarray, now: np.ndarray, *beside: np.ndarray) -> bool:
    views: list[View] = [view_of(picture) for picture in (before, now, *beside)]
    return has_lasting_change(views[0], views[1], movements(views[1], views[2:], OPTIONS), OPTIONS)


def test_a_line_that_stays_is_a_change():
    """A line of text that the next sample still shows is a change."""
    line = page((40, 60, 60, 4))
    assert is_changed(page(), line, line)


def test_a_line_that_is_gone_is_no_change():
    """A line that neither neighbour shows has not stayed."""
    assert not is_changed(page(), page((40, 60, 60, 4)), page(), page())


@pytest.mark.parametrize(("width", "counts"), [(5, False), (14, True)])
def test_a_change_must_be_wide_enough(width, counts):
    """What is as narrow as a cursor is no change, a short word is."""
    now = page((100, 60, width, 5))
    assert is_changed(page(), now, now) is counts


def test_a_line_that_grows_is_no_change():
    """A line that the next sample shows longer is still being written."""
    assert not is_changed(page(), page((40, 60, 40, 4)), page((40, 60, 60, 4)))


def test_what_moves_elsewhere_does_not_matter():
    """A cursor that moves far from a new line does not hide it."""
    line = (40, 60, 60, 4)
    assert is_changed(page(), page(line, (200, 20, 5, 6)), page(line, (180, 110, 5, 6)))


def test_a_picture_that_does_not_stand_tells_nothing():
    """Before a camera nothing counts as added: every pixel trembles."""
    rng = np.random.default_rng(1)
    now, beside = (np.clip(page((40, 60, 60, 4)) + rng.normal(0, 4, (144, 256)), 0, 255).astype(np.uint8) for _ in "ab")
    assert not is_changed(page(), now, beside)
