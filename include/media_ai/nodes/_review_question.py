"""What a reviewer reads: what was found, as text that no page takes for markup."""

import re
from collections.abc import Iterable

from media_ai.model.artifacts import Artifact
from media_ai.model.base import storable_text
from media_ai.model.media import MediaAsset
from media_ai.model.text import Summary
from media_ai.reviewing import Question

_LONGEST = 20_000
_MOST_CHAPTERS = 50
# CommonMark lets every mark of ASCII be escaped: what comes from videos makes no links, pictures or headings.
_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


def question_about(
    asset: MediaAsset,
    *,
    summary: Summary | None,
    results: Iterable[Artifact],
    instructions: str,
    longest_s: float,
    when_late: str,
    allow_corrections: bool,
) -> Question:
    """Return the question about a video's results."""
    parts = [_plain(instructions), *_told(summary), *_counted(results)]
    return Question(
        subject=storable_text(f"Review: {asset.title or asset.video_id}")[:200],
        body="\n\n".join(part for part in parts if part) or "There is nothing to show: approve, or reject.",
        text=summary.text if summary and allow_corrections else None,
        longest_s=longest_s,
        when_late=when_late,
    )


def _told(summary: Summary | None) -> list[str]:
    if summary is None:
        return []
    chapters = [
        f"* {_plain(str(chapter.time))} {_plain(chapter.title)}" for chapter in summary.chapters[:_MOST_CHAPTERS]
    ]
    by = f"**Summary** by {_plain(summary.model)}"
    return [by, _plain(summary.text), "\n".join(chapters), *(_plain(notice) for notice in summary.notices)]


def _counted(results: Iterable[Artifact]) -> list[str]:
    lines = []
    for artifact in results:
        counts = ", ".join(f"{count} {name}" for name, count in artifact.counts().items())
        lines.append(f"* {artifact.kind.value.replace('_', ' ')}: {_plain(counts) or 'ready'}")
    return ["\n".join(lines)]


def _plain(text: str) -> str:
    kept = storable_text(text)[:_LONGEST]
    # Two spaces before a line's end keep it; indented lines would be taken for code.
    return "  \n".join(_MARKS.sub(r"\\\1", line.strip()) for line in kept.splitlines())
