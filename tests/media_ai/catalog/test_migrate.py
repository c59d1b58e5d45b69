"""Migrations: from nothing to the tables of this version, once."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from media_ai.catalog.database import Database
from media_ai.catalog.migrate import migrate
from media_ai.catalog.tables import SCHEMA, metadata
from media_ai.errors import CatalogError, ConfigurationError

pytestmark = pytest.mark.postgres


def test_migrations_make_the_tables_that_the_code_knows(database):
    """Alembic finds no difference between the migrated database and `tables.py`."""
    with database.transaction() as connection:
        options = {
            "include_schemas": True,
            "version_table_schema": SCHEMA,
            "include_object": lambda _thing, name, kind, _reflected, _other: (
                not (kind == "table" and name == "alembic_version")
            ),
        }
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)

    assert differences == []


def test_a_second_migration_has_nothing_to_do(database, postgres):
    """Starting twice changes nothing."""
    assert migrate(postgres.url("catalog")) is False


def test_a_database_without_tables_says_what_to_run(postgres):
    """The sentence names the database and the command."""
    postgres.create_database("empty")
    database = Database(postgres.url("empty"))

    with (
        pytest.raises(CatalogError, match=r"/empty has no tables\. Run 'media-ai migrate'"),
        database.transaction() as connection,
    ):
        connection.exec_driver_sql("SELECT * FROM media_ai.runs")
    database.engine.dispose()


def test_a_database_that_is_down_is_one_sentence_without_the_password():
    """Host and name are in the sentence, the password is not."""
    database = Database("postgresql://somebody:s3cret@127.0.0.1:1/none")

    with pytest.raises(CatalogError, match=r"catalog at 127\.0\.0\.1:1/none does not answer") as caught:
        database.ping()
    assert "s3cret" not in str(caught.value)
    assert caught.value.kind.is_retryable


@pytest.mark.parametrize("url", ["sqlite:///x.db", "not a url", "mysql://h/x"])
def test_other_databases_are_refused(url):
    """The catalog needs PostgreSQL."""
    with pytest.raises(ConfigurationError):
        Database(url)
