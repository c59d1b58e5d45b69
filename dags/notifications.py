"""Delivers notifications as soon as any are due: webhooks and e-mails about tasks and budgets."""

from airflow.sdk import Asset, AssetWatcher, dag, task

from operators.notifying import OutboxTrigger


@dag(
    dag_id="media_ai_notifications",
    dag_display_name="Media AI notifications",
    description=__doc__,
    schedule=[Asset("media_ai_outbox", watchers=[AssetWatcher(name="media_ai_outbox", trigger=OutboxTrigger())])],
    catchup=False,
    max_active_runs=1,
    tags=["media-ai-upkeep"],
)
def media_ai_notifications() -> None:
    """Empty the outbox."""

    @task(task_display_name="Deliver")
    def deliver() -> dict[str, int]:
        """Deliver what is due; return how many arrived, were put off and were given up."""
        from operators.notifying import deliver_due

        return deliver_due()

    deliver()


media_ai_notifications()
