"""What has to be worked on again when a workflow changes."""

from media_ai.graph.plan import ExecutionPlan, Step


def affected(before: ExecutionPlan, after: ExecutionPlan) -> tuple[str, ...]:
    """
    Return the nodes of `after` that do something else than in `before`: new and changed ones, and all that comes after them.

    In the order of the plan. A title changes nothing.
    """
    old = {step.id: _work(step) for step in before.steps}
    found: dict[str, None] = {}
    for step in after.steps:
        sources = {source.node for sources in step.inputs.values() for source in sources}
        if old.get(step.id) != _work(step) or sources & found.keys():
            found[step.id] = None
    return tuple(found)


def _work(step: Step) -> Step:
    return step.model_copy(update={"title": ""})
