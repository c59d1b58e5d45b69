"""How benchmark results are printed: ours, the baseline of the same run, the ratio, the bar."""

import statistics
from collections.abc import Sequence


def line(what: str, ours: float, unit: str, *, baseline: float | None = None, bar: str = "") -> None:
    """Print one measurement."""
    compared = f"  baseline {baseline:8.2f} {unit}  ratio {ours / baseline:5.2f}" if baseline else ""
    print(f"{what:52s} {ours:8.2f} {unit}{compared}{f'  (bar: {bar})' if bar else ''}", flush=True)


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)
