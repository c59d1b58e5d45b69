"""
Text that can be seen: read from pictures by rapidocr (PP-OCRv6 models for Chinese, English and other Latin scripts).

The models are files of the rapidocr package and are named by their path, so that nothing is ever downloaded.
"""

from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from media_ai.errors import ConfigurationError, MediaError
from media_ai.media.screen_tracks import ScreenLine, merge_lines
from media_ai.model.text import Box

__all__ = ["ScreenLine", "ScreenReader", "merge_lines"]

THREADS = 2
_DETECTION = "PP-OCRv6_det_small.onnx"
_RECOGNITION = "PP-OCRv6_rec_small.onnx"


class ScreenReader:
    """Reads the lines of text in pictures; making one takes no time, the models are loaded once in a process."""

    def __init__(self, min_confidence: float = 0.6) -> None:
        """
        Prepare to read.

        Args:
            min_confidence: Lines below it, 0 to 1, are left out.
        """
        self._min_confidence = min_confidence

    def read(self, jpeg: bytes) -> tuple[ScreenLine, ...]:
        """
        Return the lines in a JPEG or PNG picture, from the top.

        Raises:
            MediaError: The bytes are not a picture.
            ConfigurationError: The OCR models are not where the package should have them.
        """
        picture = _decode(jpeg)
        found = _engine()(picture)
        if not found.txts or found.boxes is None:  # rapidocr says None, not (), when there is no text
            return ()
        height, width = picture.shape[:2]
        lines = [
            ScreenLine(text=text.strip(), box=_box(corners, width, height), confidence=min(float(score), 1.0))
            for text, corners, score in zip(found.txts, found.boxes, found.scores, strict=True)
            if text.strip() and score >= self._min_confidence
        ]
        return tuple(sorted(lines, key=lambda line: (line.box.top, line.box.left)))


def _decode(jpeg: bytes) -> Any:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR) if jpeg else None
    if picture is None:
        raise MediaError(
            f"A frame of {len(jpeg)} bytes is not a JPEG picture; clear the run to extract the frames anew."
        )
    return picture


def _box(corners: Any, width: int, height: int) -> Box:
    """Return the upright rectangle around a quadrilateral of pixels, as fractions of the picture."""
    left, top = (float(edge) for edge in np.clip(corners.min(axis=0) / (width, height), 0, 1))
    right, bottom = (float(edge) for edge in np.clip(corners.max(axis=0) / (width, height), 0, 1))
    return Box(left=left, top=top, width=right - left, height=bottom - top)


@cache
def _engine() -> Any:
    """Load the models: about half a second and 200 MB."""
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    for name in (_DETECTION, _RECOGNITION):
        if not (models / name).is_file():
            raise ConfigurationError(
                f"The OCR model {models / name} is missing; install the rapidocr of requirements.txt again."
            )
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",  # it warns of every picture without text
            "Global.text_score": 0.0,  # the reader's own limit decides
            "Global.use_cls": False,  # looks for text that is upside down; costs time, and videos are upright
            "Det.limit_type": "max",  # measured: text is found as well in pictures shrunk to 960 pixels, in half the time
            "Det.limit_side_len": 960,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": str(models / _DETECTION),
            "Rec.model_path": str(models / _RECOGNITION),
        }
    )
