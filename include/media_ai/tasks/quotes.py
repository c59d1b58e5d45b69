"""Quotes for a workflow over videos of a length: from what its nodes did with other videos, else by rules of thumb."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.history import Done, History
from media_ai.catalog.prices import Prices
from media_ai.catalog.results import RunKey
from media_ai.catalog.task_lists import TaskLists
from media_ai.clients.prices import PriceTable
from media_ai.execution import merge
from media_ai.graph.foresight import Expected, Work
from media_ai.graph.plan import ExecutionPlan, Step
from media_ai.graph.schema import Node
from media_ai.graph.upgrade import upgrade_node
from media_ai.model.artifacts import ArtifactKind
from media_ai.nodes import node_type
from media_ai.store.artifacts import Usage
from media_ai.tasks.lineage import lineages
from media_ai.tasks.quote_views import NodeQuote, Quote
from media_ai.tasks.rates import Learned, learn

_QUOTES = tables.quotes
_CALL_S = 8.0
"""That a model takes for an answer, where nothing is known of a node's time."""


@dataclass(frozen=True, kw_only=True)
class Videos:
    """
    What a quote is for.

    Attributes:
        count: Videos.
        each: The mean of them.
        probed: How many were looked into.
        at_once: Tasks that run at the same time.
    """

    each: Expected
    count: int = 1
    probed: int = 1
    at_once: int = 1


