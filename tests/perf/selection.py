"""Which frames are kept: contents found among the kept frames of made clips, beside the usual selectors in the same run."""

import sys
import time
from collections import defaultdict

import cv2

from media_ai.media.pictures import luma_thumbnail
from media_ai.media.scenes import choose
from tests.perf.clips import FAMILIES, Clip, make
from tests.perf.clips.scoring import Score, score
from tests.perf.clips.selectors import SELECTORS
from tests.perf.report import line

SEEDS = (100, 101)
"""Not those that the options were chosen on, which are 0 to 4."""
FINEST = 0.5
"""Seconds between the samples that are made; coarser intervals take every n-th."""
OURS = next(iter(SELECTORS))


def main(seeds: tuple[int, ...] = SEEDS) -> None:
    """Print the table, the means against their bars, and the time per sample."""
    scores: dict[tuple[str, str], list[Score]] = defaultdict(list)
    spent = samples = 0.0
    cv2.setNumThreads(1)
    for seed in seeds:
        for family in FAMILIES:
            clip = make(family, seed, FINEST)
            for name, (select, interval) in SELECTORS.items():
                step = round(interval / FINEST)
                scores[name, family].append(score(clip.labels[::step], select(clip.pictures[::step])))
            spent, samples = spent + _seconds(clip), samples + len(clip.pictures)
    _print_table(scores)
    _print_bars(scores)
    line("time per sample at 256 x 144, CPU", 1000 * spent / samples, "ms", bar="<= 3 ms")


def _seconds(clip: Clip) -> float:
    """Return the processor time of our selector, without the making of thumbnails."""
    thumbnails = [luma_thumbnail(picture) for picture in clip.pictures]
    start = time.process_time()
    for _ in choose(thumbnails):
        pass
    return time.process_time() - start


def _print_table(scores: dict[tuple[str, str], list[Score]]) -> None:
    print("kept of contents, recall, F1; means over the seeds")
    print(f"{'':34s}" + "".join(f"{family:>24s}" for family in FAMILIES) + "   mean F1")
    for name in SELECTORS:
        cells = "".join(f"{_cell(scores[name, family]):>24s}" for family in FAMILIES)
        print(f"{name:34s}{cells}{_mean_f1(scores, name):10.2f}")


def _cell(scores: list[Score]) -> str:
    kept, contents, recall, f1 = (
        sum(values) / len(scores)
        for values in zip(*((each.kept, each.contents, each.recall, each.f1) for each in scores), strict=True)
    )
    return f"{kept:.0f} of {contents:.0f}, {recall:.2f}, {f1:.2f}"


def _mean_f1(scores: dict[tuple[str, str], list[Score]], name: str) -> float:
    means = [sum(each.f1 for each in scores[name, family]) / len(scores[name, family]) for family in FAMILIES]
    return sum(means) / len(means)


def _print_bars(scores: dict[tuple[str, str], list[Score]]) -> None:
    best = max(_mean_f1(scores, name) for name, (select, _) in SELECTORS.items() if select is not SELECTORS[OURS][0])
    line("mean content F1, and the best usual selector", _mean_f1(scores, OURS), "", baseline=best, bar=">= 0.85")
    worst = min(each.f1 for family in FAMILIES for each in scores[OURS, family])
    line("worst clip, F1", worst, "", bar=">= 0.75")
    for family in ("cuts", "slides"):
        found = [each.recall for each in scores[OURS, family]]
        line(f"recall on {family}", sum(found) / len(found), "", bar=">= 0.98")


if __name__ == "__main__":
    main(tuple(int(seed) for seed in sys.argv[1:]) or SEEDS)
