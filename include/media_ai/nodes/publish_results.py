"""
Write the results into the catalog, where people search them and query them with SQL.

Connect everything that should be found; embeddings let it be found by meaning. Publishing again replaces what the same task
published before.
"""

from pydantic import Field

from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.artifacts import Artifact
from media_ai.model.text import Publication


class Params(NodeParams):
    """There is nothing to tune."""


class Inputs(NodePorts):
    """Any results."""

    results: tuple[Artifact, ...] = Field(title="Results", description="Embeddings too.")


class Outputs(NodePorts):
    """What was written."""

    publication: Publication = Field(title="Publication")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """Hand the results to the catalog."""
    asset = job.input.asset()
    rows = job.publisher.publish(asset, inputs.results, job.store.read)
    return Outputs(publication=Publication(video_id=asset.video_id, rows=rows))


NODE = NodeType(
    id="publish_results",
    version=1,
    title="Publish results",
    category="Output",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    help=__doc__,
    always_runs=True,
)
