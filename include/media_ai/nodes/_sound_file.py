"""Sound kept on disk, and cut for recognition: at pauses, and only where somebody speaks."""

import io
import wave
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

RATE = 16_000
_STEP = RATE // 20
"""A twentieth of a second: how finely the quietest moment of unbroken speech is looked for."""

Stretch = tuple[float, float]
"""Start and end in seconds."""


class SoundFile:
    """One channel of RATE samples a second, 16 bits each, so that hours of sound take no memory."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, pieces: "Iterable[np.ndarray]") -> "Iterator[np.ndarray]":
        """Write the pieces, float32, -1 to 1, and pass them on."""
        import numpy as np

        with self._path.open("wb") as stream:
            for piece in pieces:
                stream.write((np.clip(piece, -1, 1) * 32767).astype("<i2").tobytes())
                yield piece

    def wav(self, part: Stretch) -> bytes:
        """Return a stretch as a WAV file."""
        target = io.BytesIO()
        with wave.open(target, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(self._read(part).tobytes())
        return target.getvalue()

    def write_flac(self, target: Path, part: Stretch) -> None:
        """Write a stretch as a FLAC file."""
        from media_ai.media.flac import write_flac

        write_flac(self._path, target, rate=RATE, start_s=part[0], end_s=part[1])

    def parts_of(self, speech: Sequence[Stretch], longest_s: float) -> list[Stretch]:
        """
        Return the parts to recognize: as long as they may be, cut at pauses; what lies between them has no speech.

        Speech that goes on for longer than a part is cut at its quietest moment.

        Args:
            speech: Ascending, apart from each other.
            longest_s: Seconds that a part may have at most.
        """
        parts: list[Stretch] = []
        for start, end in (piece for stretch in speech for piece in self._short_enough(stretch, longest_s)):
            if parts and end - parts[-1][0] <= longest_s:
                parts[-1] = (parts[-1][0], end)
            else:
                parts.append((start, end))
        return parts

    def _short_enough(self, stretch: Stretch, longest_s: float) -> Iterator[Stretch]:
        start, end = stretch
        while end - start > longest_s:
            # In the second half, so that the pieces are not many.
            cut = self._quietest((start + longest_s / 2, start + longest_s))
            yield start, cut
            start = cut
        yield start, end

    def _quietest(self, within: Stretch) -> float:
        import numpy as np

        samples = self._read(within).astype(np.float32)
        steps = samples[: len(samples) // _STEP * _STEP].reshape(-1, _STEP)
        at = int(np.argmin(np.mean(steps * steps, axis=1))) if len(steps) else 0
        return within[0] + (at + 0.5) * _STEP / RATE

    def _read(self, part: Stretch) -> "np.ndarray":
        import numpy as np

        start, end = (round(edge * RATE) for edge in part)
        return np.fromfile(self._path, "<i2", count=max(end - start, 0), offset=2 * start)
