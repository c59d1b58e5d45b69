"""Start the tasks that a source has found, in order and within its limits."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from media_ai.catalog.budgets import Payer, left_of
from media_ai.catalog.costs import Costs
from media_ai.catalog.database import Database
from media_ai.catalog.preferences import PreferenceRecords
from media_ai.catalog.results import RunKey
from media_ai.catalog.source_items import SourceItems
from media_ai.catalog.task_records import TaskDetails, TaskRecords
from media_ai.sources.schema import Source

StartRun = Callable[[RunKey, Mapping[str, Any], bool], None]
"""
Starts a run with a configuration; nothing happens if there is one of that id. With the third it runs again if there is one.
"""


class SourceStarter:
    """Starts tasks of one source. Killed at any point and run again, it starts each once: ids are made from the content."""

    def __init__(self, source: Source, database: Database, start_run: StartRun) -> None:
        self._source = source
        self._database = database
        self._items = SourceItems(database, source.slug)
        self._records = TaskRecords(database)
        self._preferences = PreferenceRecords(database)
        self._start_run = start_run

    def start(self, interval_start: datetime | None, *, check: Callable[[], None] = lambda: None) -> int:
        """
        Start as many tasks of an interval as there is room for; return how many.

        Args:
            interval_start: Which interval.
            check: Called before each; what it raises ends the work.
        """
        started = 0
        # Others that start tasks of this source wait: together they would start more than there is room for.
        with self._items.turn():
            for item in self._items.to_start(interval_start, self.room()):
                check()
                self._start(item)
                started += 1
        return started

    def room(self) -> int:
        """Return how many tasks may be started now."""
        limits = self._source.limits
        room = limits.max_active - self._items.unfinished()
        if limits.per_minute is not None:
            room = min(room, limits.per_minute - self._items.started_since(60))
        affordable = self._affordable()
        if affordable is not None:
            room = min(room, affordable)
        return max(room, 0)

    def _affordable(self) -> int | None:
        """Return how many tasks the budgets still pay for, by what those of the workflow cost lately; None without a budget."""
        left = left_of(self._database, Payer(source=self._source.slug))
        if left is None:
            return None
        usual = Costs(self._database).usual_of_task(self._source.workflow)
        if left <= 0 or usual is None:
            # Nothing is known before the first tasks have ended: their calls are refused one by one.
            return 0 if left <= 0 else None
        return int(min(left / usual, Decimal(10**6))) - self._items.unfinished()

    def _start(self, item: Mapping[str, Any]) -> None:
        run = RunKey(dag_id=item["dag_id"], run_id=item["run_id"])
        details = TaskDetails(owner=f"source {self._source.slug}")
        overrides = self._source.overrides
        conf = {
            "input": item["input"],
            "overrides": overrides,
            "task": {"source": self._source.slug, "language": self._preferences.of_server().language},
        }
        self._start_run(run, conf, item["state"] == "again")
        known = {"video_id": item["video_id"], "input": item["input"], "overrides": overrides}
        self._records.describe(run, details, known)
        self._items.started(item["address"], item["etag"])
