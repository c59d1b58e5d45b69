"""Restart all tasks that failed for one cause: a few first, more as long as they get past what they failed at."""

from airflow.sdk import DAG, Param

from operators.ramp import RampOperator

with DAG(
    dag_id="media_ai_restart",
    dag_display_name="Media AI restart of a cause",
    description=__doc__,
    schedule=None,
    max_active_runs=4,
    tags=["media-ai-upkeep"],
    params={
        "cause": Param(
            type="string",
            title="Cause",
            description="Its id, as `media-ai failures` shows it.",
            pattern="^[0-9a-f]{12}$",
        ),
        "workflows": Param(
            default=None,
            type=["array", "null"],
            items={"type": "string"},
            title="Workflows",
            description="Only tasks of these; of all if absent.",
        ),
        "first": Param(
            default=2,
            type="integer",
            minimum=1,
            maximum=64,
            title="First step",
            description="Tasks that are restarted first.",
        ),
        "by": Param(default="", type="string", title="For whom", description="Who is recorded with the tasks."),
    },
) as dag:
    RampOperator(task_id="restart", task_display_name="Restart step by step")
