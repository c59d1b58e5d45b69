"""The PostgreSQL extension that compares vectors: found, made where that is allowed, or told what to do."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from media_ai.errors import ConfigurationError

OLDEST = (0, 7)
"""The first version with vectors of half-precision numbers."""
_FOUND = text(
    """
    SELECT installed.extversion, available.name IS NOT NULL
    FROM (SELECT 'vector'::name AS name) AS wanted
    LEFT JOIN pg_extension AS installed ON installed.extname = wanted.name
    LEFT JOIN pg_available_extensions AS available ON available.name = wanted.name
    """
)


def require_pgvector(connection: Connection, place: str) -> None:
    """
    Make the extension in this database if it is not there, and use it in this transaction.

    Args:
        connection: Inside a transaction.
        place: Of the database, for messages.

    Raises:
        ConfigurationError: The server does not have it, this user may not make it, or it is too old.
    """
    version, is_available = connection.execute(_FOUND).one()
    if version is None:
        if not is_available:
            raise ConfigurationError(
                f"Embeddings cannot be published: the PostgreSQL server at {place} does not have the extension pgvector. Install "
                "it there (Debian: the package postgresql-NN-pgvector; containers: the image pgvector/pgvector), then run the "
                "task again. Everything else works without it."
            )
        version = _create(connection, place)
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        raise ConfigurationError(
            f"Embeddings cannot be published: pgvector at {place} is {version}, and {OLDEST[0]}.{OLDEST[1]} is the oldest that "
            "will do. Upgrade it on the server, then run ALTER EXTENSION vector UPDATE."
        )
    use_pgvector(connection)


def use_pgvector(connection: Connection) -> None:
    """Let the extension's names be found until the end of the transaction, whatever schema it was made in."""
    connection.execute(
        text(
            """
            SELECT set_config('search_path', format('%I, %s', space.nspname, current_setting('search_path')), true)
            FROM pg_extension JOIN pg_namespace AS space ON space.oid = extnamespace WHERE extname = 'vector'
            """
        )
    )


def _create(connection: Connection, place: str) -> str:
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
    except DBAPIError as exc:
        reason = str(exc.orig).strip().splitlines()[0]
        raise ConfigurationError(
            f"Embeddings cannot be published: the extension pgvector is not made in the database at {place} ({reason}). Have an "
            "administrator of the database run CREATE EXTENSION vector; in it, then run the task again."
        ) from exc
    return str(connection.execute(text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")).scalar_one())
