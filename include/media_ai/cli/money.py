"""`media-ai quote`, `costs`, `prices`, `budget`: what tasks will cost, what they did, and what they may."""

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from media_ai.catalog.budgets import BudgetKey, Budgets
from media_ai.catalog.costs import By, Costs
from media_ai.catalog.prices import Prices, parse_prices
from media_ai.cli import context
from media_ai.cli.printing import say, table
from media_ai.cli.source import From, To, window_of
from media_ai.cli.task import absolute, parse_overrides
from media_ai.clients.prices import LISTED_ON, PriceTable, listed_prices
from media_ai.errors import InputError
from media_ai.sources.library import SourceLibrary
from media_ai.sources.quoting import quote_source
from media_ai.tasks.quote_views import Quote
from media_ai.tasks.quoting import quote_task

budget = typer.Typer(no_args_is_help=True, help="What may be spent at most.")
prices = typer.Typer(no_args_is_help=True, help="What models cost.")
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day in UTC.")]
OfWorkflow = Annotated[str, typer.Option("--workflow", help="Each task of a workflow; with --task that task.")]
OfTask = Annotated[str, typer.Option("--task", help="Id of a task.")]
OfSource = Annotated[str, typer.Option("--source", help="A source, in a month.")]


def quote(
    workflow: Annotated[str, typer.Argument(help="Slug of a published workflow.")] = "",
    video: Annotated[str, typer.Option(help="Path, or oss://bucket/key.")] = "",
    subtitles: Annotated[str | None, typer.Option(help="A .srt or .vtt file.")] = None,
    source: Annotated[str, typer.Option(help="Slug of a source, instead of workflow and video.")] = "",
    start: From = None,
    end: To = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="node.parameter=value.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Say what a task, or all that a source would start, will probably use, take and cost."""
    settings = context.settings()
    if bool(source) == bool(workflow and video) or (source and workflow):
        raise InputError("Give a workflow and --video, or --source.")
    if source:
        window = window_of(start, end) if start or end else None
        saved = SourceLibrary(context.database()).get(source)
        made = quote_source(saved, context.database(), settings, settings.credentials_of, window)
    else:
        # The file is this user's own, read with this user's rights.
        files = settings.media_files(settings.credentials_of, roots=[Path("/")])
        given = {"video": absolute(video), "subtitles": absolute(subtitles) if subtitles else None}
        made = quote_task(context.database(), files, workflow, given, parse_overrides(set_ or []))
    if as_json:
        typer.echo(made.model_dump_json(indent=2))
    else:
        _show(made)


def costs(
    by: Annotated[By, typer.Option(help="workflow, source, model, node, month, task.")] = "workflow",
    since: Day = None,
    until: Day = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
) -> None:
    """Show what calls to models have used and cost, the dearest first."""
    days = (since.date() if since else None, until.date() if until else None)
    rows = [
        (
            f"{item.workflow}/{item.key}" if item.workflow else item.key or "(none)",
            item.calls,
            f"{item.input_tokens:,}",
            f"{item.output_tokens:,}",
            f"{item.audio_seconds:,.0f}",
            _money(item.cost, item.currency) + (f", {item.unpriced} calls without a price" if item.unpriced else ""),
        )
        for item in Costs(context.database()).by(by, since=days[0], until=days[1], limit=limit)
    ]
    table([by, "calls", "tokens in", "out", "media s", "cost"], rows)


@budget.command("set")
def set_budget(
    amount: Annotated[str, typer.Argument(help="In the currency of the prices; 'none' takes the budget away.")],
    workflow: OfWorkflow = "",
    task: OfTask = "",
    source: OfSource = "",
) -> None:
    """Have no more spent than this: on a task, each task of a workflow, a source in a month, or everything in a month."""
    if source and (workflow or task):
        raise InputError("Give --source, or --workflow with or without --task, or none of them for the month.")
    scope = "source" if source else "task" if task else "workflow" if workflow else "month"
    key = BudgetKey(scope=scope, dag_id=workflow, name=source or task)  # type: ignore[arg-type]  # one of the four
    if amount == "none":
        Budgets(context.database()).remove(key)
        say("Removed.")
        return
    try:
        wanted = Decimal(amount)
    except InvalidOperation:
        raise InputError(f"'{amount[:40]}' is no amount; write 12.50, or none.") from None
    made = Budgets(context.database()).set(key, wanted, by=context.user())
    spent = "" if scope == "workflow" else f"; {made.spent:.4f} are spent"
    say(f"At most {made.amount} {made.currency}{spent}.")


@budget.command("list")
def list_budgets() -> None:
    """Show what may be spent, and how much of it is."""
    rows = [
        (
            item.key.scope,
            item.key.dag_id,
            item.key.name,
            _money(item.amount, item.currency),
            "" if item.key.scope == "workflow" else _money(item.spent, item.currency),
            _money(item.promised, item.currency) if item.promised else "",
        )
        for item in Budgets(context.database()).all()
    ]
    table(["of", "workflow", "name", "at most", "spent", "promised"], rows)


@prices.command("show")
def show_prices(
    own: Annotated[
        bool, typer.Option("--own", help="As JSON, in the form that `set` takes: without listed ones.")
    ] = False,
) -> None:
    """Show what models cost."""
    saved = Prices(context.database()).current()
    if own:
        typer.echo(json.dumps(saved.table.model_dump(mode="json"), indent=2))
        return
    listed = dict(listed_prices()) if saved.table.currency == PriceTable().currency else {}
    rows = [
        (
            model,
            str(price.input),
            str(price.output),
            str(price.audio_hour),
            "own" if model in saved.table.prices else "listed",
        )
        for model, price in sorted({**listed, **saved.table.prices}.items())
    ]
    say(f"In {saved.table.currency}. Listed prices are those of {LISTED_ON}; check them.")
    table(["model", "million tokens in", "out", "hour of media", ""], rows)


@prices.command("set")
def set_prices(file: Annotated[Path, typer.Argument(help="JSON, as `show --own` writes it.")]) -> None:
    """Have other prices count from now on; what was counted before stays."""
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise InputError(f"'{file}' cannot be read as JSON: {exc}.") from exc
    if not isinstance(given, dict):
        raise InputError(f"'{file}' holds no JSON object.")
    saved = Prices(context.database()).save(parse_prices(given), by=context.user())
    say(f"{len(saved.table.prices)} prices in {saved.table.currency} count from now on.")


def _show(made: Quote) -> None:
    count = "1 video" if made.videos == 1 else f"{made.videos} videos"
    minutes = "an unknown time" if made.minutes is None else f"{made.minutes:,.1f} minutes"
    say(f"{count}, {made.video_seconds / 60:,.1f} minutes of video: {_money(made.cost, made.currency)}, {minutes}.")
    if made.unpriced_models:
        say(f"Without the cost of {', '.join(made.unpriced_models)}, which have no price.")
    rows = [
        (
            node.node_id,
            ", ".join(node.models),
            f"{node.frames:,.0f}",
            f"{node.calls:,.0f}",
            f"{node.input_tokens:,.0f}",
            f"{node.output_tokens:,.0f}",
            f"{node.audio_seconds:,.0f}",
            _money(node.cost, made.currency),
            f"{node.minutes or 0:,.1f}",
            f"history of {node.tasks}" if node.basis == "history" else "estimate",
        )
        for node in made.nodes
        if node.models
    ]
    table(["node", "model", "frames", "calls", "tokens in", "out", "media s", "cost", "minutes", "from"], rows)


def _money(amount: Decimal | None, currency: str) -> str:
    return "unknown" if amount is None else f"{amount:,.4f} {currency}"
