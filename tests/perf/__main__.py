"""Run the benchmarks: all of them, or those named on the command line."""

import sys

from tests.perf import (
    canvas,
    costs,
    ims_registration,
    listing,
    long_video,
    media,
    oss_upload,
    parsing,
    scale,
    scheduling,
    selection,
    subtitles,
)

BENCHMARKS = {
    "parsing": parsing.main,
    "media": media.main,
    "long": long_video.main,
    "selection": selection.main,
    "subtitles": subtitles.main,
    "scheduling": scheduling.main,
    "scale": scale.main,
    "oss": oss_upload.main,
    "ims": ims_registration.main,
    "listing": listing.main,
    "canvas": canvas.main,
    "costs": costs.main,
}


def main() -> None:
    """Run the named benchmarks, or all."""
    names = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(unknown)}. Known: {', '.join(BENCHMARKS)}.")
    for name in names:
        print(f"\n== {name}")
        BENCHMARKS[name]()


if __name__ == "__main__":
    main()
