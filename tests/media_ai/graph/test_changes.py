"""What has to be worked on again when a workflow changes."""

from media_ai.graph.changes import affected
from media_ai.graph.plan import ExecutionPlan, Source, Step


def step(name: str, *sources: str, **fields: object) -> Step:
    given = {"type": name, "type_version": 1, **fields}
    return Step(
        id=name, inputs={"a": tuple(Source(node=each, port="b") for each in sources)} if sources else {}, **given
    )


def plan(*steps: Step) -> ExecutionPlan:
    return ExecutionPlan(slug="s", name="S", version=1, steps=steps)


BEFORE = plan(step("input"), step("frames", "input"), step("words", "input"), step("publish", "frames", "words"))


def test_a_new_node_and_what_follows_it_and_nothing_else():
    """The frames feed the new node and stay as they are."""
    after = plan(
        step("input"), step("frames", "input"), step("words", "input"), step("people", "frames"),
        step("publish", "frames", "words", "people"),
    )  # fmt: skip
    assert affected(BEFORE, after) == ("people", "publish")


def test_a_changed_parameter_concerns_all_that_follows():
    """Though the nodes behind are written as before."""
    after = plan(
        step("input"), step("frames", "input", params={"interval": 5}), step("words", "input"),
        step("publish", "frames", "words"),
    )  # fmt: skip
    assert affected(BEFORE, after) == ("frames", "publish")


def test_titles_change_nothing_and_other_types_do():
    """A node whose type has a newer version is another one."""
    steps = list(BEFORE.steps)
    assert affected(BEFORE, plan(*(item.model_copy(update={"title": "New"}) for item in steps))) == ()
    steps[2] = step("words", "input", type_version=2)
    assert affected(BEFORE, plan(*steps)) == ("words", "publish")


def test_a_removed_node_concerns_those_that_read_it():
    """The nodes before it do not."""
    after = plan(step("input"), step("frames", "input"), step("publish", "frames"))
    assert affected(BEFORE, after) == ("publish",)
