"""What deletes uploads, and the assets of cloud services; each looks again afterwards."""

from dataclasses import dataclass
from typing import Any

from media_ai.catalog.database import Database
from media_ai.catalog.deletions import Deletions
from media_ai.catalog.rate_limits import CatalogLimits
from media_ai.clients.access import Access
from media_ai.clients.airflow_api import AirflowApi
from media_ai.clients.credentials import CredentialsOf
from media_ai.errors import ErrorKind, ServiceError
from media_ai.model.services import ServiceAsset
from media_ai.settings import Settings
from media_ai.store.artifacts import ArtifactStore
from media_ai.tasks.deleting import Hands, TaskDeletion, references
from media_ai.tasks.direct_uploads import DirectUploads, open_direct_uploads
from media_ai.tasks.uploads import Uploads


@dataclass(frozen=True)
class UploadsHere:
    """Files that were uploaded to the server, or straight to object storage."""

    uploads: Uploads
    direct: DirectUploads

    def owns(self, address: str) -> bool:
        """Tell whether a file was uploaded here."""
        return self.uploads.title_of(address) is not None or self.direct.title_of(address) is not None

    def remove(self, address: str) -> bool:
        """Remove an uploaded file; return whether it is gone."""
        if address.startswith("oss://"):
            return self.direct.delete_at(address)
        return self.uploads.delete_at(address)


@dataclass(frozen=True)
class ServiceAssets:
    """Assets in Alibaba Cloud IMS and VOD."""

    access: Access

    def __call__(self, assets: list[ServiceAsset]) -> list[dict[str, Any]]:
        """
        Delete assets and ask for them again.

        Raises:
            ServiceError: A service refused or failed.
        """
        of_ims = [asset.id for asset in assets if asset.service == "ims"]
        of_vod = [asset.id for asset in assets if asset.service == "vod"]
        return [*self._ims(of_ims), *self._vod(of_vod)]

    def _ims(self, ids: list[str]) -> list[dict[str, Any]]:
        from media_ai.clients.ims_library import open_media

        if not ids:
            return []
        media = open_media(self.access)
        missing = media.delete(ids).missing
        left = media.get_all(ids)
        return [_proof("ims", each, was_there=each not in missing, is_gone=each not in left) for each in ids]

    def _vod(self, ids: list[str]) -> list[dict[str, Any]]:
        from media_ai.clients.vod_calls import VodCalls
        from media_ai.clients.vod_videos import delete_videos

        if not ids:
            return []
        calls = VodCalls(self.access)
        missing = delete_videos(calls, ids)
        return [_proof("vod", each, was_there=each not in missing, is_gone=_is_gone(calls, each)) for each in ids]


def uploads_here(settings: Settings, credentials_of: CredentialsOf) -> UploadsHere:
    """Return what removes uploads of this deployment."""
    uploads = Uploads(
        settings.uploads, max_bytes=round(settings.upload_max_gb * 1e9), expires_h=settings.upload_expires_h
    )
    return UploadsHere(uploads, open_direct_uploads(settings, credentials_of))


def open_deletion(
    database: Database, settings: Settings, credentials_of: CredentialsOf, store: ArtifactStore, airflow: AirflowApi
) -> TaskDeletion:
    """Return what deletes tasks of this deployment."""
    access = Access(credentials_of=credentials_of, limits=CatalogLimits(database))
    hands = Hands(
        store=store,
        airflow=airflow,
        uploads=uploads_here(settings, credentials_of),
        assets=ServiceAssets(access),
    )
    return TaskDeletion(Deletions(database), references(database, store), hands)


def _is_gone(calls: Any, video_id: str) -> bool:
    from media_ai.clients.vod_videos import get_video

    try:
        get_video(calls, video_id)
    except ServiceError as exc:
        if exc.kind is ErrorKind.NOT_FOUND:
            return True
        raise
    return False


def _proof(service: str, asset_id: str, *, was_there: bool, is_gone: bool) -> dict[str, Any]:
    outcome = "deleted" if was_there else "was not there"
    return {"service": service, "id": asset_id, "outcome": outcome, "is_gone": is_gone}
