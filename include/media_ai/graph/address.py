"""Issues with an address, so that an editor can mark the node and the field, and near-name suggestions."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Literal, TypeVar, get_args

from pydantic import BaseModel, Field, ValidationError

from media_ai.errors import GraphError
from media_ai.graph.schema import Edge
from media_ai.model.base import Model

M = TypeVar("M", bound=BaseModel)


class Fix(Model):
    """A change to the graph that an editor offers."""

    add_edges: tuple[Edge, ...]


class Issue(Model):
    """One thing that is wrong, or doubtful, and where."""

    severity: Literal["error", "warning"] = "error"
    code: str
    message: str
    node: str | None = None
    field: str | None = None
    edge: str | None = Field(default=None, description="A wire: source -> target.")
    fix: Fix | None = Field(default=None, description="What would mend it.")

    def __str__(self) -> str:
        if self.node is None:
            return self.message
        return f"Node '{self.node}': {self.message}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for a near name, the known names for a short list, or nothing."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f" Did you mean '{near[0]}'?"
    return f" Known: {', '.join(names)}." if 0 < len(names) <= 12 else ""


def issues_of(model: type[BaseModel], data: dict[str, Any], *, node: str | None = None) -> list[Issue]:
    """Validate `data` and return what is wrong as addressed issues, one for each field."""
    try:
        model.model_validate(data)
    except ValidationError as exc:
        return list(_translate(exc, model, node))
    return []


def parsed(model: type[M], given: Mapping[str, Any], *, what: str) -> M:
    """
    Return data as a model.

    Args:
        model: Of which type.
        given: The data.
        what: What it is, for messages: "The source".

    Raises:
        GraphError: Holds an issue for each field that is wrong.
    """
    data = dict(given)
    issues = issues_of(model, data)
    if issues:
        raise GraphError(f"{what} cannot be used.", issues)
    return model.model_validate(data)


def _translate(exc: ValidationError, model: type[BaseModel], node: str | None) -> Iterator[Issue]:
    for error in exc.errors(include_url=False):
        path = ".".join(str(part) for part in error["loc"])
        yield Issue(code=error["type"], message=_sentence(error, path, model), node=node, field=path or None)


def _sentence(error: Any, path: str, model: type[BaseModel]) -> str:
    context = error.get("ctx", {})
    seen = _short(error.get("input"))
    match error["type"]:
        case "extra_forbidden":
            return f"unknown parameter '{path}'.{did_you_mean(path, _names_beside(model, error['loc']))}"
        case "missing":
            return f"parameter '{path}' is missing."
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "less_than":
            return f"parameter '{path}' is {seen}; it must be {_bounds(model, error['loc'], context)}."
        case "literal_error" | "enum":
            return f"parameter '{path}' is {seen}; it must be one of {context.get('expected', '')}."
        case "value_error":
            return (
                f"parameter '{path}': {context.get('error', error['msg'])}"
                if path
                else str(context.get("error", error["msg"]))
            )
        case _:
            message = error["msg"][:1].lower() + error["msg"][1:]
            return f"parameter '{path}' is {seen}: {message}."


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _names_beside(model: type[BaseModel], location: tuple[int | str, ...]) -> Iterable[str]:
    owner = _model_at(model, location[:-1])
    return owner.model_fields if owner else ()


def _model_at(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel] | None:
    current: Any = model
    for part in location:
        if not (isinstance(current, type) and issubclass(current, BaseModel)):
            return None
        if isinstance(part, str) and part in current.model_fields:
            current = _model_in(current.model_fields[part].annotation)
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _bounds(model: type[BaseModel], location: tuple[int | str, ...], context: dict[str, Any]) -> str:
    owner = _model_at(model, location[:-1])
    info = owner.model_fields.get(str(location[-1])) if owner and location else None
    limits = {
        name: getattr(item, name)
        for item in (info.metadata if info else ())
        for name in ("ge", "gt", "le", "lt")
        if hasattr(item, name)
    } or context
    if "ge" in limits and "le" in limits:
        return f"between {limits['ge']} and {limits['le']}"
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    return " and ".join(f"{words[name]} {limit}" for name, limit in limits.items() if name in words)
