"""
Media AI's operators for hand-written DAGs: one for each node type, named after it.

    from operators import DeduplicateFramesOperator, ExtractFramesOperator

The names are made from the node library when they are asked for, so that importing this package stays cheap.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from operators.base import NodeOperator


def __getattr__(name: str) -> "type[NodeOperator]":
    from media_ai.nodes import node_type_ids
    from operators.naming import class_name

    names = {class_name(type_id): type_id for type_id in node_type_ids()}
    if name not in names:
        raise AttributeError(f"module 'operators' has no attribute {name!r}")
    from operators.base import operator_class

    return operator_class(names[name])


def __dir__() -> list[str]:
    from media_ai.nodes import node_type_ids
    from operators.naming import class_name

    return sorted(class_name(type_id) for type_id in node_type_ids())
