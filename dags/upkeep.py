"""Hourly upkeep: unpublished workflows leave Airflow, events that were left are acted on, abandoned uploads are removed."""

from datetime import timedelta

from airflow.sdk import dag, get_current_context, task


@dag(
    dag_id="media_ai_upkeep",
    dag_display_name="Media AI upkeep",
    description=__doc__,
    schedule=timedelta(hours=1),
    catchup=False,
    max_active_runs=1,
    # A restart of the API server or the database meanwhile is no failure.
    default_args={"retries": 3, "retry_delay": timedelta(minutes=2)},
    tags=["media-ai-upkeep"],
)
def media_ai_upkeep() -> None:
    """Run what keeps the system tidy."""

    @task(task_display_name="Remove unpublished workflows")
    def remove_unpublished_workflows() -> list[str]:
        """Take workflows off the scheduler that take no new tasks and have none in flight; return their slugs."""
        from operators.upkeep import remove_finished_tombstones

        return remove_finished_tombstones(get_current_context()["ti"])

    @task(task_display_name="Act on events that were left")
    def act_on_left_events() -> int:
        """Act on events of services that a crash or a trouble left; return how many."""
        from operators.upkeep import act_on_events

        return act_on_events()

    @task(task_display_name="Tidy uploads")
    def tidy_uploads() -> dict[str, int]:
        """Remove unfinished uploads that nobody goes on with, and old requests of the API; return how many."""
        from operators.upkeep import tidy_uploads as tidy

        return tidy()

    @task(task_display_name="Check what was spent")
    def check_costs() -> dict[str, int]:
        """Make the sums of what was spent again from the calls; return how many were wrong."""
        from operators.upkeep import reconcile_costs

        return reconcile_costs()

    @task(task_display_name="Catch up with ends that were not heard of")
    def catch_up_with_ends() -> int:
        """Record how tasks ended while the catalog did not answer, and have it told; return how many."""
        from operators.upkeep import catch_up

        return catch_up(get_current_context()["ti"])

    @task(task_display_name="Delete what is kept no longer")
    def enforce_retention() -> dict[str, int]:
        """Enforce the retention rules a batch at a time, and go on with deletions that were left; return how many."""
        from operators.upkeep import enforce_retention as enforce

        return enforce()

    @task(task_display_name="Collect what belongs to no task")
    def collect_orphans() -> dict[str, int]:
        """Remove artifacts that no task points to, a week after they were written; return how many."""
        from operators.upkeep import collect_orphans as collect

        return collect()

    @task(task_display_name="Renew encryption")
    def renew_secrets() -> dict[str, int]:
        """Encrypt with the newest key what an older one has encrypted, so that it can be dropped; return how many."""
        from operators.upkeep import renew_secrets as renew

        return renew()

    remove_unpublished_workflows()
    enforce_retention() >> collect_orphans()
    catch_up_with_ends()
    check_costs()
    tidy_uploads()
    act_on_left_events()
    renew_secrets()


media_ai_upkeep()
