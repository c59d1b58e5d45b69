"""Reading text in pictures with the real OCR models, and joining what consecutive frames show."""

import socket
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from media_ai.errors import MediaError
from media_ai.media.on_screen_text import ScreenLine, ScreenReader, merge_lines
from media_ai.model.text import Box
from media_ai.model.time import Timecode

CHINESE_FONT = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")


def picture(*lines: tuple[str, int, int]) -> np.ndarray:
    """Draw lines of (text, x, y) on a dark picture of 640 x 360."""
    image = np.full((360, 640, 3), (60, 40, 20), np.uint8)
    for text, x, y in lines:
        cv2.putText(image, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (255, 255, 255), 2, cv2.LINE_AA)
    return image


def jpeg(image: np.ndarray) -> bytes:
    return bytes(cv2.imencode(".jpg", image)[1])


def line(text: str, top: float = 0.1, confidence: float = 0.9, left: float = 0.1) -> ScreenLine:
    return ScreenLine(text=text, box=Box(left=left, top=top, width=0.5, height=0.1), confidence=confidence)


def merged(*frames: tuple[ScreenLine, ...], end: int = 100) -> list[tuple[str, int, int]]:
    """Join readings of frames one second apart; return (text, start, end) in seconds."""
    readings = [(Timecode.of_seconds(second), lines) for second, lines in enumerate(frames)]
    regions = merge_lines(readings, Timecode.of_seconds(end))
    return [(region.text, int(region.time.start.seconds), int(region.time.end.seconds)) for region in regions]


def test_english_lines_are_read_from_the_top() -> None:
    """Lines in a picture are read with their text, the upper first."""
    found = ScreenReader().read(jpeg(picture(("Pollination", 60, 250), ("The Honeybee", 60, 90))))
    assert [line.text for line in found] == ["The Honeybee", "Pollination"]


def test_the_place_is_a_fraction_of_the_picture() -> None:
    """A line's box lies where it was drawn."""
    (found,) = ScreenReader().read(jpeg(picture(("Pollination", 320, 180))))
    assert pytest.approx((found.box.left, found.box.top + found.box.height / 2), abs=0.05) == (0.5, 0.45)


@pytest.mark.skipif(not CHINESE_FONT.exists(), reason="no Chinese font on this machine")
def test_chinese_is_read() -> None:
    """Chinese text is read by the same models."""
    image = Image.new("RGB", (640, 360), (20, 40, 60))
    font = ImageFont.truetype(str(CHINESE_FONT), 48)
    ImageDraw.Draw(image).text((60, 100), "蜜蜂的舞蹈", font=font, fill="white")
    found = ScreenReader().read(jpeg(np.array(image)[:, :, ::-1].copy()))
    assert [line.text for line in found] == ["蜜蜂的舞蹈"]


def test_a_picture_without_text() -> None:
    """A picture without text has no lines."""
    assert ScreenReader().read(jpeg(picture())) == ()


def test_uncertain_lines_are_left_out() -> None:
    """A line below the least confidence is not returned."""
    assert ScreenReader(1.0).read(jpeg(picture(("The Honeybee", 60, 90)))) == ()


def test_reading_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The models come with the package; nothing is downloaded."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    from media_ai.media import on_screen_text

    on_screen_text._engine.cache_clear()
    assert len(ScreenReader().read(jpeg(picture(("Waggle", 60, 90))))) == 1


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\xff\xd8\xff\xe0"])
def test_what_is_no_picture(data: bytes) -> None:
    """Bytes that are no picture are refused."""
    with pytest.raises(MediaError, match=f"frame of {len(data)} bytes"):
        ScreenReader().read(data)


def test_a_line_over_several_frames_is_one_region() -> None:
    """A line lasts from the first frame that shows it to the first where it is gone."""
    assert merged((), (line("Title"),), (line("Title"),), (), ()) == [("Title", 1, 3)]


def test_a_line_of_the_last_frame_lasts_to_the_end() -> None:
    """What the last frame shows is there until the end of what was covered."""
    assert merged((), (line("Title"),), end=9) == [("Title", 1, 9)]


def test_one_missed_reading_does_not_end_a_line() -> None:
    """A line that one frame misses goes on."""
    assert merged((line("Title"),), (), (line("Title"),), end=5) == [("Title", 0, 5)]


def test_a_line_missing_in_the_last_frame_ends_there() -> None:
    """There is no frame after the last that could show the line again."""
    assert merged((line("Title"),), (), end=5) == [("Title", 0, 1)]


def test_the_most_confident_reading_counts() -> None:
    """Readings that differ a little are one line; the surest gives the text."""
    assert merged(
        (line("The Honeybce", confidence=0.7),),
        (line("The Honeybee", confidence=0.99),),
        (line("Tne Honeybee"),),
        end=9,
    ) == [("The Honeybee", 0, 9)]


def test_the_confidence_is_that_of_the_best_reading() -> None:
    """A region's confidence is the highest of its readings."""
    readings = [(Timecode.of_seconds(at), (line("Title", confidence=c),)) for at, c in enumerate((0.7, 0.95, 0.8))]
    assert [region.confidence for region in merge_lines(readings, Timecode.of_seconds(3))] == [0.95]


def test_the_same_text_elsewhere_is_another_line() -> None:
    """The place belongs to a line."""
    assert merged((line("Bee", top=0.1),), (line("Bee", top=0.8),), end=9) == [("Bee", 0, 1), ("Bee", 1, 9)]


def test_other_numbers_are_another_line() -> None:
    """Step 1 and Step 2 are two lines, as alike as they are."""
    assert merged((line("Step 1"),), (line("Step 2"),), end=9) == [("Step 1", 0, 1), ("Step 2", 1, 9)]


def test_twins_in_a_frame_stay_apart() -> None:
    """Two equal lines side by side are two regions."""
    frame = (line("Sun", left=0.0), line("Sun", left=0.5))
    assert len(merged(frame, frame)) == 2


def test_no_frames() -> None:
    """No readings give no regions."""
    assert merged() == []
