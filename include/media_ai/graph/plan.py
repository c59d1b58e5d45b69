"""The execution plan: the validated order and wiring that both the local runner and the DAG builder take."""

from collections import defaultdict
from collections.abc import Mapping
from graphlib import TopologicalSorter
from typing import Any

from pydantic import Field

from media_ai.errors import GraphError
from media_ai.graph.node_type import NodeType
from media_ai.graph.schema import NodeId, Slug, Workflow
from media_ai.graph.upgrade import upgrade_nodes
from media_ai.graph.validate import errors_in, validate
from media_ai.model.base import Model


class Source(Model):
    """The output port that feeds an input."""

    node: NodeId
    port: str


class Step(Model):
    """One node, ready to run."""

    id: NodeId
    type: str
    type_version: int = Field(ge=1)
    title: str = ""
    params: dict[str, Any] = Field(default_factory=dict, description="As written; defaults are filled in at run time.")
    inputs: dict[str, tuple[Source, ...]] = Field(default_factory=dict)


class ExecutionPlan(Model):
    """Steps in an order in which every step comes after what it reads."""

    slug: Slug
    name: str
    description: str = ""
    version: int = Field(ge=0, description="Number of the workflow version; 0 for a plan that was never published.")
    steps: tuple[Step, ...]


def make_plan(workflow: Workflow, types: Mapping[str, NodeType], *, version: int = 0) -> ExecutionPlan:
    """
    Validate the workflow and put its nodes in order.

    The order is stable: among nodes that could come next, the one that is written first does.

    Raises:
        GraphError: The workflow has errors; `issues` holds them.
    """
    current = upgrade_nodes(workflow, types)
    errors = errors_in(validate(current, types))
    if errors:
        raise GraphError(f"The workflow '{workflow.slug}' cannot run:", errors)
    inputs: dict[str, dict[str, list[Source]]] = defaultdict(lambda: defaultdict(list))
    for edge in current.edges:
        inputs[edge.target_node][edge.target_port].append(Source(node=edge.source_node, port=edge.source_port))
    nodes = {node.id: node for node in current.nodes}
    steps = tuple(
        Step(
            id=name,
            type=nodes[name].type,
            type_version=nodes[name].version,
            title=nodes[name].title,
            params=nodes[name].params,
            inputs={port: tuple(sources) for port, sources in inputs[name].items()},
        )
        for name in _ordered(current)
    )
    return ExecutionPlan(
        slug=workflow.slug, name=workflow.name, description=workflow.description, version=version, steps=steps
    )


def _ordered(workflow: Workflow) -> list[str]:
    rank = {node.id: index for index, node in enumerate(workflow.nodes)}
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(rank, ()))
    for edge in workflow.edges:
        sorter.add(edge.target_node, edge.source_node)
    sorter.prepare()
    order: list[str] = []
    ready = list(sorter.get_ready())
    while ready:
        ready.sort(key=rank.__getitem__)
        name = ready.pop(0)
        order.append(name)
        sorter.done(name)
        ready.extend(sorter.get_ready())
    return order
