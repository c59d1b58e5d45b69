"""From a source to an Airflow DAG that looks at it on a schedule and starts a task for each video that is new."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, BaseOperator, CronDataIntervalTimetable
from airflow.sdk.definitions.context import Context
from airflow.sdk.exceptions import AirflowSkipException

from media_ai.sources.schema import Source, Window
from operators.failing import failing_fast

TAG = "media-ai-source"


def build_ingest_dag(data: Mapping[str, Any], *, since: str) -> DAG:
    """
    Return the DAG of a source.

    Args:
        data: A Source as JSON data.
        since: Scheduled looks take what changed at this time or later, ISO 8601.
    """
    source = Source.model_validate(data)
    timetable = CronDataIntervalTimetable(source.schedule, timezone=source.timezone)
    schedule: Any = timetable
    if source.assets:
        schedule = AssetOrTimeSchedule(timetable=timetable, assets=[Asset(uri) for uri in source.assets])
    with DAG(
        dag_id=source.dag_id,
        dag_display_name=source.name,
        description=source.description or f"Looks for videos in {source.location}",
        schedule=schedule,
        # The first scheduled look covers the first interval after this; backfills may go back further.
        start_date=datetime.fromisoformat(since),
        catchup=False,
        max_active_runs=16,
        tags=[TAG, source.workflow],
        default_args={
            "retries": 3,
            "retry_delay": timedelta(seconds=10),
            "retry_exponential_backoff": True,
            "max_retry_delay": timedelta(minutes=10),
        },
    ) as dag:
        IngestOperator(
            task_id="ingest",
            task_display_name="Find and start videos",
            source=source.model_dump(mode="json"),
            since=since,
            outlets=[Asset(name=f"media_ai_source_{source.slug}", uri=f"media-ai://sources/{source.slug}")],
        )
    return dag


class IngestOperator(BaseOperator):
    """
    Looks at a source and starts a task for each video that is new or changed in the run's interval.

    A run of a backfill takes what changed in its interval; a scheduled one takes all that changed since the source was made and
    was not seen yet, so that what comes late is taken too. The operator succeeds when all tasks are started, and is skipped when
    there was nothing to start. Run again, it starts what is missing and restarts what failed, nothing else.

    Args:
        source: A Source as JSON data.
        since: Beginning of what scheduled runs take, ISO 8601.
        kwargs: What BaseOperator takes.
    """

    ui_color = "#eaf6ea"

    def __init__(self, *, source: dict[str, Any], since: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.since = since
        self.is_stopped = False

    def execute(self, context: Context) -> dict[str, int]:
        """Look, record what was found, start tasks; return how many files there are of each kind."""
        from media_ai.sources.looking import record
        from operators.ingest_work import look_at

        source = Source.model_validate(self.source)
        with failing_fast():
            interval = _interval(context)
            found, items = look_at(source, _window(context, self.since), interval)
            record(items, found)
            counts = found.counts() | {"again": items.restart_failed(interval)}
        self.log.info(
            "%s: %s", source.location, ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        )
        for row in found.refused[:20]:
            self.log.warning("%s: %s", row["address"], row["reason"])
        if not items.waiting(interval):
            raise AirflowSkipException(f"Nothing to start in {source.location}.")
        return self._start(source, interval, counts)

    def go_on(self, context: Context, event: dict[str, Any]) -> dict[str, int]:
        """Start more tasks: there is room again."""
        return self._start(Source.model_validate(self.source), _interval(context), event["counts"])

    def _start(self, source: Source, interval: datetime | None, counts: dict[str, int]) -> dict[str, int]:
        from operators.ingest_work import items_of, start_some

        with failing_fast():
            started = start_some(source, interval, self._check)
            counts = counts | {"started": counts.get("started", 0) + started}
            if items_of(source).waiting(interval):
                self._wait(source, interval, counts)
        return counts

    def _wait(self, source: Source, interval: datetime | None, counts: dict[str, int]) -> NoReturn:
        from operators.room_trigger import RoomTrigger

        trigger = RoomTrigger(
            source=source.model_dump(mode="json"), interval=interval.isoformat() if interval else None, counts=counts
        )
        self.defer(trigger=trigger, method_name="go_on")

    def _check(self) -> None:
        from media_ai.errors import StoppedError

        if self.is_stopped:
            raise StoppedError("told to end; what was not started stays waiting.")

    def on_kill(self) -> None:
        """Tell the work to end."""
        self.is_stopped = True


def _interval(context: Context) -> datetime | None:
    run = context["dag_run"]
    return run.data_interval_start if run.run_type in {"scheduled", "backfill"} else run.run_after


def _window(context: Context, since: str) -> Window:
    run = context["dag_run"]
    if run.run_type == "backfill" and run.data_interval_start and run.data_interval_end:
        return Window(start=run.data_interval_start, end=run.data_interval_end)
    # What lies there now: a look that comes late finds all the same what has come since its interval ended.
    return Window(start=datetime.fromisoformat(since), end=datetime.now(UTC))
