"""What all tables of the catalog share: the schema, the names of constraints, and columns that many have."""

from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    func,
)

SCHEMA = "media_ai"

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    },
)


def text_column(name: str, *, default: str | None = None) -> Column[str]:
    """Make a column for text that is never null."""
    return Column(name, Text, nullable=False, server_default=default)


def moment_column(name: str) -> Column[object]:
    """Make a column for a time, which is that of the row's making if none is given."""
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


def seconds_column(name: str) -> Column[object]:
    """Make a column for exact seconds of a video's time."""
    return Column(name, Numeric(14, 6), nullable=False)


def of_run(name: str, *columns: Column[Any], key: tuple[str, ...] = ("ordinal",)) -> Table:
    """Make a table whose rows belong to a run and disappear with it."""
    head: list[Column[Any]] = [Column("dag_id", Text, primary_key=True), Column("run_id", Text, primary_key=True)]
    keys: dict[str, Any] = {"ordinal": Integer, "node_id": Text}
    head += [Column(part, keys[part], primary_key=True, autoincrement=False) for part in key]
    owner = ForeignKeyConstraint(
        ["dag_id", "run_id"], ["media_ai.runs.dag_id", "media_ai.runs.run_id"], ondelete="CASCADE"
    )
    return Table(name, metadata, *head, *columns, owner)
