"""What the server and each member have chosen."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.model.preferences import Preferences

_TABLE = tables.preferences
_SERVER = ""
_CHOICES = tuple(Preferences.model_fields)


class PreferenceRecords:
    """Reads and writes preferences."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_server(self) -> Preferences:
        """Return what holds for everybody who has not chosen otherwise."""
        return self._read(_SERVER)

    def of_member(self, member_id: str) -> Preferences:
        """Return what a member has chosen."""
        return self._read(_member(member_id))

    def effective(self, member_id: str) -> Preferences:
        """Return what holds for a member."""
        return self.of_member(member_id).over(self.of_server())

    def set_server(self, chosen: Preferences, *, by: str) -> None:
        """Replace what holds for everybody."""
        self._write(_SERVER, chosen, by)

    def set_member(self, member_id: str, chosen: Preferences, *, by: str) -> None:
        """Replace what a member has chosen."""
        self._write(_member(member_id), chosen, by)

    def _read(self, holder: str) -> Preferences:
        statement = select(*(_TABLE.c[name] for name in _CHOICES)).where(_TABLE.c.holder == holder)
        with self._database.transaction() as connection:
            row = connection.execute(statement).mappings().first()
        return Preferences.model_validate(dict(row)) if row else Preferences()

    def _write(self, holder: str, chosen: Preferences, by: str) -> None:
        values = {**chosen.model_dump(), "changed_by": by}
        statement = upsert(_TABLE).values(holder=holder, **values)
        with self._database.transaction() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["holder"], set_={**values, "changed_at": func.now()})
            )


def _member(member_id: str) -> str:
    return f"member:{member_id}"
