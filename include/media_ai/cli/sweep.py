"""`media-ai sweep`: what different similarity thresholds would keep of a video."""

from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from media_ai.cli.printing import console, say, table
from media_ai.errors import InputError
from media_ai.model.time import Timecode, TimeRange


def sweep(
    video: Annotated[Path, typer.Argument(help="The video.", show_default=False)],
    interval: Annotated[float, typer.Option(min=0.04, max=3600, help="Seconds between frames.")] = 2.0,
    width: Annotated[int, typer.Option(min=64, max=8192, help="Width of the frames, for the tokens.")] = 1280,
) -> None:
    """Show how many frames each similarity threshold keeps, and what they would cost a vision model."""
    from media_ai.media.probe import probe
    from media_ai.media.sampling import Sampling, SamplingReport, sample
    from media_ai.media.sweep import sweep as compare

    if not video.is_file():
        raise InputError(f"The video '{video}' does not exist. Give the path of a file.")
    info = probe(video, name=video.name)
    sampling = Sampling(interval=Fraction(repr(interval)), start=Fraction(0), end=info.duration)
    with console.status("Comparing ..."):
        pictures = [(picture.time, picture.luma()) for picture in sample(video, sampling, report=SamplingReport())]
        span = TimeRange(start=Timecode.of_seconds(0), end=Timecode.of_seconds(info.duration))
        scale = min(width / info.video.width, 1)
        size = (round(info.video.width * scale), round(info.video.height * scale))
        rows = compare((luma for _, luma in pictures), [time for time, _ in pictures], span, size)
    say(f"{len(pictures)} frames sampled every {interval:g} s, compared by SSIM at 256 pixels width")
    table(
        ["threshold", "kept", "longest stretch without one", "tokens, about"],
        [(f"{row.threshold:.2f}", row.kept, f"{float(row.largest_gap):.1f} s", f"{row.tokens:,}") for row in rows],
    )
