"""Bring the catalog's database to the schema of this version, once, whoever starts first."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from media_ai.catalog.database import Database
from media_ai.catalog.tables import SCHEMA

_LOCK = 7_136_402_915
"""Number of the advisory lock that makes two starting processes take turns."""


def migrate(url: str) -> bool:
    """Upgrade the catalog; return whether there was anything to do."""
    database = Database(url)
    with database.transaction() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        if current_revision(connection) == head_revision():
            return False
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    database.engine.dispose()
    return True


def current_revision(connection: Connection) -> str | None:
    """Return the revision that the database is at, or None for an empty one."""
    context = MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA})
    return context.get_current_revision()


def head_revision() -> str | None:
    """Return the newest revision that this version knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
