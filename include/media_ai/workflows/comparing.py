"""What changed between two versions of a workflow, as people see it."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from media_ai.graph.schema import Edge, Node, Workflow
from media_ai.model.base import Model


class FieldChange(Model):
    """A value that is another one now; what is absent on one side is null there."""

    field: str = Field(description="name, type, version, title, or a parameter: params.prompt.")
    before: Any = None
    after: Any = None


class NodeChange(Model):
    """A node that both versions have, with other values."""

    id: str
    changes: tuple[FieldChange, ...]


class WorkflowDiff(Model):
    """Everything that differs; where nodes are drawn is not part of it."""

    workflow: tuple[FieldChange, ...] = Field(description="The name and the description.")
    nodes_added: tuple[Node, ...]
    nodes_removed: tuple[Node, ...]
    nodes_changed: tuple[NodeChange, ...]
    edges_added: tuple[Edge, ...]
    edges_removed: tuple[Edge, ...]


def compare(before: Workflow, after: Workflow) -> WorkflowDiff:
    """Return what one has to change in `before` to get `after`."""
    old, new = ({node.id: node for node in workflow.nodes} for workflow in (before, after))
    changed = [(name, tuple(_node_changes(old[name], new[name]))) for name in new if name in old]
    return WorkflowDiff(
        workflow=tuple(_changes({n: getattr(before, n) for n in _HEAD}, {n: getattr(after, n) for n in _HEAD})),
        nodes_added=tuple(node for name, node in new.items() if name not in old),
        nodes_removed=tuple(node for name, node in old.items() if name not in new),
        nodes_changed=tuple(NodeChange(id=name, changes=changes) for name, changes in changed if changes),
        edges_added=tuple(edge for edge in after.edges if edge not in set(before.edges)),
        edges_removed=tuple(edge for edge in before.edges if edge not in set(after.edges)),
    )


_HEAD = ("name", "description")


def _node_changes(before: Node, after: Node) -> Iterator[FieldChange]:
    old, new = (node.model_dump(mode="json", exclude={"id", "position"}) for node in (before, after))
    yield from _changes(old, new)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], path: str = "") -> Iterator[FieldChange]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _changes(old, new, f"{path}{name}.")
        elif old != new or (name in before) != (name in after):
            yield FieldChange(field=f"{path}{name}", before=old, after=new)
