"""Which account of VOD a node works for, and whether the asset that is wired in is its."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from media_ai.clients.credentials import VodCredentials
from media_ai.errors import InputError
from media_ai.job import Job
from media_ai.model.base import digest_of
from media_ai.model.services import ServiceAsset

if TYPE_CHECKING:
    from media_ai.clients.vod_calls import VodCalls

NORMAL = "Normal"
_READY_WITHIN_S = 6 * 3600.0


def account_digest(job: Job) -> str:
    """Identify the account, so that what another account has done is not reused."""
    credentials = job.access.credentials_of(VodCredentials)
    return digest_of([credentials.region, credentials.key_id, credentials.role_arn, credentials.app_id])


def open_calls(job: Job) -> "VodCalls":
    """Return the way to VOD."""
    from media_ai.clients.vod_calls import VodCalls

    return VodCalls(job.access)


def ready_video(asset: ServiceAsset, job: Job) -> ServiceAsset:
    """
    Return a video that may be worked on; wait until it may.

    Raises:
        InputError: The asset is not one of this account's region in VOD.
        ServiceError: The video failed, or is blocked.
    """
    region = job.access.credentials_of(VodCredentials).region
    if asset.service != "vod":
        raise InputError(
            f"The asset {asset.id} is in {asset.service.upper()}, not in VOD. Wire the output of upload_vod_media."
        )
    if asset.region != region:
        raise InputError(
            f"The video {asset.id} is in VOD's region '{asset.region}', and the VOD connection is in '{region}'."
        )
    if asset.state == NORMAL:
        return asset
    from media_ai.clients.vod_videos import video_job

    about = job.remote("ready", lambda: video_job(asset.id, is_new=False), longest_s=_READY_WITHIN_S)
    known = {**asset.attributes, "duration_s": about["duration_s"]}
    return asset.model_copy(update={"state": about["status"], "attributes": known})


def now() -> datetime:
    """Return the time from which on a job that is submitted now is looked for, should its answer be lost."""
    return datetime.now(UTC)
