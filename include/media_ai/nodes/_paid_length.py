"""Work of IMS and VOD that is paid by the length of the video."""

from media_ai.graph.foresight import Expected, Work
from media_ai.model.services import ServiceAsset
from media_ai.store.artifacts import Usage

SMART_TAGS = "ims/smart-tags"
REVIEW = "vod/review"
TRANSCODE = "vod/transcode"
"""As prices name them."""


def whole_length(model: str, asset: ServiceAsset) -> Usage:
    """Return what work on the whole of a video uses."""
    return Usage(model=model, audio_seconds=float(asset.attributes.get("duration_s") or 0))


def foreseen_length(model: str, expected: Expected) -> Work:
    """Return the same for a video that is not in the service yet."""
    return Work(model=model, calls=1, audio_s=expected.video_s)
