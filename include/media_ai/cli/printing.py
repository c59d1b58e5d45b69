"""How results look on a terminal."""

import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from media_ai.model.artifacts import ArtifactRef
from media_ai.model.time import clock
from media_ai.tasks.people_views import PersonView
from media_ai.tasks.result import FramesView, SummaryView, TaskResult

console = Console(highlight=False, soft_wrap=False)

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def say(text: str) -> None:
    """Print a line of our own words."""
    console.print(plain(text), soft_wrap=True)


def plain(text: str) -> Text:
    """Return text as data: no markup is read, and control characters cannot reach the terminal."""
    return Text(_CONTROL.sub("", text))


def heading(text: str) -> None:
    """Print a heading."""
    console.print()
    console.print(Text(text, style="bold"))


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under headings. Nothing is cut or folded: an address that is broken over two lines cannot be opened."""
    cells = [[_CONTROL.sub("", str(cell)) for cell in row] for row in rows]
    widths = [max(cell_len(line[index]) for line in [list(columns), *cells]) for index in range(len(columns))]
    for line, style in [(list(columns), "dim"), *((row, "") for row in cells)]:
        padded = (set_cell_size(cell, width) for cell, width in zip(line, widths, strict=True))
        console.print(Text("  ".join(padded).rstrip(), style=style), soft_wrap=True)


def seconds(value: float) -> str:
    """Write a time in the video, to a tenth of a second."""
    return clock(value)[:-2]


def show_result(result: TaskResult, *, frame_limit: int = 12) -> None:
    """Print what a task produced, the summary first."""
    for summary in result.summaries:
        _show_summary(summary)
    for frames in result.frames[-1:]:
        _show_frames(frames, frame_limit)
    if result.people:
        heading("People")
        show_people(result.people)
    _show_screen(result)
    show_nodes(result)


def _show_screen(result: TaskResult) -> None:
    screen = [line for line in result.text if line.source == "screen"]
    if screen:
        heading("On screen")
        table(["from", "to", "text"], [(seconds(line.start_s), seconds(line.end_s), line.text) for line in screen[:20]])
        if len(screen) > 20:
            say(f"... and {len(screen) - 20} more lines")


def show_people(people: Sequence[PersonView], *, limit: int = 5) -> None:
    """Print who appears when."""
    table(
        ["person", "name", "role", "faces", "appears"],
        [
            (person.person_id, person.name or "(unknown)", person.role, person.faces, _stretches(person, limit))
            for person in people
        ],
    )


def _stretches(person: PersonView, limit: int) -> str:
    shown = [f"{seconds(item.start_s)} - {seconds(item.end_s)}" for item in person.appearances[:limit]]
    more = len(person.appearances) - limit
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _show_frames(frames: FramesView, limit: int) -> None:
    coverage = frames.coverage
    found = f" in {coverage.shots} shots" if coverage.shots else ""
    heading(
        f"{coverage.kept} distinct frames of {coverage.sampled} looked at{found}, "
        f"largest stretch without one {coverage.largest_gap_s:.1f} s"
    )
    if any(frame.similarity is not None for frame in frames.frames):
        rows = [
            (seconds(frame.time_s), "" if frame.similarity is None else f"{frame.similarity:.2f}", frame.image)
            for frame in frames.frames[:limit]
        ]
        table(["time", "similarity", "picture"], rows)
    else:
        table(["time", "picture"], [(seconds(frame.time_s), frame.image) for frame in frames.frames[:limit]])
    if len(frames.frames) > limit:
        say(f"... and {len(frames.frames) - limit} more")


def show_nodes(result: TaskResult) -> None:
    """Print what each node did, and what the reader should know."""
    heading("Nodes")
    table(
        ["node", "type", "done in", "result"],
        [
            (
                node.node_id,
                node.node_type,
                "reused" if node.reused else f"{node.seconds:.1f} s",
                _counts(node.outputs.values()),
            )
            for node in result.nodes
        ],
    )
    for node in result.nodes:
        for notice in node.notices:
            say(f"{node.node_id}: {notice}")


def _counts(refs: Iterable[ArtifactRef | None]) -> str:
    sizes = [f"{count} {name}" for ref in refs if ref for name, count in ref.counts.items()]
    return ", ".join(sizes)


def _show_summary(summary: SummaryView) -> None:
    heading(f"Summary ({summary.method}, {summary.model})")
    say(summary.text or "(nothing to summarise)")
    if summary.keywords:
        say(f"\nKeywords: {', '.join(summary.keywords)}")
    heading("Chapters")
    table(
        ["from", "to", "title"],
        [(seconds(item.start_s), seconds(item.end_s), item.title) for item in summary.chapters],
    )
    for notice in summary.notices:
        say(f"Note: {notice}")
