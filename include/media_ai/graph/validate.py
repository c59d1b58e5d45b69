"""Validation of a workflow: every issue at once, each with its address."""

from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from media_ai.graph.address import Issue, did_you_mean
from media_ai.graph.lint import lint
from media_ai.graph.node_type import NodeType, Port
from media_ai.graph.schema import Edge, Node, Workflow


def validate(workflow: Workflow, types: Mapping[str, NodeType]) -> list[Issue]:
    """
    Return everything that is wrong with the workflow, errors and warnings; an empty list means that it can run.

    Args:
        workflow: The graph, its nodes in the current version of their types (see `upgrade_nodes`).
        types: The node types that exist here, by id.
    """
    issues = [
        *_node_issues(workflow, types),
        *_edge_issues(workflow, types),
        *_input_issues(workflow, types),
    ]
    issues.extend(_cycle_issues(workflow))
    return [*issues, *lint(workflow, types)]


def errors_in(issues: list[Issue]) -> list[Issue]:
    """Return the issues that forbid a run."""
    return [issue for issue in issues if issue.severity == "error"]


def _node_issues(workflow: Workflow, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    if not workflow.nodes:
        yield Issue(
            code="empty",
            message="The workflow has no nodes; add an input_video node and what should follow it.",
        )
    for name, count in Counter(node.id for node in workflow.nodes).items():
        if count > 1:
            yield Issue(
                code="duplicate_node",
                message=f"the id is used by {count} nodes; give each its own.",
                node=name,
            )
    for node in workflow.nodes:
        if node.type not in types:
            message = f"unknown node type '{node.type}'.{did_you_mean(node.type, types)}"
            yield Issue(code="unknown_type", message=message, node=node.id, field="type")
        else:
            yield from types[node.type].params_issues(node.id, node.params)


def _edge_issues(workflow: Workflow, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    nodes = {node.id: node for node in workflow.nodes}
    for count_edge, count in Counter(workflow.edges).items():
        if count > 1:
            yield Issue(
                code="duplicate_wire",
                message=f"the wire {count_edge} is drawn {count} times.",
                node=count_edge.target_node,
                edge=str(count_edge),
            )
    for edge in dict.fromkeys(workflow.edges):
        yield from _wire_issues(edge, nodes, types)


def _wire_issues(edge: Edge, nodes: Mapping[str, Node], types: Mapping[str, NodeType]) -> Iterator[Issue]:
    missing = [name for name in (edge.source_node, edge.target_node) if name not in nodes]
    for name in missing:
        message = f"The wire {edge} names node '{name}', which does not exist.{did_you_mean(name, nodes)}"
        yield Issue(code="unknown_node", message=message, edge=str(edge))
    if missing or any(nodes[name].type not in types for name in (edge.source_node, edge.target_node)):
        return
    outputs = types[nodes[edge.source_node].type].output_ports
    inputs = types[nodes[edge.target_node].type].input_ports
    if edge.source_port not in outputs:
        message = f"has no output '{edge.source_port}'.{did_you_mean(edge.source_port, outputs)}"
        yield Issue(code="unknown_port", message=message, node=edge.source_node, field=edge.source_port, edge=str(edge))
    if edge.target_port not in inputs:
        message = f"has no input '{edge.target_port}'.{did_you_mean(edge.target_port, inputs)}"
        yield Issue(code="unknown_port", message=message, node=edge.target_node, field=edge.target_port, edge=str(edge))
    if edge.source_port in outputs and edge.target_port in inputs:
        yield from _kind_issues(edge, outputs[edge.source_port], inputs[edge.target_port])


def _kind_issues(edge: Edge, source: Port, target: Port) -> Iterator[Issue]:
    if not source.kinds & target.kinds:
        message = (
            f"input '{target.name}' takes {_names(target)}, but the wire from {edge.source} carries {_names(source)}; "
            "connect a matching output."
        )
        yield Issue(code="wrong_kind", message=message, node=edge.target_node, field=target.name, edge=str(edge))
    elif target.is_required and not target.takes_many and not source.is_required:
        message = f"input '{target.name}' is required, but {edge.source} may be empty."
        yield Issue(code="may_be_empty", message=message, node=edge.target_node, field=target.name, edge=str(edge))


def _names(port: Port) -> str:
    return " or ".join(sorted(port.kinds))


def _input_issues(workflow: Workflow, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    arriving = Counter((edge.target_node, edge.target_port) for edge in dict.fromkeys(workflow.edges))
    for node in workflow.nodes:
        if node.type not in types:
            continue
        for port in types[node.type].input_ports.values():
            count = arriving[node.id, port.name]
            if port.is_required and count == 0:
                message = f"input '{port.name}' is not connected; it takes {_names(port)}."
                yield Issue(code="unconnected", message=message, node=node.id, field=port.name)
            elif count > 1 and not port.takes_many:
                message = f"input '{port.name}' takes one wire but has {count}."
                yield Issue(code="too_many_wires", message=message, node=node.id, field=port.name)


def _cycle_issues(workflow: Workflow) -> Iterator[Issue]:
    known = {node.id for node in workflow.nodes}
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(known, ()))
    for edge in workflow.edges:
        if edge.source_node in known and edge.target_node in known:
            sorter.add(edge.target_node, edge.source_node)
    try:
        sorter.prepare()
    except CycleError as exc:
        loop = list(reversed(exc.args[1]))
        # The loop is rotated to begin with its first name, so that the same graph always gives the same sentence.
        start = loop.index(min(loop))
        ordered = [*loop[start:-1], *loop[:start], loop[start]]
        yield Issue(
            code="cycle",
            message=f"The wires form a loop: {' -> '.join(ordered)}. Remove one of them.",
            node=ordered[0],
        )
