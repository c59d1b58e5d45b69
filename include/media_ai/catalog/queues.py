"""How much waits: tasks, jobs at services, notifications."""

from dataclasses import dataclass

from sqlalchemy import func, select

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.outbox import lag_s

_RUNS, _PROMISES = tables.runs, tables.promises


@dataclass(frozen=True, kw_only=True)
class Lengths:
    """
    How much waits at a moment.

    Attributes:
        waiting_tasks: Tasks that were started and have not begun.
        remote_jobs: Jobs at services of models that are not collected yet.
        outbox_lag_s: For how long the oldest notification that is due has been so.
    """

    waiting_tasks: int
    running_tasks: int
    remote_jobs: int
    outbox_lag_s: float


class Queues:
    """Measures queues."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lengths(self) -> Lengths:
        """Return how much waits now."""
        open_runs = select(_RUNS.c.state, func.count()).where(_RUNS.c.state.in_(["queued", "running"]))
        jobs = select(func.count()).where(_PROMISES.c.job.is_not(None), _PROMISES.c.expires_at > func.now())
        with self._database.transaction() as connection:
            rows = connection.execute(open_runs.group_by(_RUNS.c.state)).all()
            counts = {row[0]: row[1] for row in rows}
            return Lengths(
                waiting_tasks=counts.get("queued", 0),
                running_tasks=counts.get("running", 0),
                remote_jobs=connection.execute(jobs).scalar_one(),
                outbox_lag_s=lag_s(connection),
            )
