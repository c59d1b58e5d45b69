"""Stored graphs are brought up to date step by step."""

from dataclasses import replace

from media_ai.graph.schema import Node
from media_ai.graph.upgrade import upgrade_node
from media_ai.nodes import node_type


def test_params_pass_through_every_version_between():
    """Version 1 becomes 2, then 3; each step sees the result of the one before."""
    current = replace(
        node_type("extract_frames"),
        version=3,
        upgrades={
            1: lambda params: {"every": params["interval_ms"]},
            2: lambda params: {"interval": params["every"] / 1000},
        },
    )
    upgraded = upgrade_node(Node(id="frames", type="extract_frames", version=1, params={"interval_ms": 500}), current)

    assert (upgraded.version, upgraded.params) == (3, {"interval": 0.5})
