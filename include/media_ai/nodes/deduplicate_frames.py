"""
Leave out frames that look like the one kept before them.

Similarity is SSIM (Wang et al. 2004) of the luma at 256 pixels width, 1 for identical pictures. A frame is kept when its
similarity to the last kept frame is below the threshold, so that slow changes add up until they are kept. Frames that were
chosen by scene are distinct already and pass; only the limit on their number applies to them.
"""

import logging

from pydantic import Field

from media_ai.graph.foresight import Expected, Work
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.vision import Frame, FrameSet, largest_gap, shots_unseen

log = logging.getLogger(__name__)


class Params(NodeParams):
    """How similar is too similar, and how many frames at most."""

    threshold: float = Field(
        default=0.9,
        ge=0,
        le=1,
        title="Similarity threshold",
        description="Frames at least this similar to the last kept one are left out. Lower keeps fewer.",
    )
    window: int = Field(
        default=1,
        ge=1,
        le=64,
        title="Compare with",
        description="How many of the last kept frames; more than 1 leaves out what returns, such as cuts back and forth.",
    )
    drift: float | None = Field(
        default=None,
        gt=0,
        le=100,
        title="Drift budget",
        description="Keep a frame also when the changes from frame to frame since the last kept one add up to more than this "
        "(sum of 1 - similarity). Empty: only the threshold decides.",
    )
    skip_blank: bool = Field(
        default=False, title="Leave out blank frames", description="Frames of one flat tone, such as black."
    )
    max_frames: int | None = Field(
        default=None,
        ge=1,
        le=100_000,
        title="Most frames",
        description="Applied after similar frames are left out, spread evenly over the video.",
    )


class Inputs(NodePorts):
    """Frames of one video."""

    frames: FrameSet = Field(title="Frames")


class Outputs(NodePorts):
    """The frames that differ, each with its similarity to the one before it."""

    frames: FrameSet = Field(title="Distinct frames")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """Compare the thumbnails one after another."""
    from media_ai.media.spread import spread

    given = inputs.frames
    if given.is_distinct:
        log.info("The frames were chosen by scene, each for something new; none is compared again")
    kept = list(given.frames) if given.is_distinct else _distinct(params, given, job)
    if not kept and given.frames:
        job.notice("All frames are blank and were left out, as 'skip_blank' asks.")
    chosen = spread(kept, params.max_frames)
    left_out = len(kept) - len(chosen)
    if left_out:
        job.notice(f"{left_out} distinct frames were left out because at most {params.max_frames} may be kept.")
    times = [frame.time for frame in chosen]
    coverage = given.coverage.model_copy(
        update={
            "kept": len(chosen),
            "largest_gap": largest_gap(given.coverage.span, times),
            "dropped_by_limit": given.coverage.dropped_by_limit + left_out,
            "shots_unseen": shots_unseen(given.shots, times),
        }
    )
    return Outputs(frames=given.model_copy(update={"frames": tuple(chosen), "luma": (), "coverage": coverage}))


def _distinct(params: Params, given: FrameSet, job: Job) -> list[Frame]:
    from media_ai.media.deduplication import Rule, decide
    from media_ai.media.luma import luma_of

    rule = Rule(threshold=params.threshold, window=params.window, drift=params.drift, skips_blank=params.skip_blank)
    kept = []
    for decision in decide(luma_of(given, job.store), rule):
        job.progress.update(decision.index + 1, len(given.frames), "frames")
        if decision.is_kept:
            similarity = _rounded(decision.similarity)
            kept.append(given.frames[decision.index].model_copy(update={"similarity": similarity}))
    return kept


def _rounded(similarity: float | None) -> float | None:
    return None if similarity is None else round(similarity, 6)


def foresee(params: Params, expected: Expected) -> Work:
    """Half of the frames of a talk are like those before them."""
    kept = min(expected.frames / 2, params.max_frames or expected.frames)
    return Work(frames=expected.frames, gives_frames=kept)


NODE = NodeType(
    id="deduplicate_frames",
    version=1,
    title="Remove similar frames",
    category="Frames",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    foresee=foresee,
    help=__doc__,
    preload=("media_ai.media.luma", "media_ai.media.deduplication"),
)
