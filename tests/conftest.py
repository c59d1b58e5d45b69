"""
Fixtures: a real PostgreSQL, a fresh catalog, and the whole system, each started once when a test first asks for it.

Airflow reads its settings when it is imported, so that its folder is chosen here, before any test imports it.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_AIRFLOW_HOME = tempfile.mkdtemp(prefix="media-ai-tests-airflow-")
os.environ.update(
    {
        "AIRFLOW_HOME": _AIRFLOW_HOME,
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": f"{_AIRFLOW_HOME}/bundles",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
)
for _name in [name for name in os.environ if name.startswith("MEDIA_AI_")]:
    del os.environ[_name]
# No test may touch the data of the person who runs the tests.
os.environ["MEDIA_AI_HOME"] = f"{_AIRFLOW_HOME}/home"

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

from media_ai.catalog.database import Database
from media_ai.catalog.migrate import migrate
from media_ai.system.postgres import EmbeddedPostgres
from media_ai_emulators.testing import Emulator, running_emulator
from tests.running import system

__all__ = ["system"]

SAMPLES = Path(__file__).resolve().parents[1] / "include" / "samples"


class _ByFile(LoadScopeScheduling):
    """
    Keep a file's tests together on one of the workers of `make test`, those of the running system and those of the browser too.

    xdist's own --dist=loadgroup writes groups into the names of tests, which pytest 9.2 does not let it change.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::", 1)[0]
        if path.startswith("tests/system/"):
            return "system"
        return "pages" if path.startswith("tests/ui/") else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    """Say which tests go to the same worker."""
    return _ByFile(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest group, else one worker is idle at the end."""
    items.sort(key=lambda item: item.get_closest_marker("system") is None)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running PostgreSQL server of the tests' own."""
    home = tmp_path_factory.mktemp("postgres")
    server = EmbeddedPostgres(
        home / "cluster" / "data", home / "postgres.log", password="tests-only", admin_password="admin-only"
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _migrated(postgres: EmbeddedPostgres) -> str:
    postgres.create_database("catalog")
    url = postgres.url("catalog")
    migrate(url)
    return url


@pytest.fixture(scope="session")
def _migrated_with_vectors(postgres: EmbeddedPostgres) -> str:
    postgres.create_database("vectors", extensions=("vector",))
    url = postgres.url("vectors")
    migrate(url)
    return url


@pytest.fixture
def database(_migrated: str) -> Iterator[Database]:
    """A migrated, empty catalog."""
    yield from _emptied(_migrated)


@pytest.fixture
def vector_database(_migrated_with_vectors: str) -> Iterator[Database]:
    """Another one, in which the extension pgvector is made."""
    yield from _emptied(_migrated_with_vectors)


def _emptied(url: str) -> Iterator[Database]:
    from sqlalchemy import text

    from media_ai.catalog.tables import metadata

    database = Database(url)
    names = ", ".join(
        f"{table.schema}.{table.name}" for table in metadata.sorted_tables if table.name != "catalog_identity"
    )
    with database.transaction() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    yield database
    database.engine.dispose()


@pytest.fixture(scope="session")
def _cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with running_emulator(
        tmp_path_factory.mktemp("cloud"), visible_after_s=0.2, job_takes_s=0.2, task_takes_s=0.2
    ) as emulator:
        yield emulator


@pytest.fixture
def emulator(_cloud: Emulator) -> Iterator[Emulator]:
    """The emulated cloud services, with no faults and an empty log of calls."""
    _cloud.reset()
    yield _cloud
    _cloud.reset()


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of the sample video."""
    return SAMPLES
