"""From a node type's id to the name of its operator."""


def class_name(type_id: str) -> str:
    """Return the operator's class name: extract_frames -> ExtractFramesOperator."""
    return "".join(part.capitalize() for part in type_id.split("_")) + "Operator"
