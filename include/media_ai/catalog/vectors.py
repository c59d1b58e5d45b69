"""
Vectors in the catalog (pgvector): a table that is made when the first vectors are published, and its indexes.

No migration makes it, because a PostgreSQL without pgvector serves everything else; it is a projection, and can be rebuilt from
artifacts. Each model and dimension has an index of its own: HNSW (Malkov and Yashunin 2018) over half-precision numbers, which
halves the time to insert, makes a third of the size, and takes 4,000 dimensions where full precision takes 2,000.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from struct import unpack_from
from typing import Any

from sqlalchemy import Connection, column, delete, insert, select, table, text

from media_ai.catalog.database import Database
from media_ai.catalog.pgvector import require_pgvector, use_pgvector
from media_ai.catalog.tables import SCHEMA
from media_ai.model.artifacts import BlobRef
from media_ai.model.embeddings import Embeddings

LONGEST = 4_000
"""Dimensions that the index takes; longer vectors are compared one by one."""
_LOCK = 7_136_402_916
"""Number of the advisory lock under which the table and the indexes are made."""
_BATCH = 100
_NAME = f"{SCHEMA}.search_vectors"


# No table of the catalog's metadata: migrations must not know it.
search_vectors = table(
    "search_vectors",
    *(
        column(name)
        for name in (
            "dag_id", "run_id", "ordinal", "video_id", "kind", "start_s", "end_s", "text", "image", "model", "dimension",
            "embedding",
        )
    ),
    schema=SCHEMA,
)  # fmt: skip

_CREATE = f"""
CREATE TABLE IF NOT EXISTS {_NAME} (
    dag_id text NOT NULL,
    run_id text NOT NULL,
    ordinal integer NOT NULL,
    video_id text NOT NULL,
    kind text NOT NULL,
    start_s numeric(14, 6) NOT NULL,
    end_s numeric(14, 6) NOT NULL,
    text text NOT NULL,
    image text,
    model text NOT NULL,
    dimension integer NOT NULL,
    embedding vector NOT NULL,
    CONSTRAINT pk_search_vectors PRIMARY KEY (dag_id, run_id, ordinal),
    CONSTRAINT fk_search_vectors_runs FOREIGN KEY (dag_id, run_id)
        REFERENCES {SCHEMA}.runs (dag_id, run_id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS ix_search_vectors_model_dimension ON {_NAME} (model, dimension);
"""


def prepare_vectors(database: Database, results: Iterable[Any]) -> None:
    """
    Make the table, and the indexes for the embeddings among `results`; before the transaction that writes them.

    An index that was made inside it would have to wait for other writers, who wait likewise.

    Raises:
        ConfigurationError: The server has no pgvector, or nobody has allowed it in this database.
    """
    wanted = {(item.model, item.dimension) for item in results if isinstance(item, Embeddings) and item.items}
    for model, dimension in sorted(wanted):
        with database.transaction() as connection:
            if _exists(connection, model, dimension):
                continue
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
            require_pgvector(connection, database.place)
            connection.execute(text(_CREATE))
            if dimension <= LONGEST:
                connection.execute(text(_index_statement(model, dimension)), {"model": model, "dimension": dimension})


def has_vectors(connection: Connection) -> bool:
    """Whether any were ever published here."""
    return connection.execute(text(f"SELECT to_regclass('{_NAME}') IS NOT NULL")).scalar_one() is True


def replace_vectors(
    connection: Connection,
    run: Mapping[str, str],
    video_id: str,
    results: Iterable[Any],
    read: Callable[[BlobRef], bytes],
    clean: Callable[[Any], Any],
) -> int:
    """
    Write the vectors of the embeddings among `results` in place of those that the run had; return their number.

    Args:
        connection: Inside a transaction.
        run: The key of the run, as columns.
        video_id: The video.
        results: Artifacts of any kind.
        read: Returns the bytes of a blob.
        clean: Returns a value as PostgreSQL can store it.
    """
    if not has_vectors(connection):
        return 0
    columns = search_vectors.c
    owned = (columns.dag_id == run["dag_id"]) & (columns.run_id == run["run_id"])
    connection.execute(delete(search_vectors).where(owned))
    use_pgvector(connection)
    batch: list[dict[str, Any]] = []
    written = 0
    for row in (row for item in results if isinstance(item, Embeddings) for row in _rows(item, read)):
        batch.append({**run, "ordinal": written, "video_id": video_id, **clean(row)})
        written += 1
        if len(batch) == _BATCH:
            connection.execute(insert(search_vectors).values(batch))
            batch = []
    if batch:
        connection.execute(insert(search_vectors).values(batch))
    return written


def vector_text(vector: Iterable[float]) -> str:
    """Write a vector as pgvector reads it; nine digits give back every float32."""
    return f"[{','.join(f'{number:.9g}' for number in vector)}]"


def _rows(embeddings: Embeddings, read: Callable[[BlobRef], bytes]) -> Iterator[dict[str, Any]]:
    data = read(embeddings.vectors) if embeddings.items else b""
    form = f"<{embeddings.dimension}f"
    for item in embeddings.items:
        yield {
            "kind": item.kind,
            "start_s": round(float(item.time.start.seconds), 6),
            "end_s": round(float(item.time.end.seconds), 6),
            "text": item.text,
            "image": item.image.sha256 if item.image else None,
            "model": embeddings.model,
            "dimension": embeddings.dimension,
            "embedding": vector_text(unpack_from(form, data, item.row * 4 * embeddings.dimension)),
        }


def _exists(connection: Connection, model: str, dimension: int) -> bool:
    wanted = _NAME if dimension > LONGEST else f"{SCHEMA}.{_index_name(model, dimension)}"
    return connection.execute(select(text("to_regclass(:name) IS NOT NULL")), {"name": wanted}).scalar_one() is True


def _index_name(model: str, dimension: int) -> str:
    return f"ix_search_vectors_{hashlib.sha256(f'{model}:{dimension}'.encode()).hexdigest()[:12]}"


def _index_statement(model: str, dimension: int) -> str:
    return f"""
        CREATE INDEX IF NOT EXISTS {_index_name(model, dimension)} ON {_NAME}
        USING hnsw ((embedding::halfvec({dimension:d})) halfvec_cosine_ops)
        WHERE model = :model AND dimension = :dimension
    """
