"""Full-text search over everything found in videos. Chinese and Japanese match by pairs of characters."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.errors import InputError
from media_ai.media.words import search_tokens


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A piece of text that matches, at its second in the video."""

    video_id: str
    title: str
    dag_id: str
    run_id: str
    kind: str
    start_s: float
    end_s: float
    text: str


def search(database: Database, query: str, *, limit: int = 20) -> list[Hit]:
    """
    Return what matches every word of `query`, best first; each place in a video once, by its newest run.

    Args:
        database: The catalog.
        query: Words in any language.
        limit: Most hits to return, 1 to 500.

    Raises:
        InputError: There is no word in the query, or the limit is out of its range.
    """
    words = search_tokens(query)
    if not words:
        raise InputError(f"There is no word to search for in {query[:60]!r}.")
    if not 1 <= limit <= 500:
        raise InputError(f"The limit is {limit}; it must be between 1 and 500.")
    entries, assets, runs = tables.search_entries, tables.media_assets, tables.runs
    wanted = func.plainto_tsquery("simple", " ".join(words))
    rank = func.ts_rank(entries.c.tokens, wanted).label("rank")
    columns = [entries.c[name] for name in ("video_id", "dag_id", "run_id", "kind", "start_s", "end_s", "text")]
    place = [entries.c.video_id, entries.c.kind, entries.c.start_s, entries.c.text]
    newest = (
        select(*columns, assets.c.title, rank)
        .join(assets, assets.c.video_id == entries.c.video_id)
        .join(runs, (runs.c.dag_id == entries.c.dag_id) & (runs.c.run_id == entries.c.run_id))
        .where(entries.c.tokens.op("@@")(wanted))
        .ext(distinct_on(*place))
        .order_by(*place, runs.c.created_at.desc())
        .subquery()
    )
    statement = select(newest).order_by(newest.c.rank.desc(), newest.c.video_id, newest.c.start_s).limit(limit)
    with database.transaction() as connection:
        rows = connection.execute(statement).mappings().all()
    return [_hit(dict(row)) for row in rows]


def _hit(row: dict[str, Any]) -> Hit:
    times = {name: float(row[name]) for name in ("start_s", "end_s")}
    return Hit(**{name: row[name] for name in Hit.__dataclass_fields__} | times)
