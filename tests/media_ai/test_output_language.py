"""The language of a task: where nodes write for people, and have none of their own."""

import pytest

from media_ai.clients.models import ModelRequest
from media_ai.graph.plan import make_plan
from media_ai.graph.schema import Workflow
from media_ai.model.run import RunInput
from media_ai.nodes import analyze_frames, node_type, node_types
from media_ai.runner import run_plan
from tests.emulated import cloud_access
from tests.media_ai.test_runner import services


@pytest.fixture
def asked(tmp_path, samples, emulator, monkeypatch):
    """Runs a workflow that describes frames; returns what the model was asked, and which nodes were reused."""

    sent = []

    def request(**fields):
        sent.append(fields["instructions"])
        return ModelRequest(**fields)

    monkeypatch.setattr(analyze_frames, "ModelRequest", request)

    def run(language, *, params=None, overrides=None):
        sent.clear()
        nodes = [
            {"id": "input", "type": "input_video"},
            {"id": "frames", "type": "extract_frames", "params": {"interval": 30}},
            {
                "id": "seen",
                "type": "analyze_frames",
                "params": {"model": "modelstudio/qwen3-vl-flash", **(params or {})},
            },
        ]
        edges = [("input.video", "frames.video"), ("frames.frames", "seen.frames")]
        wires = [{"source": source, "target": target} for source, target in edges]
        result = run_plan(
            make_plan(
                Workflow.model_validate({"slug": "w", "name": "w", "nodes": nodes, "edges": wires}), node_types()
            ),
            run_input=RunInput(video=str(samples / "honeybees.mp4")),
            overrides={"seen": overrides} if overrides else None,
            services=services(tmp_path, access=cloud_access(emulator), language=language),
        )
        return "".join(sent), {step.node_id: step.is_reused for step in result.steps}

    return run


@pytest.mark.parametrize(
    ("language", "params", "overrides", "written"),
    [
        ("de", {}, {}, "de"),
        ("de", {"language": "fr"}, {}, "fr"),
        ("de", {"language": "fr"}, {"language": "es"}, "es"),
        ("de", {"language": "fr"}, {"language": None}, "de"),
        (None, {"language": "fr"}, {}, "fr"),
        (None, {}, {}, None),
    ],
)
def test_a_node_writes_in_its_own_language_else_in_the_tasks(asked, language, params, overrides, written):
    """Overrides first, then the node's params, then the task's; without any the model is told none."""
    text, _ = asked(language, params=params, overrides=overrides)
    assert text
    assert ("Write in the language" in text) is (written is not None)
    assert written is None or f"Write in the language {written}." in text


def test_another_language_is_written_anew_and_the_same_is_reused(asked):
    """The language counts among the params; what writes nothing is reused in any."""
    asked("de")
    assert asked("de")[1] == {"input": True, "frames": True, "seen": True}
    assert asked("fr")[1] == {"input": True, "frames": True, "seen": False}
    assert asked("fr", params={"language": "de"})[1]["seen"]


def test_nodes_that_write_for_people_say_so_in_their_schema():
    """By a mark, which forms and the API show; others have none."""
    assert node_type("summarize_video").language_params == node_type("analyze_frames").language_params == ("language",)
    marked = [name for name, kind in node_types().items() if kind.language_params]
    assert "transcribe_speech" not in marked
    for name in marked:
        for param in node_type(name).language_params:
            assert node_type(name).params.model_json_schema()["properties"][param]["x-output-language"] is True
