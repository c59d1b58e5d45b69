"""What was added to a picture and stays: a line on a slide, a drawing on a board; not a cursor, a gesture or noise."""

from dataclasses import dataclass

import cv2
import numpy as np

from media_ai.media.scenes_view import View, carried, flow_of


@dataclass(frozen=True, kw_only=True)
class ChangeOptions:
    """
    When a change counts.

    tolerance: grey levels (of 255) by which a pixel may differ and still show the same; what codecs and sensors add is less.
    extent: share of the picture's width that a change must exceed: a short word does, a mouse cursor does not.
    trembling: grey levels by which a pixel of a standing picture may differ from the sample beside it: rounding in codecs.
    unrest: share of pixels, of all and around a change, that may differ by more: where it is larger a camera is looking.
    """

    tolerance: int = 16
    extent: float = 0.03
    trembling: int = 2
    unrest: float = 0.06


def movements(now: View, beside: list[View], options: ChangeOptions) -> list[np.ndarray]:
    """Return by how much `now` differs from every sample beside, uint8 (height, width); none unless the picture stands."""
    differences = [np.asarray(cv2.absdiff(now.grey, other.grey)) for other in beside]
    return differences if all(_at_most_trembles(difference, options) for difference in differences) else []


def has_lasting_change(before: View, now: View, moving: list[np.ndarray], options: ChangeOptions) -> bool:
    """
    Tell whether `now` shows something that `before` does not, and that a sample beside shows in the same place.

    Pixels count as changed where neither the old picture nor the old picture carried along the motion explains them; they
    are joined to lines of text, and thin ones fall away. A change counts when it is wide enough and nothing moves in it or
    close beside it: otherwise it is still growing, or passing by.

    Args:
        before, now: The two states that are compared.
        moving: From `movements`; an empty list says that nothing can be told from a picture that does not stand.
        options: The bounds.
    """
    if not moving:
        return False
    least = max(round(options.extent * now.grey.shape[1]), 1)
    changed = _differing(now.grey, before.grey, options.tolerance)
    wide = _wide_boxes(changed, least)
    boxes = [box for box in wide if any(_is_still(each, box, least, options) for each in moving)]
    if not boxes:
        return False
    flow = flow_of(now, before)
    return any(_is_unexplained(before, now, flow, box, least, options.tolerance) for box in boxes)


def _is_unexplained(
    before: View, now: View, flow: np.ndarray, box: tuple[int, int, int, int], least: int, tolerance: int
) -> bool:
    """Tell whether enough of the box stays changed when what moved is allowed for."""
    x, y, width, height = box
    part = slice(y, y + height), slice(x, x + width)
    changed = _differing(now.grey[part], before.grey[part], tolerance)
    changed &= _differing(now.grey[part], carried(flow, before.grey, part), tolerance)
    return bool(_wide_boxes(changed, least))


def _differing(a: np.ndarray, b: np.ndarray, tolerance: int) -> np.ndarray:
    """Return 1 where the pictures differ by more than `tolerance`, else 0: uint8."""
    return cv2.threshold(cv2.absdiff(a, b), tolerance, 1, cv2.THRESH_BINARY)[1]


def _wide_boxes(mask: np.ndarray, least: int) -> list[tuple[int, int, int, int]]:
    """Return (x, y, width, height) of the changes that are more than `least` pixels wide."""
    if not mask.any():
        return []
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, least), np.uint8))
    joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((2, 3), np.uint8))
    outlines = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    boxes = [cv2.boundingRect(outline) for outline in outlines]
    return [(x, y, width, height) for x, y, width, height in boxes if width > least]


def _is_still(moving: np.ndarray, box: tuple[int, int, int, int], margin: int, options: ChangeOptions) -> bool:
    """Tell whether nothing moves in the box, nor within `margin` left and right of it, where text would go on."""
    x, y, width, height = box
    around = moving[max(y - 1, 0) : y + height + 1, max(x - margin, 0) : x + width + margin]
    return int(around.max()) <= options.tolerance and _at_most_trembles(around, options)


def _at_most_trembles(moving: np.ndarray, options: ChangeOptions) -> bool:
    """Tell whether at most a small share of the pixels does more than tremble."""
    return bool(np.count_nonzero(moving > options.trembling) <= options.unrest * moving.size)
