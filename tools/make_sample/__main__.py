"""Rebuilds the sample: python -m tools.make_sample [--out include/samples]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.make_sample import fonts, mux, truth
from tools.make_sample.model import SampleError
from tools.make_sample.pictures import pictures
from tools.make_sample.storyboard import SCENES, TITLE
from tools.make_sample.timeline import lay_out, soundtrack

NAME = "honeybees"


def main() -> int:
    """Draw, speak, mux, and write the truth."""
    parser = argparse.ArgumentParser(prog="python -m tools.make_sample", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("include/samples"), help="folder to write to")
    out: Path = parser.parse_args().out
    try:
        fonts.check()
        shots = lay_out(SCENES)
    except SampleError as problem:
        print(problem, file=sys.stderr)
        return 1
    out.mkdir(parents=True, exist_ok=True)
    video = out / f"{NAME}.mp4"
    frames = mux.write(video, pictures(shots), soundtrack(shots), TITLE)
    truth.write_subtitles(out / f"{NAME}.srt", shots)
    truth.write_truth(out / "truth.json", shots, frames)
    print(f"{video}: {frames} frames, {video.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
