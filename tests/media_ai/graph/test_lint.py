"""What is doubtful in a graph is told with the wire that mends it, and stops no run."""

import json
from pathlib import Path

import pytest

from media_ai.graph.plan import make_plan
from media_ai.graph.schema import Edge, Workflow
from media_ai.graph.validate import validate
from media_ai.nodes import node_types

PRESETS = sorted((Path(__file__).parents[3] / "include" / "workflow_templates").glob("*.json"))
NODES = [
    {"id": "input", "type": "input_video"},
    {"id": "speech", "type": "transcribe_speech", "title": "Listen"},
    {"id": "frames", "type": "extract_frames"},
    {"id": "text", "type": "extract_text"},
    {"id": "summary", "type": "summarize_video"},
]
EDGES = [
    ("input.video", "speech.video"),
    ("input.video", "frames.video"),
    ("frames.frames", "text.frames"),
    ("text.text", "summary.text"),
]
PUBLISH = {"id": "publish", "type": "publish_results"}


def workflow(nodes=NODES, edges=EDGES) -> Workflow:
    return Workflow.model_validate(
        {"slug": "w", "name": "W", "nodes": nodes, "edges": [{"source": a, "target": b} for a, b in edges]}
    )


def warnings(nodes=NODES, edges=EDGES) -> list[tuple[str, str | None, tuple[Edge, ...]]]:
    found = validate(workflow(nodes, edges), node_types())
    assert {issue.severity for issue in found} <= {"warning"}
    return [(issue.code, issue.node, issue.fix.add_edges) for issue in found if issue.fix]


def test_speech_that_a_summary_does_not_hear_is_told():
    """Each input that should have it names the wire; once one is drawn upstream, the summary has it too."""
    wire = Edge(source="speech.transcript", target="text.transcript")
    assert warnings() == [
        ("forgotten_input", "text", (wire,)),
        ("forgotten_input", "summary", (Edge(source="speech.transcript", target="summary.transcript"),)),
    ]
    assert "does not use the transcript of 'Listen'" in str(validate(workflow(), node_types())[0])
    assert warnings(edges=[*EDGES, (wire.source, wire.target)]) == []


def test_a_result_that_nobody_publishes_is_told():
    """Only where there is a node that collects results, and only if nothing at all reads it."""
    edges = [*EDGES, ("speech.transcript", "text.transcript")]
    assert warnings(edges=edges) == []
    assert warnings([*NODES, PUBLISH], [*edges, ("input.video", "publish.results")]) == [
        ("unread_result", "summary", (Edge(source="summary.summary", target="publish.results"),))
    ]


def test_a_warning_stops_no_run():
    """The plan is made all the same."""
    assert len(make_plan(workflow(), node_types()).steps) == len(NODES)


def test_what_feeds_a_node_already_is_not_offered_to_it():
    """No wire is offered that would make a loop, whatever the order of the nodes."""
    edges = [*EDGES, ("speech.transcript", "text.transcript"), ("nobody.video", "speech.video"), ("a.b", "c.d")]
    found = validate(workflow(list(reversed(NODES)), edges), node_types())
    assert [issue.code for issue in found if issue.fix] == []


@pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.stem)
def test_presets_are_beyond_doubt(preset):
    """What people begin with has no issue."""
    assert validate(Workflow.model_validate(json.loads(preset.read_text())), node_types()) == []


def test_a_graph_of_the_largest_size_is_checked_while_a_person_draws():
    """Five hundred nodes in a chain, each wired to all before it that fit."""
    chain = [{"id": f"n{number}", "type": "deduplicate_frames"} for number in range(500)]
    edges = [(f"n{number}.frames", f"n{number + 1}.frames") for number in range(499)]
    found = validate(workflow(chain, edges), node_types())
    assert [(issue.code, issue.node) for issue in found] == [("unconnected", "n0")]
