"""What changed between two versions."""

from hypothesis import given
from hypothesis import strategies as st

from media_ai.graph.schema import Workflow
from media_ai.workflows.comparing import compare
from tests.system.helpers import graph


def changed(**changes) -> Workflow:
    return Workflow.model_validate(graph("w").model_dump(mode="json") | changes)


def test_nothing_changed_where_only_positions_did():
    """Moving a node on the canvas is no change of what runs."""
    moved = graph("w").model_dump(mode="json")
    moved["nodes"][0]["position"] = {"x": 1, "y": 2}
    diff = compare(graph("w"), Workflow.model_validate(moved))

    assert not any(getattr(diff, name) for name in type(diff).model_fields)


def test_every_kind_of_change_has_its_place():
    """The name, nodes that came and went, parameters down to the field, wires."""
    before = graph("w", interval=1).model_dump(mode="json")
    after = graph("w", interval=2).model_dump(mode="json") | {"name": "New"}
    before["nodes"][2]["params"] = {"threshold": 0.9, "deep": {"a": [1], "b": 1}}
    after["nodes"][2] |= {"params": {"deep": {"a": [2], "b": 1}, "new": None}, "title": "Distinct"}
    after["nodes"].append({"id": "extra", "type": "analyze_frames"})
    after["edges"] = [{"source": "frames.frames", "target": "extra.frames"}, *after["edges"][:1]]
    diff = compare(Workflow.model_validate(before), Workflow.model_validate(after))
    nodes = {node.id: {(c.field, str(c.before), str(c.after)) for c in node.changes} for node in diff.nodes_changed}

    assert [(c.field, c.before, c.after) for c in diff.workflow] == [("name", "w", "New")]
    assert nodes == {
        "frames": {("params.interval", "1", "2")},
        "distinct": {
            ("title", "", "Distinct"),
            ("params.threshold", "0.9", "None"),
            ("params.deep.a", "[1]", "[2]"),
            ("params.new", "None", "None"),
        },
    }
    assert ([node.id for node in diff.nodes_added], diff.nodes_removed) == (["extra"], ())
    assert [str(edge) for edge in diff.edges_added] == ["frames.frames -> extra.frames"]
    assert [str(edge) for edge in diff.edges_removed] == ["frames.frames -> distinct.frames"]


PARAMS = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(st.integers(0, 2) | st.none(), lambda x: st.dictionaries(st.sampled_from("xy"), x, max_size=2)),
)


@given(PARAMS, PARAMS)
def test_a_diff_the_other_way_round_is_its_mirror(old, new):
    """Whatever the parameters: what one way is before, is after the other way; equal ones have none."""
    nodes = [[{"id": "n", "type": "t", "params": params}] for params in (old, new)]
    one, two = (changed(nodes=each, edges=[]) for each in nodes)
    there, back = (
        [c for node in compare(a, b).nodes_changed for c in node.changes] for a, b in ((one, two), (two, one))
    )

    assert {(c.field, str(c.before), str(c.after)) for c in there} == {
        (c.field, str(c.after), str(c.before)) for c in back
    }
    assert bool(there) == (old != new)
