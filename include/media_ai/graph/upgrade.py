"""Stored graphs are brought up to date step by step, on plain data; nothing is silently re-read."""

from collections.abc import Mapping
from typing import Any

from media_ai.errors import GraphError
from media_ai.graph.address import Issue
from media_ai.graph.node_type import NodeType
from media_ai.graph.schema import GRAPH_FORMAT, Node, Workflow


def upgrade_nodes(workflow: Workflow, types: Mapping[str, NodeType]) -> Workflow:
    """
    Return the workflow with the params of each node in the current version of its type.

    Raises:
        GraphError: A node was written for a version that this installation does not know.
    """
    nodes = tuple(upgrade_node(node, types[node.type]) if node.type in types else node for node in workflow.nodes)
    return workflow.model_copy(update={"nodes": nodes})


def upgrade_node(node: Node, node_type: NodeType) -> Node:
    """Return the node with its params in the current version of its type."""
    if node.version > node_type.version:
        message = (
            f"was written for version {node.version} of '{node_type.id}'; "
            f"this installation knows version {node_type.version}. Update it."
        )
        raise GraphError(
            "The workflow is newer than this installation.",
            [Issue(code="newer_node", message=message, node=node.id)],
        )
    params: dict[str, Any] = dict(node.params)
    for version in range(node.version, node_type.version):
        params = node_type.upgrades[version](params)
    return node.model_copy(update={"params": params, "version": node_type.version})


def check_format(data: Mapping[str, Any], *, name: str) -> None:
    """
    Refuse a file of an unknown format before anything of it is read.

    Raises:
        GraphError: `format` is not the one known here.
    """
    found = data.get("format", GRAPH_FORMAT)
    if found != GRAPH_FORMAT:
        raise GraphError(f"'{name}' has format {found!r}; this installation reads format {GRAPH_FORMAT}.")