class Quotes:
    """Makes quotes and keeps those that tasks were started with."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, plan: ExecutionPlan, videos: Videos, overrides: Mapping[str, Any] | None = None) -> Quote:
        """Return what a plan will probably use for videos, with the overrides of their tasks."""
        changes = dict(overrides or {})
        table = Prices(self._database).current().table
        history = _fitting(History(self._database), plan, changes, videos.each)
        usual = TaskLists(self._database).usual({step.type for step in plan.steps})
        outline = _Outline(videos.each)
        nodes: list[NodeQuote] = []
        ends: dict[str, float] = {}
        for step in plan.steps:
            expected = outline.before(step)
            work = _foresee(step, changes.get(step.id, {}), expected)
            learned = learn(history.get(step.id, ()), videos.each.video_s)
            outline.after(step, work, learned)
            known = usual.get(step.type)
            seconds = learned.seconds if learned else known.of(videos.each.video_s) if known else _CALL_S * work.calls
            before = max((ends[source.node] for sources in step.inputs.values() for source in sources), default=0.0)
            ends[step.id] = before + seconds
            nodes.append(_node(step, work, learned, seconds, table))
        return _total(plan, videos, nodes, max(ends.values(), default=0.0), table)

    def keep(self, run: RunKey, quote: Quote) -> None:
        """Keep the quote that a task was started with."""
        values = {"quote": quote.model_dump(mode="json"), "made_at": quote.made_at}
        statement = upsert(_QUOTES).values(**run.columns(), **values)
        with self._database.transaction() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["dag_id", "run_id"], set_=values))

    def of(self, run: RunKey) -> Quote | None:
        """Return the quote that a task was started with."""
        same = (_QUOTES.c.dag_id == run.dag_id) & (_QUOTES.c.run_id == run.run_id)
        with self._database.transaction() as connection:
            kept = connection.execute(select(_QUOTES.c.quote).where(same)).scalar()
        return None if kept is None else Quote.model_validate(kept)


class _Outline:
    """What flows over the wires of a plan."""

    def __init__(self, video: Expected) -> None:
        self._video = video
        self._given: dict[str, Expected] = {}

    def before(self, step: Step) -> Expected:
        """Return what arrives at a step."""
        frames, size = 0.0, (self._video.width, self._video.height)
        texts: dict[str, float] = {}
        for port, sources in step.inputs.items():
            kinds = node_type(step.type).input_ports[port].kinds
            for given in (self._given[source.node] for source in sources):
                if ArtifactKind.FRAME_SET in kinds and given.frames > frames:
                    frames, size = given.frames, (given.width, given.height)
                if not {ArtifactKind.VIDEO, ArtifactKind.FRAME_SET} & kinds:
                    texts[port] = texts.get(port, 0.0) + given.text_tokens
        return replace(self._video, width=size[0], height=size[1], frames=frames, texts=texts)

    def after(self, step: Step, work: Work, learned: Learned | None) -> None:
        """Take note of what leaves a step."""
        arrived = self.before(step)
        width = min(work.gives_width, arrived.width) if work.gives_width else arrived.width
        frames = learned.frames if learned and learned.frames is not None else work.gives_frames
        height = round(arrived.height * width / max(arrived.width, 1))
        texts = {"": work.gives_tokens}
        self._given[step.id] = replace(arrived, width=width, height=height, frames=frames, texts=texts)


def _foresee(step: Step, overrides: Mapping[str, Any], expected: Expected) -> Work:
    kind = node_type(step.type)
    written = Node(id=step.id, type=kind.id, version=step.type_version, params=step.params)
    return kind.foresee(kind.parse_params(step.id, merge(upgrade_node(written, kind).params, overrides)), expected)


def _fitting(
    history: History, plan: ExecutionPlan, overrides: Mapping[str, Any], video: Expected
) -> dict[str, list[Done]]:
    """Return what each node did in tasks in which it, and all before it, had the same type and params."""
    done = history.of_workflow(plan.slug)
    plans = history.plans(plan.slug, {item.version for item in done if item.version is not None})
    wanted = lineages(plan, overrides)
    known: dict[str, Mapping[str, str]] = {}
    found: dict[str, list[Done]] = {}
    for item in done:
        data = plans.get(item.version or 0)
        if data is None or item.video_s <= 0 or item.has_subtitles != video.has_subtitles:
            continue
        # Tasks of one version with the same overrides have the same lineages.
        key = f"{item.version} {sorted(item.overrides.items())!r}"
        if key not in known:
            known[key] = lineages(ExecutionPlan.model_validate(data), item.overrides)
        if item.node_id in wanted and known[key].get(item.node_id) == wanted[item.node_id]:
            found.setdefault(item.node_id, []).append(item)
    return found


def _node(step: Step, work: Work, learned: Learned | None, seconds: float, table: PriceTable) -> NodeQuote:
    used = learned.used if learned else _used(work)
    asks = bool(used)
    frames = learned.frames if learned and learned.frames is not None else work.frames
    return NodeQuote(
        node_id=step.id,
        node_type=step.type,
        basis="nothing" if not asks else "history" if learned else "estimate",
        tasks=learned.tasks if learned else 0,
        models=sorted({usage.model for usage in used}),
        frames=round(frames, 1),
        calls=round(learned.calls if learned else work.calls, 1),
        input_tokens=sum(usage.input_tokens for usage in used),
        output_tokens=sum(usage.output_tokens for usage in used),
        audio_seconds=round(sum(usage.audio_seconds for usage in used), 1),
        cost=table.cost_of_all(used),
        minutes=round(seconds / 60, 3),
    )


def _used(work: Work) -> tuple[Usage, ...]:
    if not work.model or not work.calls:
        return ()
    return (
        Usage(
            model=work.model,
            input_tokens=round(work.input_tokens),
            output_tokens=round(work.output_tokens),
            audio_seconds=work.audio_s,
            is_batch=work.is_batch,
        ),
    )


def _total(plan: ExecutionPlan, videos: Videos, nodes: list[NodeQuote], seconds: float, table: PriceTable) -> Quote:
    many = videos.count
    for node in nodes:
        for name in ("frames", "calls", "input_tokens", "output_tokens", "audio_seconds", "minutes", "cost"):
            value = getattr(node, name)
            setattr(node, name, None if value is None else value * many)
    priced = [node.cost for node in nodes if node.models and node.cost is not None]
    asking = [node for node in nodes if node.models]
    basis = "nothing" if not asking else "estimate" if any(node.basis == "estimate" for node in asking) else "history"
    unpriced = sorted({model for node in asking for model in node.models if table.price_of(model) is None})
    sums = {
        name: sum(getattr(node, name) for node in nodes)
        for name in ("calls", "input_tokens", "output_tokens", "audio_seconds")
    }
    return Quote(
        workflow=plan.slug,
        workflow_version=plan.version,
        videos=many,
        video_seconds=round(videos.each.video_s * many, 3),
        probed=videos.probed,
        frames=sum(node.frames for node in asking),
        cost=sum(priced, Decimal(0)) if priced or not asking else None,
        currency=table.currency,
        unpriced_models=unpriced,
        minutes=round(seconds / 60 * -(-many // max(videos.at_once, 1)), 2),
        basis=basis,
        nodes=nodes,
        made_at=datetime.now(UTC),
        **sums,
    )
