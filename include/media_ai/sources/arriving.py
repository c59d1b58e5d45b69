"""A video that arrived where a source looks: the source looks soon, instead of at the next time of its schedule."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from media_ai.catalog.database import Database
from media_ai.clients.airflow_api import AirflowApi
from media_ai.errors import ConflictError
from media_ai.settings import Settings
from media_ai.sources.library import SourceLibrary
from media_ai.sources.listing import SETTLED_S, takes

EVERY_S = 15
"""Videos that arrive within such a time are found by one look."""

LookAt = Callable[[str, str, datetime], None]
"""Has a DAG run from a time on: DAG id, run id, time. Raises ConflictError if there is a run of this id."""


def looker(settings: Settings) -> LookAt:
    """Return what has sources look through Airflow's REST API, with the account of this deployment."""

    def look(dag_id: str, run_id: str, after: datetime) -> None:
        api = AirflowApi(*settings.server)
        try:
            api.trigger(dag_id, run_id=run_id, conf={}, note="Looks because of an event.", run_after=after)
        finally:
            api.close()

    return look


class Arrivals:
    """Tells sources of objects that have arrived. The same object twice leads to one look, and a look starts nothing twice."""

    def __init__(self, database: Database, look_at: LookAt) -> None:
        self._library = SourceLibrary(database)
        self._look_at = look_at

    def __call__(self, address: str) -> str | None:
        """Have each source look that takes an object, or what lies beside a video; return what came of it, None for no source."""
        sources = [saved.source for saved in self._library.all() if takes(saved.source, address)]
        if not sources:
            return None
        # Only then is the file old enough for a look, and its subtitles have arrived too.
        number = math.ceil((datetime.now(UTC).timestamp() + SETTLED_S) / EVERY_S)
        after = datetime.fromtimestamp(number * EVERY_S, UTC)
        for source in sources:
            try:
                self._look_at(source.dag_id, f"event__{after:%Y%m%dT%H%M%SZ}", after + timedelta(seconds=1))
            except ConflictError:
                continue
        return f"looks at {after:%T}: {', '.join(source.slug for source in sources)}"
