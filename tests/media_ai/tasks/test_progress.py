"""How far a task is, from task instances as Airflow's REST API gives them."""

from datetime import UTC, datetime, timedelta

from media_ai.catalog.task_lists import Usual
from media_ai.graph.plan import make_plan
from media_ai.nodes import node_types
from media_ai.tasks.progress import node_progress, total_progress
from tests.system.helpers import graph

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
PLAN = make_plan(
    graph("w", more=({"id": "sound", "type": "transcribe_speech"},), wires=(("input.video", "sound.video"),)),
    node_types(),
)


def instance(task_id: str, state: str | None, *, began_s: float | None = None, ended_s: float | None = None, tries=1):
    def moment(ago):
        return None if ago is None else (NOW - timedelta(seconds=ago)).isoformat()

    return {
        "task_id": task_id, "task_display_name": task_id.title(), "state": state, "try_number": tries,
        "start_date": moment(began_s), "end_date": moment(ended_s),
    }  # fmt: skip


USUAL = {
    "extract_frames": Usual(seconds=40, per_video_second=0.5),
    "deduplicate_frames": Usual(seconds=10, per_video_second=None),
    "transcribe_speech": Usual(seconds=100, per_video_second=1.0),
}


def progress(*instances, usual=USUAL, video_s=None, reused=None, plan=PLAN):
    nodes = node_progress(instances, plan=plan, usual=usual, video_s=video_s, reused=reused or {}, now=NOW)
    return {node.node_id: node for node in nodes}, total_progress(nodes, plan)


def test_what_is_left_is_the_longest_way_through_the_graph():
    """Nodes side by side do not add up; one that runs is counted by what is left of it."""
    nodes, total = progress(
        instance("distinct", None),
        instance("frames", "running", began_s=15),
        instance("sound", "running", began_s=20),
        instance("input", "success", began_s=30, ended_s=29),
        reused={"input": True},
    )

    assert list(nodes) == ["input", "frames", "distinct", "sound"]
    assert {name: node.eta_s for name, node in nodes.items()} == {
        "input": 0, "frames": 25, "distinct": 10, "sound": 80
    }  # fmt: skip
    assert (total.done, total.total, total.eta_s) == (1, 4, 80)
    assert (nodes["input"].reused, nodes["frames"].reused, nodes["frames"].seconds) == (True, None, 15)


def test_nobody_knows_how_long_a_person_thinks():
    """A node that waits for somebody is told of, and no end is foretold."""
    nodes, total = progress(instance("frames", "awaiting_input", began_s=15), instance("distinct", None))

    assert (total.waits_for_person, total.eta_s, nodes["frames"].status) == (True, None, "Running")
    assert not progress(instance("frames", "running"), instance("distinct", None))[1].waits_for_person


def test_the_length_of_the_video_counts_where_it_is_known():
    """A video twice as long takes twice as long."""
    nodes, total = progress(instance("frames", "queued"), instance("distinct", None), video_s=200.0)

    assert (nodes["frames"].eta_s, nodes["distinct"].eta_s, total.eta_s) == (100, 10, 110)


def test_a_node_that_takes_longer_than_usual_is_nearly_done():
    """Never negative, never zero while it runs."""
    nodes, _ = progress(instance("frames", "running", began_s=500))
    assert nodes["frames"].eta_s == 4


def test_without_history_nothing_is_promised():
    """One node that nobody has run yet is enough."""
    _, total = progress(instance("frames", "running", began_s=1), instance("distinct", None), usual={})
    assert (total.done, total.eta_s) == (0, None)


def test_airflows_states_are_told_in_five_words():
    """A node that waits for another try waits; one that a stop has skipped is skipped."""
    states = {
        None: "Waiting", "scheduled": "Waiting", "queued": "Waiting", "up_for_retry": "Waiting",
        "up_for_reschedule": "Waiting", "running": "Running", "deferred": "Running", "success": "Completed",
        "failed": "Failed", "upstream_failed": "Skipped", "skipped": "Skipped", "removed": "Skipped",
    }  # fmt: skip
    for state, word in states.items():
        nodes, _ = progress(instance("frames", state, began_s=9, ended_s=2))
        assert nodes["frames"].status == word
    waiting = progress(instance("frames", "up_for_retry", began_s=9, ended_s=2, tries=2))[0]["frames"]
    assert (waiting.seconds, waiting.started_at, waiting.ended_at, waiting.tries) == (None, None, None, 2)


def test_a_dag_that_somebody_wrote_by_hand_has_progress_too():
    """Without a plan, nodes are as Airflow has them and nothing is known of their types."""
    nodes, total = progress(instance("b", "success", began_s=2, ended_s=1), instance("a", "running"), plan=None)
    assert (list(nodes), total.done, total.eta_s) == (["b", "a"], 1, None)
