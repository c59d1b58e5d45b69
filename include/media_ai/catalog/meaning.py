"""Search by meaning: the places whose vectors are nearest to that of a query, for each model that made vectors."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from media_ai.catalog.database import Database
from media_ai.catalog.pgvector import use_pgvector
from media_ai.catalog.vectors import LONGEST, has_vectors, vector_text
from media_ai.clients.access import Access
from media_ai.clients.embedding import Embedder, Patience, Vector, cut_text, open_embedder
from media_ai.clients.retrying import Retry
from media_ai.errors import ConfigurationError, ErrorKind, MediaAIError, StoppedError

_HURRIED = Patience(timeout_s=10.0, retry=Retry(tries=2, first_s=0.5))
"""Somebody waits for the answer, and words find something in any case."""
_REPEATED = 4
"""Runs over the same video leave the same places more than once; so many times as many are looked at."""
_MOST_LOOKED_AT = 1_000
"""What pgvector allows."""

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Space:
    """Vectors that can be compared with each other."""

    model: str
    dimension: int

    @property
    def provider(self) -> str:
        """The first part of the model's name."""
        return self.model.partition("/")[0]


# Walks the index from one model to the next, instead of reading every row: https://wiki.postgresql.org/wiki/Loose_indexscan
_SPACES = text(
    """
    WITH RECURSIVE found AS (
        (SELECT model, dimension FROM media_ai.search_vectors ORDER BY model, dimension LIMIT 1)
        UNION ALL
        SELECT next.model, next.dimension FROM found CROSS JOIN LATERAL (
            SELECT model, dimension FROM media_ai.search_vectors
            WHERE (model, dimension) > (found.model, found.dimension) ORDER BY model, dimension LIMIT 1
        ) AS next
    )
    SELECT model, dimension FROM found
    """
)


def nearest_places(database: Database, query: str, access: Access, depth: int) -> tuple[list[list[Row]], list[str]]:
    """
    Return the places nearest to a query, nearest first, a list for each model; and what could not be asked, and why.

    Args:
        database: The catalog.
        query: Any text.
        access: The way to the models.
        depth: Places in a list, at most.
    """
    with database.transaction() as connection:
        spaces = _spaces(connection)
    rankings: list[list[Row]] = []
    problems: dict[str, str] = {}
    for space in spaces:
        if problems.keys() & {space.model, space.provider}:
            continue  # said already, and whoever searches does not wait for it again
        try:
            vector = _vector_of(query, space, access)
        except StoppedError:
            raise
        except MediaAIError as exc:
            problems[space.provider if _is_of_provider(exc) else space.model] = exc.message
            continue
        with database.transaction() as connection:
            rankings.append(_nearest(connection, space, vector, depth))
    return rankings, list(problems.values())


def _is_of_provider(error: MediaAIError) -> bool:
    """Whether another model of the same provider would fail likewise."""
    return isinstance(error, ConfigurationError) or error.kind in {
        ErrorKind.AUTH,
        ErrorKind.OVERDUE,
        ErrorKind.TRANSIENT,
    }


def _spaces(connection: Connection) -> list[Space]:
    if not has_vectors(connection):
        return []
    return [Space(model=row.model, dimension=row.dimension) for row in connection.execute(_SPACES)]


def _vector_of(query: str, space: Space, access: Access) -> Vector:
    # Many models refuse to be told even their own dimension: it is told only to those that would answer with another one.
    own = _embedded(query, open_embedder(space.model, access, patience=_HURRIED))
    if len(own) == space.dimension:
        return own
    return _embedded(query, open_embedder(space.model, access, dimension=space.dimension, patience=_HURRIED))


def _embedded(query: str, embedder: Embedder) -> Vector:
    return embedder.embed_texts([cut_text(query, embedder.limits.tokens)], is_query=True).vectors[0]


def _nearest(connection: Connection, space: Space, vector: Vector, depth: int) -> list[Row]:
    use_pgvector(connection)
    look_at = min(_REPEATED * depth, _MOST_LOOKED_AT)
    connection.execute(text("SELECT set_config('hnsw.ef_search', :number, true)"), {"number": str(look_at)})
    values = {"model": space.model, "query": vector_text(vector), "look_at": look_at, "depth": depth}
    found = connection.execute(text(_nearest_statement(space.dimension)), values).mappings()
    return [dict(row) for row in found]


def _nearest_statement(dimension: int) -> str:
    kind = f"halfvec({dimension:d})" if dimension <= LONGEST else f"vector({dimension:d})"
    return f"""
        WITH near AS (
            SELECT dag_id, run_id, video_id, kind, start_s, end_s, text, image,
                embedding::{kind} <=> CAST(:query AS {kind}) AS distance
            FROM media_ai.search_vectors
            WHERE model = :model AND dimension = {dimension:d}
            ORDER BY embedding::{kind} <=> CAST(:query AS {kind})
            LIMIT :look_at
        ), places AS (
            SELECT DISTINCT ON (near.video_id, near.kind, near.start_s, near.text, near.image)
                near.*, coalesce(assets.title, '') AS title
            FROM near
            JOIN media_ai.runs AS runs USING (dag_id, run_id)
            LEFT JOIN media_ai.media_assets AS assets ON assets.video_id = near.video_id
            ORDER BY near.video_id, near.kind, near.start_s, near.text, near.image, runs.created_at DESC
        )
        SELECT * FROM places ORDER BY distance, video_id, start_s LIMIT :depth
    """  # noqa: S608  # of a number alone
