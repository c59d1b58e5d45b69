"""DAGs from plans: light to parse, lean when serialised, refused with a sentence when wrong."""

import json
import subprocess
import sys
import textwrap

import pytest

from media_ai.catalog.publications import Publication
from media_ai.graph.plan import ExecutionPlan, make_plan
from media_ai.nodes import node_types
from operators.dag_file import dag_file_text
from tests.heavy import HEAVY
from tests.system.helpers import graph

pytestmark = pytest.mark.airflow


def published(plan: ExecutionPlan, kind: str = "published") -> Publication:
    return Publication(slug=plan.slug, number=plan.version, kind=kind, plan=plan.model_dump(mode="json"))


def plan_of(nodes: int) -> ExecutionPlan:
    more = tuple(
        {"id": f"analysis_{n}", "type": "analyze_frames", "params": {"prompt": "Is it safe?"}} for n in range(nodes - 3)
    )
    wires = tuple(("distinct.frames", f"analysis_{n}.frames") for n in range(nodes - 3))
    return make_plan(graph("many", more=more, wires=wires), node_types(), version=1)


def python(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


def test_parsing_loads_nothing_heavy(tmp_path):
    """The DAG processor stays small: no picture, model, cloud or database package is imported by a workflow's file."""
    file = tmp_path / "many.py"
    file.write_text(dag_file_text(published(plan_of(8))))
    code = f"""
        import sys, runpy
        import airflow.sdk
        from airflow.sdk import DAG, BaseOperator
        before = set(sys.modules)
        runpy.run_path(sys.argv[1])
        print(sorted({HEAVY!r} & (set(sys.modules) - before)))
    """

    assert python(code, str(file)) == "[]"


def test_a_serialised_dag_of_thirty_nodes_is_lean():
    """At most 30 kB, as Airflow stores it."""
    from airflow.serialization.serialized_objects import DagSerialization

    from operators.dag import build_dag

    dag = build_dag(plan_of(30).model_dump(mode="json"))

    assert len(json.dumps(DagSerialization.to_dict(dag))) <= 30_000


def test_nodes_have_their_names_and_wires_in_airflow():
    """Operators are named after their node types, and dependencies follow the wires."""
    from operators.dag import build_dag

    dag = build_dag(plan_of(4).model_dump(mode="json"))

    assert {task.task_id: task.task_type for task in dag.tasks} == {
        "input": "InputVideoOperator",
        "frames": "ExtractFramesOperator",
        "distinct": "DeduplicateFramesOperator",
        "analysis_0": "AnalyzeFramesOperator",
    }
    assert dag.get_task("distinct").upstream_task_ids == {"frames"}


def test_a_prompt_is_never_a_template():
    """Text from users is data: Jinja in a prompt is not run."""
    from operators.base import NodeOperator

    assert NodeOperator.template_fields == ("inputs",)


def test_operators_can_be_imported_by_name():
    """Hand-written DAGs import them like any other operator; a wrong name is an ImportError."""
    from operators import ExtractFramesOperator

    assert ExtractFramesOperator.__name__ == "ExtractFramesOperator"
    with pytest.raises(ImportError):
        from operators import NothingOperator  # noqa: F401


def test_a_hand_written_dag_wires_nodes_by_their_ports():
    """Params and ports are arguments of the operator."""
    from airflow.sdk import DAG

    from operators import DeduplicateFramesOperator, ExtractFramesOperator, InputVideoOperator

    with DAG("by_hand", schedule=None) as dag:
        source = InputVideoOperator(task_id="source")
        frames = ExtractFramesOperator(task_id="frames", video=source.output["video"], interval=2)
        DeduplicateFramesOperator(task_id="distinct", frames=frames.output["frames"], threshold=0.8, retries=5)

    assert dag.get_task("distinct").upstream_task_ids == {"frames"}
    assert dag.get_task("frames").node_params == {"interval": 2}
    assert dag.get_task("distinct").retries == 5


def test_a_wrong_param_in_a_hand_written_dag_is_an_import_error_with_a_sentence():
    """The mistake is found when the file is parsed."""
    from media_ai.errors import InputError
    from operators import DeduplicateFramesOperator

    with pytest.raises(InputError, match=r"Node 'd': parameter 'threshold' is 1\.4; it must be between 0 and 1"):
        DeduplicateFramesOperator(task_id="d", threshold=1.4)


def test_an_unpublished_dag_refuses_new_runs():
    """A required param that no value satisfies."""
    from airflow.sdk.exceptions import ParamValidationError

    from operators.dag import build_dag

    dag = build_dag(plan_of(3).model_dump(mode="json"), is_unpublished=True)
    with pytest.raises((ParamValidationError, ValueError)):
        dag.params["unpublished"] = "anything"
        dag.params.validate()


def test_the_provider_is_registered():
    """Airflow finds the connection type through the installed distribution."""
    from importlib.metadata import entry_points

    found = {entry.value for entry in entry_points(group="apache_airflow_provider")}

    assert "operators.provider:get_provider_info" in found


def test_the_files_in_dags_have_no_import_errors():
    """Hand-written DAGs parse."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder="dags", safe_mode=False)

    assert bag.import_errors == {}
    assert sorted(bag.dags) == ["media_ai_notifications", "media_ai_quality", "media_ai_restart", "media_ai_upkeep"]
    # What has nobody who looks at it goes on by itself after a restart of the API server or the database.
    upkeep = [task for name in ("media_ai_quality", "media_ai_upkeep") for task in bag.dags[name].tasks]
    assert len(upkeep) == 9 and all(task.retries for task in upkeep)
