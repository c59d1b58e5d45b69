"""Daily audit of the results: what is not fit to be used is marked for review."""

from datetime import timedelta

from airflow.sdk import dag, task


@dag(
    dag_id="media_ai_quality",
    dag_display_name="Media AI quality audit",
    description=__doc__,
    schedule=timedelta(days=1),
    catchup=False,
    max_active_runs=1,
    # A restart of the API server or the database meanwhile is no failure.
    default_args={"retries": 3, "retry_delay": timedelta(minutes=2)},
    tags=["media-ai-upkeep"],
)
def media_ai_quality() -> None:
    """Look at what a day's tasks have published."""

    @task(task_display_name="Audit the results")
    def audit_results() -> dict[str, int]:
        """Hold the results of the last day against expectations; return how many tasks were looked at, and how many are unfit."""
        from operators.upkeep import audit_results as audit

        return audit()

    audit_results()


media_ai_quality()
