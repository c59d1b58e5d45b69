"""The prices that a deployment has saved; older ones stay, so that what a call cost can be explained."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.clients.prices import PriceTable
from media_ai.errors import ConflictError, StaleError
from media_ai.graph.address import parsed

_TABLE = tables.price_tables


@dataclass(frozen=True, kw_only=True)
class SavedPrices:
    """A table of prices, and who saved it when; the etag is "0" where nobody has saved any."""

    table: PriceTable
    etag: str = "0"
    saved_by: str = ""
    saved_at: datetime | None = None


class Prices:
    """Keeps the prices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self) -> SavedPrices:
        """Return the prices that count now."""
        with self._database.transaction() as connection:
            return current_prices(connection)

    def save(self, table: PriceTable, *, by: str = "", expected: str | None = None) -> SavedPrices:
        """
        Have other prices count from now on; what was counted before stays.

        Args:
            table: All prices of its own.
            by: Who saves.
            expected: ETag of what the change was made to; nothing is checked if it is absent.

        Raises:
            StaleError: Somebody else saved since.
            ConflictError: There are budgets in another currency.
        """
        with self._database.transaction() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("prices", 0))))
            now = current_prices(connection)
            if expected is not None and expected != now.etag:
                raise StaleError("Somebody else saved prices since you read them. Read them again.", etag=now.etag)
            others = select(func.count()).where(tables.budgets.c.currency != table.currency)
            if count := connection.execute(others).scalar_one():
                raise ConflictError(
                    f"{count} budgets are in {now.table.currency}. Remove them before prices are in {table.currency}."
                )
            values = {"definition": table.model_dump(mode="json"), "saved_by": by}
            connection.execute(insert(_TABLE).values(**values))
            return current_prices(connection)


def current_prices(connection: Connection) -> SavedPrices:
    """Return the prices that count now, inside a transaction."""
    row = connection.execute(select(_TABLE).order_by(_TABLE.c.id.desc()).limit(1)).mappings().first()
    if row is None:
        return SavedPrices(table=PriceTable())
    table = PriceTable.model_validate(row["definition"])
    return SavedPrices(table=table, etag=str(row["id"]), saved_by=row["saved_by"], saved_at=row["saved_at"])


def parse_prices(given: Mapping[str, Any]) -> PriceTable:
    """
    Check a table of prices.

    Raises:
        GraphError: Holds an issue for each field that is wrong.
    """
    return parsed(PriceTable, given, what="The prices")
