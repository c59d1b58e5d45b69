"""The declaration of a kind of node: what a node file says, and what everything else is derived from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import cleandoc
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from media_ai.errors import ErrorKind, InputError
from media_ai.graph.address import Issue, issues_of
from media_ai.graph.foresight import Work
from media_ai.model.artifacts import Artifact, ArtifactKind
from media_ai.model.base import Model

__all__ = ["OUTPUT_LANGUAGE", "NodeParams", "NodePorts", "NodeType", "Port"]


_OUTPUT_LANGUAGE = "x-output-language"
OUTPUT_LANGUAGE: dict[str, Any] = {_OUTPUT_LANGUAGE: True}
"""Marks the param of a node that says in which language it writes: null means that of the task."""


class NodeParams(Model):
    """Base of a node type's `Params`: what a person can tune. Every field has a title and a default."""


class NodePorts(Model):
    """Base of a node type's `Inputs` and `Outputs`: each field is a port, its annotation an artifact class."""


@dataclass(frozen=True, kw_only=True)
class Port:
    """
    A typed end of a wire.

    Attributes:
        is_wanted: The input is optional, but leaving out what the graph has for it is probably a mistake.
    """

    name: str
    title: str
    description: str
    kinds: frozenset[ArtifactKind]
    is_required: bool
    takes_many: bool
    is_wanted: bool = False


@dataclass(frozen=True, kw_only=True)
class NodeType:
    """
    A kind of node.

    Attributes:
        id: verb_noun; equals the name of the file that declares it.
        version: Raised when the meaning of params or ports changes; results of another version are not reused.
        title: Name in the palette.
        category: Group in the palette.
        params, inputs, outputs: The three models of the node file.
        run: Does the work: `run(params, inputs, job) -> Outputs`.
        fingerprint: For nodes that read what the run was given instead of a wire: returns the identity of that input.
        upgrades: version -> function that turns params of that version into params of the next.
        help: The node file's docstring.
        preload: Modules that are slow to import, imported once in the process that forks the workers.
        services: `services(params, run_input)` returns the services that the node cannot do without ("modelstudio"), the one that
            does the work first; `run_input` is None while the task is not known. Their credentials are asked for before any
            node runs.
        always_runs: The work is a side effect (publishing), so that a stored result never replaces it.
        foresee: `foresee(params, expected)` returns what the node will probably do, for quotes; a node without it asks no model.
    """

    id: str
    version: int
    title: str
    category: str
    params: type[NodeParams]
    inputs: type[NodePorts]
    outputs: type[NodePorts]
    run: Callable[..., NodePorts]
    help: str
    fingerprint: Callable[..., str] | None = None
    upgrades: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=dict)
    preload: tuple[str, ...] = ()
    services: Callable[..., tuple[str, ...]] = field(default=lambda params, run_input: ())
    always_runs: bool = False
    foresee: Callable[..., Work] = field(default=lambda params, expected: Work())

    @cached_property
    def input_ports(self) -> dict[str, Port]:
        """Input ports by name, in the order of their declaration."""
        return {port.name: port for port in _ports_of(self.inputs)}

    @cached_property
    def output_ports(self) -> dict[str, Port]:
        """Output ports by name, in the order of their declaration."""
        return {port.name: port for port in _ports_of(self.outputs)}

    @cached_property
    def language_params(self) -> tuple[str, ...]:
        """Params that say in which language the node writes for people."""
        marked = ((name, field.json_schema_extra) for name, field in self.params.model_fields.items())
        return tuple(name for name, extra in marked if isinstance(extra, dict) and _OUTPUT_LANGUAGE in extra)

    @property
    def summary(self) -> str:
        """First sentence of the help."""
        return cleandoc(self.help).split("\n\n")[0].replace("\n", " ")

    def parse_params(self, node_id: str, params: Mapping[str, Any]) -> NodeParams:
        """
        Check `params` and fill in the defaults.

        Raises:
            InputError: A field is unknown or has a value out of its range; names the node and the field.
        """
        issues = self.params_issues(node_id, params)
        if issues:
            raise InputError("\n".join(str(issue) for issue in issues), kind=ErrorKind.INVALID)
        return self.params.model_validate(dict(params))

    def params_issues(self, node_id: str, params: Mapping[str, Any]) -> list[Issue]:
        """Return what is wrong with `params`, an issue per field."""
        return issues_of(self.params, dict(params), node=node_id)

    def describe(self) -> dict[str, Any]:
        """Return the JSON that forms, the palette and the docs are made from."""
        return {
            "id": self.id,
            "version": self.version,
            "title": self.title,
            "category": self.category,
            "help": cleandoc(self.help),
            "params": self.params.model_json_schema(),
            "inputs": [_describe_port(port) for port in self.input_ports.values()],
            "outputs": [_describe_port(port) for port in self.output_ports.values()],
        }


def _describe_port(port: Port) -> dict[str, Any]:
    return {
        "name": port.name,
        "title": port.title,
        "description": port.description,
        "kinds": sorted(port.kinds),
        "required": port.is_required,
        "many": port.takes_many,
    }


def _ports_of(model: type[NodePorts]) -> Iterator[Port]:
    for name, info in model.model_fields.items():
        kinds = frozenset(_kinds_in(info.annotation))
        if not kinds:
            raise TypeError(f"port {name!r} of {model.__module__} has no artifact class in its annotation")
        yield Port(
            name=name,
            title=info.title or name.replace("_", " ").capitalize(),
            description=info.description or "",
            kinds=kinds,
            is_required=info.is_required() and not _is_optional(info),
            takes_many=_takes_many(info.annotation),
            is_wanted=isinstance(extra := info.json_schema_extra, dict) and bool(extra.get("wanted")),
        )


def _is_optional(info: FieldInfo) -> bool:
    return NoneType in get_args(info.annotation)


def _takes_many(annotation: Any) -> bool:
    return get_origin(annotation) is tuple


def _kinds_in(annotation: Any) -> Iterator[ArtifactKind]:
    if annotation is Artifact:
        yield from ArtifactKind
    elif isinstance(annotation, type) and issubclass(annotation, Artifact):
        yield annotation.kind
    elif get_origin(annotation) in (tuple, Union, UnionType):
        for part in get_args(annotation):
            yield from _kinds_in(part)
