"""
Search over everything found in videos: by words, and by meaning where there are vectors.

Chinese and Japanese match by pairs of characters. What is found by words and what is found by meaning are ranked together by
reciprocal rank fusion: a place counts 1 / (60 + its rank) in each list that it is in (Cormack, Clarke and Büttcher 2009).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.meaning import nearest_places
from media_ai.clients.access import Access
from media_ai.errors import InputError
from media_ai.media.words import search_tokens


@dataclass(frozen=True, kw_only=True)
class Hit:
    """
    A piece of text that matches, at its second in the video.

    Attributes:
        image: Digest of the picture, where a frame was found by what it shows; there is no text then.
        found_by: By words ("text"), by meaning, or both.
    """

    video_id: str
    title: str
    dag_id: str
    run_id: str
    kind: str
    start_s: float
    end_s: float
    text: str
    image: str | None = None
    found_by: Literal["text", "meaning", "both"] = "text"

    @property
    def place(self) -> tuple[object, ...]:
        """What makes two hits the same."""
        return self.video_id, self.kind, self.start_s, self.text, self.image


@dataclass(frozen=True, kw_only=True)
class Found:
    """Hits, best first. `notices` say why meaning was not asked of a model that made vectors."""

    hits: tuple[Hit, ...]
    notices: tuple[str, ...] = ()


_RANK_CONSTANT = 60
_DEPTH = 100
_MOST = 500


def search_everything(database: Database, query: str, *, access: Access, limit: int = 20) -> Found:
    """
    Return what matches the words of `query` or comes near to its meaning, best first; each place in a video once.

    Without vectors, or when their model does not answer, words are searched alone.

    Args:
        database: The catalog.
        query: Words in any language.
        access: The way to the models that made the vectors.
        limit: Most hits to return, 1 to 500.

    Raises:
        InputError: There is no word in the query, or the limit is out of its range.
    """
    _check_limit(limit)
    depth = min(max(limit, _DEPTH), _MOST)
    by_words = search(database, query, limit=depth)
    rankings, problems = nearest_places(database, query, access, depth)
    by_meaning = [[_hit(row, found_by="meaning") for row in ranking] for ranking in rankings]
    notices = tuple(f"Not searched by meaning: {problem}" for problem in problems)
    return Found(hits=tuple(_fused(by_words, by_meaning)[:limit]), notices=notices)


def _fused(by_words: Sequence[Hit], by_meaning: Sequence[Sequence[Hit]]) -> list[Hit]:
    scores: dict[tuple[object, ...], float] = {}
    hits: dict[tuple[object, ...], Hit] = {}
    for ranking in (by_words, *by_meaning):
        for rank, hit in enumerate(ranking, start=1):
            scores[hit.place] = scores.get(hit.place, 0.0) + 1 / (_RANK_CONSTANT + rank)
            known = hits.setdefault(hit.place, hit)
            if known.found_by != hit.found_by:
                hits[hit.place] = replace(known, found_by="both")
    # Sorting is stable: of equal scores, what was found by words comes first.
    return sorted(hits.values(), key=lambda hit: -scores[hit.place])


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
    _check_limit(limit)
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


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= _MOST:
        raise InputError(f"The limit is {limit}; it must be between 1 and {_MOST}.")


def _hit(row: dict[str, Any], *, found_by: Literal["text", "meaning"] = "text") -> Hit:
    names = ("video_id", "title", "dag_id", "run_id", "kind", "text")
    return Hit(
        **{name: row[name] for name in names},
        start_s=float(row["start_s"]),
        end_s=float(row["end_s"]),
        image=row.get("image"),
        found_by=found_by,
    )
