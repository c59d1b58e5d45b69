"""One test per kind of mistake in a graph; each message names the place and what to do."""

import pytest

from media_ai.errors import GraphError
from media_ai.graph.plan import make_plan
from media_ai.graph.schema import Workflow
from media_ai.graph.validate import validate
from media_ai.nodes import node_types

NODES = [
    {"id": "input", "type": "input_video"},
    {"id": "frames", "type": "extract_frames"},
    {"id": "distinct", "type": "deduplicate_frames"},
]
EDGES = [("input.video", "frames.video"), ("frames.frames", "distinct.frames")]


def workflow(nodes=NODES, edges=EDGES) -> Workflow:
    return Workflow.model_validate(
        {"slug": "w", "name": "W", "nodes": nodes, "edges": [{"source": a, "target": b} for a, b in edges]}
    )


def issues(nodes=NODES, edges=EDGES) -> list[tuple[str, str | None, str | None]]:
    return [(issue.code, issue.node, issue.field) for issue in validate(workflow(nodes, edges), node_types())]


def sentences(nodes=NODES, edges=EDGES) -> str:
    return "\n".join(map(str, validate(workflow(nodes, edges), node_types())))


def test_a_correct_graph_has_no_issues():
    """Nothing to say about a graph that can run."""
    assert issues() == []


def test_a_cycle_names_its_loop():
    """The loop is written as a path, always beginning with the same node."""
    nodes = [*NODES, {"id": "again", "type": "deduplicate_frames"}]
    edges = [EDGES[0], ("again.frames", "distinct.frames"), ("distinct.frames", "again.frames")]

    assert "The wires form a loop: again -> distinct -> again. Remove one of them." in sentences(nodes, edges)


def test_an_unknown_type_suggests_the_near_one():
    """A misspelt node type is named, with the one that was meant."""
    nodes = [NODES[0], {"id": "frames", "type": "extract_frame"}, NODES[2]]

    assert "Node 'frames': unknown node type 'extract_frame'. Did you mean 'extract_frames'?" in sentences(nodes)


def test_a_parameter_out_of_range_gives_the_range():
    """The value seen and both bounds are in the message."""
    nodes = [*NODES[:2], {"id": "distinct", "type": "deduplicate_frames", "params": {"threshold": 1.4}}]

    assert sentences(nodes) == "Node 'distinct': parameter 'threshold' is 1.4; it must be between 0 and 1."


def test_an_unknown_parameter_suggests_the_near_one():
    """A misspelt parameter is named, with the one that was meant."""
    nodes = [*NODES[:2], {"id": "distinct", "type": "deduplicate_frames", "params": {"treshold": 0.5}}]

    assert sentences(nodes) == "Node 'distinct': unknown parameter 'treshold'. Did you mean 'threshold'?"


@pytest.mark.parametrize("value", ["a lot", None, [], {}, float("nan"), float("inf"), 10**400])
def test_a_parameter_of_a_wrong_type_is_an_issue_at_its_field(value):
    """Whatever is given, the answer is an issue with an address, never an exception."""
    nodes = [*NODES[:2], {"id": "distinct", "type": "deduplicate_frames", "params": {"threshold": value}}]

    assert [(node, field) for _, node, field in issues(nodes)] == [("distinct", "threshold")]


def test_a_wire_between_different_kinds_says_both():
    """A wire is typed by what it carries."""
    edges = [EDGES[0], ("input.video", "distinct.frames")]

    assert "Node 'distinct': input 'frames' takes frame_set, but the wire from input.video carries video" in sentences(
        edges=edges
    )


def test_a_wire_to_an_unknown_node_or_port_is_named():
    """Near names are suggested for nodes and for ports."""
    found = sentences(edges=[*EDGES, ("frames.frames", "distinkt.frames"), ("frames.frame", "distinct.frames")])

    assert "names node 'distinkt', which does not exist. Did you mean 'distinct'?" in found
    assert "Node 'frames': has no output 'frame'. Did you mean 'frames'?" in found


def test_a_required_input_without_a_wire_is_named():
    """An unconnected input says what it takes."""
    assert issues(edges=EDGES[:1]) == [("unconnected", "distinct", "frames")]


def test_one_input_takes_one_wire():
    """Two wires into a port that takes one are refused."""
    nodes = [*NODES, {"id": "more", "type": "extract_frames"}]
    edges = [*EDGES, ("input.video", "more.video"), ("more.frames", "distinct.frames")]

    assert issues(nodes, edges) == [("too_many_wires", "distinct", "frames")]


def test_an_empty_graph_and_double_ids_are_named():
    """A graph needs nodes, and each its own id."""
    assert [code for code, _, _ in issues([], [])] == ["empty"]
    assert ("duplicate_node", "frames", None) in issues([*NODES, NODES[1]])


def test_the_plan_is_in_an_order_that_can_run_and_is_stable():
    """Steps come after what they read, whatever the order in the file."""
    plan = make_plan(workflow(nodes=list(reversed(NODES))), node_types())

    assert [step.id for step in plan.steps] == ["input", "frames", "distinct"]
    assert plan.steps[1].inputs["video"][0].node == "input"


def test_a_graph_with_errors_has_no_plan():
    """All issues are in the error, one a line."""
    with pytest.raises(GraphError) as caught:
        make_plan(workflow(edges=[]), node_types())

    assert [issue.code for issue in caught.value.issues] == ["unconnected", "unconnected"]


def test_a_node_of_a_newer_installation_is_refused():
    """Params that were written for a later version are not guessed at."""
    nodes = [{"id": "input", "type": "input_video", "version": 99}]

    with pytest.raises(GraphError, match="was written for version 99 of 'input_video'"):
        make_plan(workflow(nodes, []), node_types())


def test_moving_a_node_on_the_canvas_does_not_change_the_checksum():
    """Only what matters for a run counts as a change."""
    moved = [{**node, "position": {"x": 3, "y": 4}} for node in NODES]

    assert workflow().checksum() == workflow(moved).checksum()
    assert workflow().checksum() != workflow(NODES[:2], EDGES[:1]).checksum()
