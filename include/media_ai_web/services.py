"""What the routes work with, opened when a request first needs it."""

from functools import cache

from media_ai.catalog.database import Database
from media_ai.catalog.results import ResultRepository
from media_ai.catalog.service_events import ServiceEvents
from media_ai.clients.credentials import CredentialsOf
from media_ai.settings import load_settings
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.opening import open_store
from media_ai.tasks.events import EventHandler, starter

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
    return EventHandler(ServiceEvents(_database()), settings, credentials_of(), starter(settings))


@cache
def _database() -> Database:
    return Database(load_settings().catalog_url)
