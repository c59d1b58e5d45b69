"""What is doubtful in a graph that can run: results that nobody reads, and wires that were probably forgotten."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from media_ai.graph.address import Fix, Issue
from media_ai.graph.node_type import NodeType, Port
from media_ai.graph.schema import Edge, Node, Workflow


def lint(workflow: Workflow, types: Mapping[str, NodeType]) -> Iterator[Issue]:
    """Yield warnings, each with the wire that would mend it; nodes of unknown types are passed over."""
    drawn = _Drawn.of(workflow, types)
    yield from _forgotten_inputs(drawn)
    yield from _unread_results(drawn)


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """The nodes whose types are known, and which of them each one's data comes from."""

    nodes: tuple[Node, ...]
    types: Mapping[str, NodeType]
    sources: frozenset[str]
    targets: frozenset[str]
    upstream: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, workflow: Workflow, types: Mapping[str, NodeType]) -> "_Drawn":
        before: dict[str, set[str]] = {node.id: set() for node in workflow.nodes}
        for edge in workflow.edges:
            if edge.source_node in before and edge.target_node in before:
                before[edge.target_node].add(edge.source_node)
        known = tuple(node for node in workflow.nodes if node.type in types)
        upstream = {name: _all_before(name, before) for name in before}
        return cls(
            nodes=known,
            types=types,
            sources=frozenset(edge.source for edge in workflow.edges),
            targets=frozenset(edge.target for edge in workflow.edges),
            upstream=upstream,
        )

    def inputs(self, node: Node) -> list[Port]:
        return list(self.types[node.type].input_ports.values())

    def outputs(self, node: Node) -> list[Port]:
        return list(self.types[node.type].output_ports.values())

    def title(self, node: Node) -> str:
        return node.title or self.types[node.type].title

    def is_apart(self, source: Node, target: Node) -> bool:
        """Tell whether nothing flows between two nodes, in either direction."""
        return source.id != target.id and not (
            source.id in self.upstream[target.id] or target.id in self.upstream[source.id]
        )


def _all_before(name: str, before: Mapping[str, set[str]]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = list(before[name])
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(before[node])
    return frozenset(seen)


def _forgotten_inputs(drawn: _Drawn) -> Iterator[Issue]:
    for node in drawn.nodes:
        for port in drawn.inputs(node):
            if not port.is_wanted or f"{node.id}.{port.name}" in drawn.targets:
                continue
            if found := _source_for(node, port, drawn):
                source, output = found
                message = (
                    f"does not use the {output.title.lower()} of '{drawn.title(source)}'; connect it to '{port.title}'."
                )
                yield _warning("forgotten_input", message, node, port.name, _wire(source, output, node, port))


def _source_for(node: Node, port: Port, drawn: _Drawn) -> tuple[Node, Port] | None:
    for source in drawn.nodes:
        for output in drawn.outputs(source):
            if output.kinds & port.kinds and output.is_required and drawn.is_apart(source, node):
                return source, output
    return None


def _unread_results(drawn: _Drawn) -> Iterator[Issue]:
    """Yield a warning for a node of whose results none is read, where another node collects such results."""
    for node in drawn.nodes:
        outputs = drawn.outputs(node)
        if any(f"{node.id}.{output.name}" in drawn.sources for output in outputs):
            continue
        for target, port in _collectors(drawn):
            output = next((output for output in outputs if output.kinds & port.kinds), None)
            if output and target.id != node.id and target.id not in drawn.upstream[node.id]:
                message = f"nothing reads its {output.title.lower()}; connect it to '{drawn.title(target)}'."
                yield _warning("unread_result", message, node, output.name, _wire(node, output, target, port))
                break


def _collectors(drawn: _Drawn) -> Iterator[tuple[Node, Port]]:
    for node in drawn.nodes:
        for port in drawn.inputs(node):
            if port.takes_many:
                yield node, port


def _wire(source: Node, output: Port, target: Node, port: Port) -> Edge:
    return Edge(source=f"{source.id}.{output.name}", target=f"{target.id}.{port.name}")


def _warning(code: str, message: str, node: Node, field: str, wire: Edge) -> Issue:
    return Issue(severity="warning", code=code, message=message, node=node.id, field=field, fix=Fix(add_edges=(wire,)))
