"""From an execution plan to an Airflow DAG. A workflow's DAG file holds its plan as data and calls `build_dag`."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param
from airflow.sdk.definitions.param import ParamsDict
from airflow.sdk.definitions.xcom_arg import PlainXComArg

from media_ai.graph.plan import ExecutionPlan, Step
from media_ai.model.run import RunInput
from operators.base import NodeOperator, operator_class

TAG = "media-ai"


def build_dag(data: Mapping[str, Any], *, is_unpublished: bool = False) -> DAG:
    """
    Return the DAG of a published workflow.

    Args:
        data: An ExecutionPlan as JSON data.
        is_unpublished: Make a DAG that finishes the runs it has and refuses new ones.
    """
    plan = ExecutionPlan.model_validate(data)
    params = task_params([step.id for step in plan.steps])
    tags = [TAG, f"v{plan.version}"]
    if is_unpublished:
        # A required param that no value satisfies: Airflow answers 400 to new runs, while runs in flight finish.
        refuse_all: dict[str, Any] = {"type": "string", "not": {}}
        params["unpublished"] = Param(description="This workflow is unpublished: it takes no new tasks.", **refuse_all)
        tags.append("unpublished")
    with DAG(
        dag_id=plan.slug,
        dag_display_name=plan.name,
        description=plan.description or None,
        schedule=None,
        catchup=False,
        tags=tags,
        params=params,
        default_args={
            # Errors that cannot pass are failed at once by the operator; these are for services and killed processes.
            "retries": 5,
            "retry_delay": timedelta(seconds=5),
            "retry_exponential_backoff": True,
            "max_retry_delay": timedelta(minutes=5),
        },
    ) as dag:
        tasks: dict[str, NodeOperator] = {}
        for step in plan.steps:
            tasks[step.id] = _operator(step, tasks, plan.version)
    # Airflow copies the DAG's params into every task, which makes a serialised DAG grow with the square of its nodes.
    # A task's params are the DAG's anyway when it runs.
    for task in dag.tasks:
        task.params = ParamsDict()
    return dag


def task_params(node_ids: Iterable[str]) -> dict[str, Param]:
    """Return the two params of every workflow's DAG: `input`, and `overrides` for the nodes named."""
    schema = RunInput.model_json_schema()
    return {
        "input": Param(
            type="object",
            title="Input",
            description="The video and what is known of it. Only `video` is required.",
            properties=schema["properties"],
            required=schema["required"],
            additionalProperties=False,
        ),
        "overrides": Param(
            default={},
            type="object",
            title="Parameters for this task only",
            description="Node id -> parameters, merged into the node's own.",
            propertyNames={"enum": list(node_ids)},
            additionalProperties={"type": "object"},
        ),
    }


def _operator(step: Step, tasks: Mapping[str, NodeOperator], version: int) -> NodeOperator:
    operator = operator_class(step.type)
    inputs = {
        port: [_port(tasks[source.node], source.port) for source in sources] for port, sources in step.inputs.items()
    }
    return operator(
        task_id=step.id,
        inputs=inputs,
        node_params=step.params,
        node_title=step.title,
        node_version=step.type_version,
        workflow_version=version,
    )


def _port(operator: NodeOperator, port: str) -> Any:
    return PlainXComArg(operator=operator, key=port)
