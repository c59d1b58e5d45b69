"""Writes down what the video holds: subtitles for people, truth.json for tests."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from tools.make_sample.stage import HEIGHT, WIDTH
from tools.make_sample.timeline import FPS, Shot


def write_subtitles(path: Path, shots: list[Shot]) -> None:
    """One cue per spoken line."""
    cues = [
        f"{count}\n{_clock(line.start)} --> {_clock(line.end)}\n{line.words}\n"
        for count, line in enumerate((line for shot in shots for line in shot.lines), 1)
    ]
    path.write_text("\n".join(cues), encoding="utf-8")


def write_truth(path: Path, shots: list[Shot], frames: int) -> None:
    """Every boundary, text, line and chapter, at exact frame times."""
    truth = {
        "duration_s": _seconds(frames),
        "frame_rate": f"{FPS}/1",
        "width": WIDTH,
        "height": HEIGHT,
        "frame_count": frames,
        "cuts": _cuts(shots),
        "scenes": [
            {
                "start_s": _seconds(shot.start),
                "end_s": _seconds(shot.end),
                "id": shot.scene.id,
                "static": shot.scene.static,
            }
            for shot in shots
        ],
        "texts": _texts(shots),
        "lines": [
            {"start_s": _seconds(line.start), "end_s": _seconds(line.end), "text": line.words}
            for shot in shots
            for line in shot.lines
        ],
        "chapters": [
            {"start_s": _seconds(shot.start), "title": shot.scene.chapter}
            for shot in shots
            if shot.scene.chapter is not None
        ],
    }
    path.write_text(json.dumps(truth, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _cuts(shots: list[Shot]) -> list[dict[str, Any]]:
    found: list[tuple[int, str]] = []
    for before, after in pairwise(shots):
        match after.scene.entry:
            case "cut":
                found.append((after.start, "cut"))
            case "dissolve":
                found += [(before.end, "dissolve_start"), (after.start, "dissolve_end")]
            case "black":
                found += [(before.end, "black"), (after.start, "cut")]
    return [{"frame": frame, "time_s": _seconds(frame), "kind": kind} for frame, kind in found]


def _texts(shots: list[Shot]) -> list[dict[str, Any]]:
    return [
        {
            "text": text.words,
            "start_s": _seconds(shot.shown(text)),
            "end_s": _seconds(shot.end),
            "language": text.language,
        }
        for shot in shots
        for text in shot.scene.texts
    ]


def _seconds(frame: int) -> float:
    return round(frame / FPS, 2)


def _clock(frame: int) -> str:
    seconds, rest = divmod(frame, FPS)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{rest * 1000 // FPS:03}"
