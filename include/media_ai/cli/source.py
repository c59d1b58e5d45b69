"""`media-ai source`: places where videos arrive, what was found there, backfills."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from media_ai.catalog.source_items import SourceItems
from media_ai.cli import context
from media_ai.cli.moments import moment, zoned
from media_ai.cli.printing import say, table
from media_ai.errors import InputError
from media_ai.sources import control
from media_ai.sources.control import Again
from media_ai.sources.library import SourceLibrary, check_source, parse_source
from media_ai.sources.looking import Look
from media_ai.sources.schema import Window

app = typer.Typer(no_args_is_help=True, help="Watch places where videos arrive, and backfill what lies there.")

Slug = Annotated[str, typer.Argument(help="The source's slug.", show_default=False)]
From = Annotated[
    datetime | None, typer.Option("--from", help="Changed then or later (UTC).", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"])
]
To = Annotated[
    datetime | None, typer.Option("--to", help="Changed before (UTC).", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"])
]


def _library() -> SourceLibrary:
    return SourceLibrary(context.database())


@app.command()
def save(file: Annotated[Path, typer.Argument(help="A source as JSON.", show_default=False)]) -> None:
    """Make a source, or change it; Airflow follows within seconds."""
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise InputError(f"'{file}' cannot be read as JSON: {exc}.") from exc
    if not isinstance(given, dict):
        raise InputError(f"'{file}' holds no JSON object.")
    source = parse_source(given)
    check_source(source, context.settings(), context.publication_log())
    saved = _library().save(source, by=context.user())
    say(f"Saved '{source.slug}', in Airflow {source.dag_id}.")
    say(f"Scheduled looks take what changed since {saved.since:%Y-%m-%d %H:%M} UTC; backfills take what is older.")


@app.command("list")
def list_sources() -> None:
    """List the sources, and what became of the videos that they found."""
    rows = []
    for saved in _library().all():
        counts = SourceItems(context.database(), saved.source.slug).counts()
        shown = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        rows.append((saved.source.slug, saved.source.location, saved.source.schedule, saved.source.workflow, shown))
    table(["slug", "location", "schedule", "workflow", "videos"], rows)


@app.command()
def show(slug: Slug) -> None:
    """Write a source as JSON, in the form that `save` takes."""
    typer.echo(json.dumps(_library().get(slug).source.model_dump(mode="json"), indent=2, ensure_ascii=False))


@app.command()
def look(
    slug: Slug,
    start: From = None,
    end: To = None,
    now: Annotated[bool, typer.Option("--now", help="Look, and start what is new.")] = False,
) -> None:
    """Show what a look would find, or with --now have it look."""
    saved = _library().get(slug)
    if now:
        say(f"Started {control.look_now(context.airflow(), saved, by=context.user())}")
        return
    settings = context.settings()
    window = window_of(start, end) if start or end else None
    _show(control.preview(saved, context.database(), settings, settings.credentials_of, window))


@app.command()
def backfill(
    slug: Slug,
    start: From,
    end: To,
    again: Annotated[Again, typer.Option(help="Looks that are done again: none, those that failed, all.")] = "all",
    backwards: Annotated[bool, typer.Option(help="The newest first.")] = False,
) -> None:
    """Take what changed between two times, interval by interval; what succeeded is never started again."""
    window = window_of(start, end)
    made = control.backfill(
        context.airflow(), _library().get(slug), start=window.start, end=window.end, again=again, backwards=backwards
    )
    say(f"Started backfill {made['id']} of '{slug}'.")


@app.command()
def files(
    slug: Slug,
    state: Annotated[str | None, typer.Option(help="waiting, started, renamed, refused, gone.")] = None,
    limit: int = 50,
) -> None:
    """List what a source has found, the newest first, with the reason where no task was started."""
    _library().get(slug)
    rows = [
        (
            "gone" if item["gone_at"] else item["run_state"] or item["state"],
            item["address"],
            moment(item["modified_at"]),
            item["run_id"] or "",
            item["reason"],
        )
        for item in SourceItems(context.database(), slug).page(state=state, limit=limit)
    ]
    table(["state", "file", zoned("changed"), "task", "reason"], rows)


@app.command()
def delete(slug: Slug) -> None:
    """Remove a source; its tasks, and the record of what it has found, stay."""
    _library().delete(slug)
    say(f"Removed '{slug}'.")


def window_of(start: datetime | None, end: datetime | None) -> Window:
    """Return the time between two options; raise InputError if one is missing."""
    if start is None or end is None:
        raise InputError("Give both --from and --to.")
    return Window(start=start.replace(tzinfo=UTC), end=end.replace(tzinfo=UTC))


def _show(found: Look) -> None:
    say(", ".join(f"{count} {name}" for name, count in found.counts().items()))
    rows = [
        (kind, row["address"], row["video_id"], row["reason"])
        for kind in ("new", "renamed", "refused")
        for row in getattr(found, kind)[:20]
    ]
    if rows:
        table(["", "file", "video id", "reason"], rows)
