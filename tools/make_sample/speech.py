"""Speaks one sentence at a time with espeak-ng and trims the silence around it."""

from __future__ import annotations

import shutil
import subprocess
import wave
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from tools.make_sample.model import SampleError

Samples = npt.NDArray[np.int16]

RATE = 22050  # what espeak-ng speaks at; 25 frames a second divide it into whole samples
VOICE = "en-us"
WORDS_PER_MINUTE = 185
PITCH = 42
PEAK = 0.7
SILENCE = 0.006


def speak(sentence: str) -> Samples:
    """The sentence as mono samples that start and end with sound."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise SampleError("espeak-ng is not installed: install it with 'apt-get install espeak-ng'.")
    with TemporaryDirectory() as folder:
        # espeak-ng writes a false length into the header of a WAV sent to standard output.
        path = Path(folder) / "line.wav"
        command = [program, "-v", VOICE, "-s", str(WORDS_PER_MINUTE), "-p", str(PITCH), "-w", str(path)]
        subprocess.run([*command, sentence], check=True, capture_output=True, timeout=60)
        with wave.open(str(path), "rb") as sound:
            if (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) != (RATE, 1, 2):
                raise SampleError("This espeak-ng speaks in another format: use Debian's espeak-ng package.")
            samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2")
    return _level(_trim(samples))


def _trim(samples: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > SILENCE * 32767)
    return samples[loud[0] : loud[-1] + 1]


def _level(samples: Samples) -> Samples:
    gain = PEAK * 32767 / float(np.abs(samples.astype(np.int32)).max())
    return np.round(samples * gain).astype(np.int16)
