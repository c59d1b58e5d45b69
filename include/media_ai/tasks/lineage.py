"""What makes the work of a node the same in two versions of a workflow: it, and all before it."""

from collections.abc import Mapping
from typing import Any

from media_ai.execution import merge
from media_ai.graph.plan import ExecutionPlan
from media_ai.model.base import digest_of


def lineages(plan: ExecutionPlan, overrides: Mapping[str, Any]) -> dict[str, str]:
    """Return a digest for each node of its type, params and wiring, and those of all nodes before it."""
    found: dict[str, str] = {}
    for step in plan.steps:
        wired = {
            port: [(found[source.node], source.port) for source in sources] for port, sources in step.inputs.items()
        }
        params = merge(step.params, overrides.get(step.id) or {})
        found[step.id] = digest_of([step.type, step.type_version, params, wired])
    return found
