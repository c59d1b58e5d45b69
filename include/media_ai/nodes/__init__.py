"""The node library: one file per node type, found by its file name; no list of them is kept anywhere."""

from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from media_ai.errors import NotFoundError
from media_ai.graph.address import did_you_mean
from media_ai.graph.node_type import NodeType


@cache
def node_type_ids() -> tuple[str, ...]:
    """Return the ids of all node types, without importing them."""
    return tuple(sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py")))


@cache
def node_type(type_id: str) -> NodeType:
    """
    Return the node type declared in the file named `type_id`.

    Raises:
        NotFoundError: There is no such node type; suggests a near name.
    """
    if type_id not in node_type_ids():
        raise NotFoundError(f"Unknown node type '{type_id}'.{did_you_mean(type_id, node_type_ids())}")
    found: NodeType = import_module(f"{__name__}.{type_id}").NODE
    return found


@cache
def node_types() -> MappingProxyType[str, NodeType]:
    """Return all node types by id."""
    return MappingProxyType({type_id: node_type(type_id) for type_id in node_type_ids()})
