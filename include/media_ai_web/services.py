"""What the routes work with, opened when a request first needs it."""

from collections.abc import AsyncIterator
from functools import cache
from typing import Annotated

from fastapi import Depends, Request

from media_ai.catalog.database import Database
from media_ai.catalog.results import ResultRepository
from media_ai.catalog.service_events import ServiceEvents
from media_ai.clients.airflow_api import AirflowApi
from media_ai.clients.credentials import CredentialsOf
from media_ai.settings import Settings, load_settings
from media_ai.sources.arriving import Arrivals, looker
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.opening import open_store
from media_ai.tasks.direct_uploads import DirectUploads, open_direct_uploads
from media_ai.tasks.events import EventHandler, starter
from media_ai.tasks.uploads import Uploads

_given: list[CredentialsOf] = []


def configure(credentials: CredentialsOf) -> None:
    """Have credentials come from elsewhere than the environment; called once, before the first request."""
    _given[:] = [credentials]


def credentials_of() -> CredentialsOf:
    """Return what finds the credentials of services."""
    return _given[0] if _given else load_settings().credentials_of


@cache
def services() -> tuple[ResultRepository, ArtifactStore]:
    """Return the results and the store of this deployment."""
    settings = load_settings()
    return ResultRepository(_database()), open_store(settings.store_address, credentials_of())


@cache
def event_handler() -> EventHandler:
    """Return what keeps the events of services and acts on them."""
    settings = load_settings()
    arrivals = Arrivals(_database(), looker(settings))
    return EventHandler(ServiceEvents(_database()), settings, credentials_of(), starter(settings), arrivals)


@cache
def _database() -> Database:
    return Database(load_settings().catalog_url)


@cache
def _settings() -> Settings:
    return load_settings()


async def database() -> Database:
    """Return the catalog."""
    return _database()


async def settings() -> Settings:
    """Return the deployment's settings, read when they are first needed."""
    return _settings()


Db = Annotated[Database, Depends(database)]
Conf = Annotated[Settings, Depends(settings)]


async def airflow(request: Request) -> AsyncIterator[AirflowApi]:
    """Return the caller's own way to Airflow: Airflow checks the caller's permissions, and its log names the caller."""
    api: AirflowApi = request.app.state.airflow(request)
    try:
        yield api
    finally:
        api.close()


async def uploads(conf: Conf) -> Uploads:
    """Return what keeps uploads."""
    return Uploads(conf.uploads, max_bytes=round(conf.upload_max_gb * 1e9), expires_h=conf.upload_expires_h)


async def direct_uploads(conf: Conf) -> DirectUploads:
    """Return what lets people send files straight to object storage."""
    return open_direct_uploads(conf, credentials_of())


Airflow = Annotated[AirflowApi, Depends(airflow)]
UploadsOf = Annotated[Uploads, Depends(uploads)]
DirectUploadsOf = Annotated[DirectUploads, Depends(direct_uploads)]
