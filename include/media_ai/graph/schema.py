"""The JSON of a workflow: nodes with parameters, and wires between their ports."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from media_ai.model.base import Model, digest_of

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
"""A workflow's name in addresses; it is the DAG id."""

NodeId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
"""A node's name within its workflow; it is the task id."""

PortAddress = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,47}\.[a-z][a-z0-9_]{0,47}$")]
"""node.port"""

GRAPH_FORMAT = 1


class Position(Model):
    """Where the node is drawn on the canvas, in canvas units."""

    x: float
    y: float


class Node(Model):
    """One use of a node type, with its parameters."""

    id: NodeId
    type: str = Field(min_length=1, max_length=64, description="Id of the node type.")
    version: int = Field(default=1, ge=1, description="Version of the node type that the parameters were written for.")
    title: str = Field(default="", max_length=120)
    params: dict[str, Any] = Field(default_factory=dict)
    position: Position | None = None


class Edge(Model):
    """A wire from an output port to an input port."""

    source: PortAddress
    target: PortAddress

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"

    @property
    def source_node(self) -> str:
        """Id of the node that the wire comes from."""
        return self.source.split(".")[0]

    @property
    def source_port(self) -> str:
        """Output port that the wire comes from."""
        return self.source.split(".")[1]

    @property
    def target_node(self) -> str:
        """Id of the node that the wire goes to."""
        return self.target.split(".")[0]

    @property
    def target_port(self) -> str:
        """Input port that the wire goes to."""
        return self.target.split(".")[1]


class Workflow(Model):
    """A named graph, as people write it, store it and exchange it."""

    format: Literal[1] = 1
    slug: Slug
    name: str = Field(min_length=1, max_length=120)
    description: str = Field(default="", max_length=2000)
    nodes: tuple[Node, ...] = Field(max_length=500)
    edges: tuple[Edge, ...] = Field(default=(), max_length=5000)

    def checksum(self) -> str:
        """Return the digest of everything that matters when it runs; positions on the canvas do not."""
        data = self.model_dump(mode="json")
        for node in data["nodes"]:
            node.pop("position")
        return digest_of(data)
