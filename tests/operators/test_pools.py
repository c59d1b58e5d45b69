"""Which pool a node's tasks take their slot from."""

import pytest

from media_ai.clients.credentials import ALL
from operators import AnalyzeFramesOperator, TranscribeSpeechOperator
from operators.pools import pool_of

pytestmark = pytest.mark.airflow


def test_a_node_that_works_here_is_in_airflows_own_pool():
    """Nothing is limited that uses no service."""
    assert AnalyzeFramesOperator(task_id="a", frames=None).pool == "default_pool"


def test_a_node_that_uses_a_service_is_in_its_pool():
    """The pool is named as the type of the service's connections."""
    assert AnalyzeFramesOperator(task_id="a", frames=None, model="modelstudio/qwen3-vl-plus").pool == "model_studio"
    assert TranscribeSpeechOperator(task_id="a", video=None, model="modelstudio/fun-asr").pool == "model_studio"
    assert AnalyzeFramesOperator(task_id="a", frames=None, model="openai/x").pool == "media_ai_openai"


def test_a_pool_that_is_given_stays():
    """A person who writes a DAG by hand chooses."""
    assert AnalyzeFramesOperator(task_id="a", frames=None, model="openai/x", pool="mine").pool == "mine"


def test_every_service_has_a_pool():
    """No service leads to a pool that is never made."""
    assert {pool_of((kind.service,)) for kind in ALL} == {kind.connection_type for kind in ALL}


def test_pools_are_made_by_the_scheduler_and_not_by_its_workers(monkeypatch):
    """A worker is a fork of the scheduler: it has the same arguments, and may not speak to Airflow's database."""
    from airflow.sdk.execution_time.task_runner import TaskRunnerMarker

    from operators import listener, pools

    made = []
    monkeypatch.setattr(pools, "ensure_pools", lambda: made.append(1))
    monkeypatch.setattr("sys.argv", ["airflow", "scheduler"])
    listener.on_starting(component=TaskRunnerMarker())
    assert made == []
