"""What the routes work with, opened when a request first needs it."""

from functools import cache

from media_ai.catalog.database import Database
from media_ai.catalog.results import ResultRepository
from media_ai.settings import load_settings
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.opening import open_store


@cache
def services() -> tuple[ResultRepository, ArtifactStore]:
    """Return the results and the store of this deployment."""
    settings = load_settings()
    return ResultRepository(Database(settings.catalog_url)), open_store(settings.store_address, settings.credentials_of)
