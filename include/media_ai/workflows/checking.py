"""What is wrong with a graph, whatever is given: for editors, which ask while a person draws."""

from collections.abc import Mapping
from typing import Any

from media_ai.errors import GraphError
from media_ai.graph.address import Issue, issues_of
from media_ai.graph.schema import Workflow
from media_ai.graph.upgrade import upgrade_nodes
from media_ai.graph.validate import validate
from media_ai.nodes import node_types


def check_workflow(workflow: Workflow) -> list[Issue]:
    """Return the issues of a workflow, errors and warnings."""
    try:
        return validate(upgrade_nodes(workflow, node_types()), node_types())
    except GraphError as exc:
        return [issue for issue in exc.issues if isinstance(issue, Issue)]


def check_data(data: Mapping[str, Any]) -> list[Issue]:
    """Return the issues of JSON data that may not even be a workflow; each names its node where it is one's."""
    issues = issues_of(Workflow, dict(data))
    return [at_node(issue, data) for issue in issues] or check_workflow(Workflow.model_validate(data))


def in_current_form(workflow: Workflow) -> Workflow:
    """Return the workflow with the params of each node as its type takes them now; as it is if a node is of a newer version."""
    try:
        return upgrade_nodes(workflow, node_types())
    except GraphError:
        return workflow


def at_node(issue: Issue, data: Mapping[str, Any]) -> Issue:
    """Give an issue at "nodes.3.params" the id of that node, and one at "edges.1" its wire."""
    kind, _, rest = (issue.field or "").partition(".")
    index, _, field = rest.partition(".")
    if kind not in {"nodes", "edges"} or not index.isdigit():
        return issue
    items = data.get(kind)
    item = items[int(index)] if isinstance(items, list) and int(index) < len(items) else None
    if not isinstance(item, Mapping):
        return issue
    if kind == "nodes":
        name = item.get("id")
        return issue.model_copy(update={"node": name if isinstance(name, str) else None, "field": field or None})
    return issue.model_copy(update={"edge": f"{item.get('source')} -> {item.get('target')}", "field": field or None})
