"""A decoded picture as nodes need it: upright, at a width, as grey thumbnail; each made straight from the decoder's planes."""

from dataclasses import dataclass

import av
import numpy as np
from av.video.reformatter import ColorRange, Interpolation

from media_ai.media.hdr import PQ, to_standard_range
from media_ai.media.pictures import LUMA_WIDTH
from media_ai.model.time import Timecode


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture that is on screen from `time` on."""

    time: Timecode
    frame: av.VideoFrame

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, upright."""
        width, height = self.frame.width, self.frame.height
        return (height, width) if self._turns % 2 else (width, height)

    @property
    def image(self) -> np.ndarray:
        """The whole picture: BGR, uint8, shape (height, width, 3), upright."""
        return self.image_within(self.size[0])

    def image_within(self, width: int) -> np.ndarray:
        """Return the picture at most `width` pixels wide, its proportions kept: BGR, uint8, shape (height, width, 3)."""
        return self._scaled(min(width, self.size[0]), "bgr24")

    def luma(self) -> np.ndarray:
        """
        Return the grey picture that comparisons use: uint8, 0 black to 255 white, shape (height, LUMA_WIDTH).

        It is the luma of the decoder, averaged over areas by FFmpeg's scaler; colours of RGB videos are weighed by it.
        """
        return self._scaled(LUMA_WIDTH, "gray")

    @property
    def _turns(self) -> int:
        """How many quarters to turn the picture counter-clockwise, as both FFmpeg and numpy count."""
        return round((self.frame.rotation or 0) / 90) % 4

    def _scaled(self, width: int, pixels: str) -> np.ndarray:
        turns, (full_width, full_height) = self._turns, self.size
        height = max(round(full_height * width / full_width), 1)
        lying = (height, width) if turns % 2 else (width, height)
        scaled = self.frame.reformat(
            *lying, pixels, dst_color_range=ColorRange.JPEG, interpolation=Interpolation.AREA
        ).to_ndarray()
        upright = np.ascontiguousarray(np.rot90(scaled, turns)) if turns else scaled
        return to_standard_range(upright) if self.frame.color_trc == PQ else upright
