"""What every node type must keep, whoever writes it: this suite finds them by itself."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from media_ai.nodes import node_type, node_type_ids
from tests.heavy import HEAVY

pytestmark = pytest.mark.parametrize("type_id", node_type_ids())


def test_the_file_name_is_the_id(type_id):
    """A node type is found by its file name."""
    assert node_type(type_id).id == type_id


def test_it_explains_itself(type_id):
    """The help is at least a sentence, and the description is JSON with forms for every parameter."""
    kind = node_type(type_id)
    described = json.loads(json.dumps(kind.describe()))

    assert len(kind.help.split()) >= 6
    assert kind.title and kind.category
    for name, field in kind.params.model_fields.items():
        assert field.title, f"{type_id}.{name} has no title"
    assert {port["name"] for port in described["inputs"]} == set(kind.inputs.model_fields)


def test_defaults_are_valid(type_id):
    """A node fresh from the palette can run: every parameter has a default that passes its own check."""
    assert node_type(type_id).params_issues("node", {}) == []


def test_every_older_version_can_be_upgraded(type_id):
    """There is a step for each version before this one."""
    kind = node_type(type_id)

    assert set(kind.upgrades) == set(range(1, kind.version))


def test_its_names_are_free_in_airflow(type_id):
    """Params and ports are arguments of the operator: none may be one of Airflow's own."""
    from airflow.sdk import BaseOperator

    kind = node_type(type_id)
    taken = {
        *BaseOperator.get_serialized_fields(),
        "retries",
        "pool",
        "queue",
        "owner",
        "doc",
        "email",
        "on_failure_callback",
    }

    assert not taken & {*kind.params.model_fields, *kind.input_ports}


def test_importing_it_loads_nothing_heavy(type_id):
    """The DAG processor imports node files; pictures and models are loaded when a node runs."""
    code = f"import sys, media_ai.nodes.{type_id}; print([name for name in {sorted(HEAVY)} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_it_has_tests_of_its_own(type_id):
    """The tests mirror the tree."""
    assert (Path(__file__).parents[1] / "media_ai" / "nodes" / f"test_{type_id}.py").exists()


def test_what_it_preloads_can_be_imported(type_id):
    """A misspelt module would silently preload nothing."""
    from importlib import import_module

    for name in node_type(type_id).preload:
        import_module(name)
