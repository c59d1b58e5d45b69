"""What commands share: settings, the catalog, the store, the running system."""

import getpass
from functools import cache

from media_ai.catalog.database import Database
from media_ai.catalog.publications import PublicationLog
from media_ai.catalog.results import ResultRepository
from media_ai.clients.airflow_api import AirflowApi
from media_ai.settings import Settings, load_settings
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.opening import open_store
from media_ai.workflows.library import WorkflowLibrary


@cache
def settings() -> Settings:
    """Return the settings of this process."""
    return load_settings()


@cache
def database() -> Database:
    """Return the catalog's database."""
    return Database(settings().catalog_url)


def library() -> WorkflowLibrary:
    """Return the library of workflows."""
    return WorkflowLibrary(database())


def publication_log() -> PublicationLog:
    """Return the log of publications."""
    return PublicationLog(database())


def results() -> ResultRepository:
    """Return the results."""
    return ResultRepository(database())


def store() -> ArtifactStore:
    """Return the artifact store."""
    return open_store(settings().store_address, settings().credentials_of)


def airflow() -> AirflowApi:
    """Return the API of the running system."""
    return AirflowApi(*settings().server)


def doors() -> str:
    """Return the address that links for people lead to."""
    return settings().public_url or settings().api_url or settings().server[0]


def user() -> str:
    """Return who runs the command, for the record."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
