"""The local runner: order, reuse, overrides, stops, errors with the node's name."""

from pathlib import Path

import pytest

from media_ai.clients.access import Access
from media_ai.errors import ConfigurationError, GraphError, InputError, MediaAIError, StoppedError
from media_ai.execution import Services, merge
from media_ai.graph.plan import make_plan
from media_ai.model.run import RunInput
from media_ai.nodes import node_types
from media_ai.runner import run_plan
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.file_store import FileStore
from media_ai.store.lending import Lending
from media_ai.store.media_files import MediaFiles
from media_ai.testing import RecordingPublisher, no_credentials
from tests.emulated import cloud_access
from tests.system.helpers import graph


def services(tmp_path: Path, **changes) -> Services:
    fields = {
        "store": ArtifactStore(FileStore(tmp_path / "store")),
        "files": MediaFiles([Path("/")]),
        "access": Access(credentials_of=no_credentials),
        "lending": Lending("", no_credentials),
        "publisher": RecordingPublisher(),
    }
    return Services(**(fields | changes))


def run(tmp_path, samples, *, workflow=None, overrides=None, **changes):
    return run_plan(
        make_plan(workflow or graph("w", interval=10), node_types()),
        run_input=RunInput(video=str(samples / "honeybees.mp4")),
        overrides=overrides,
        services=services(tmp_path, **changes),
    )


def reused(result) -> dict[str, bool]:
    return {step.node_id: step.is_reused for step in result.steps}


def test_a_second_run_reuses_everything(tmp_path, samples):
    """Nothing is worked twice, and the outputs are the same."""
    first, second = run(tmp_path, samples), run(tmp_path, samples)

    assert (any(reused(first).values()), all(reused(second).values())) == (False, True)
    assert [step.outputs for step in first.steps] == [step.outputs for step in second.steps]


def test_a_changed_parameter_reruns_its_node_and_what_follows(tmp_path, samples):
    """What is upstream of the change is reused."""
    run(tmp_path, samples)
    changed = run(tmp_path, samples, overrides={"distinct": {"threshold": 0.5}})

    assert reused(changed) == {"input": True, "frames": True, "distinct": False}


def test_another_workflow_reuses_the_same_work(tmp_path, samples):
    """The key is what is done, not where it is drawn."""
    run(tmp_path, samples)

    assert reused(run(tmp_path, samples, workflow=graph("other", interval=10)))["distinct"]


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        ({"frame": {}}, "Overrides name node 'frame', which does not exist. Did you mean 'frames'?"),
        ({"frames": {"intervall": 1}}, "Node 'frames': unknown parameter 'intervall'. Did you mean 'interval'?"),
        ({"frames": {"interval": 0}}, "Node 'frames': parameter 'interval' is 0; it must be between 0.04 and 3600."),
        ({"frames": 3}, "Node 'frames': overrides must be an object of parameters, not 3."),
    ],
)
def test_overrides_are_checked_before_anything_runs(tmp_path, samples, overrides, sentence):
    """Unknown nodes and fields are named."""
    with pytest.raises(GraphError) as caught:
        run(tmp_path, samples, overrides=overrides)
    assert sentence in str(caught.value)
    assert not (tmp_path / "store").exists()


def test_an_error_names_its_node(tmp_path):
    """A person knows where to look."""
    with pytest.raises(InputError, match=r"^Node 'input': The video '/none.mp4' does not exist"):
        run_plan(
            make_plan(graph("w"), node_types()), run_input=RunInput(video="/none.mp4"), services=services(tmp_path)
        )


def test_a_stop_ends_the_work_and_leaves_no_result(tmp_path, samples):
    """A stopped node ends between two steps; what it had not finished does not count as done."""

    def stop() -> None:
        raise StoppedError("told to end.")

    with pytest.raises(StoppedError):
        run(tmp_path, samples, access=Access(credentials_of=no_credentials, check_stopped=stop))
    assert not list((tmp_path / "store").glob("results/**/*.json"))


def test_objects_are_merged_field_by_field():
    """Everything else is replaced."""
    assert merge({"a": {"x": 1, "y": [1]}, "b": 1}, {"a": {"y": [2]}, "c": 3}) == {
        "a": {"x": 1, "y": [2]},
        "b": 1,
        "c": 3,
    }


def test_every_error_of_ours_is_one_family():
    """Edges catch one class."""
    assert issubclass(GraphError, MediaAIError)


def test_missing_credentials_are_told_before_the_first_node_works(tmp_path, samples):
    """A run whose last node would lack its key is refused while nothing has been decoded; the node is named."""
    workflow = graph(
        "w",
        more=({"id": "look", "type": "analyze_frames", "params": {"model": "modelstudio/qwen3-vl-plus"}},),
        wires=(("distinct.frames", "look.frames"),),
    )
    with pytest.raises(ConfigurationError, match=r"Node 'look': .*Model Studio"):
        run(tmp_path, samples, workflow=workflow)
    assert not list((tmp_path / "store").rglob("*.json"))


def test_what_was_kept_for_further_tries_is_dropped_with_the_result(tmp_path, samples, emulator):
    """Answers of a model are not stored twice: after the node is done only its result stays."""
    workflow = graph(
        "w",
        interval=30,
        more=({"id": "look", "type": "analyze_frames", "params": {"model": "modelstudio/qwen3-vl-plus"}},),
        wires=(("distinct.frames", "look.frames"),),
    )
    run(tmp_path, samples, workflow=workflow, access=cloud_access(emulator))
    assert emulator.calls("dashscope", "multimodal-generation")
    assert not list((tmp_path / "store" / "steps").rglob("*.json"))
