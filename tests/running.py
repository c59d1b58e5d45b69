"""The whole system, started once for all tests that drive it, in a home of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from media_ai.catalog.database import Database
from media_ai.clients.airflow_api import AirflowApi
from media_ai.settings import Settings
from media_ai.system.embedded import EmbeddedSystem
from media_ai.system.postgres import free_port
from media_ai.workflows.library import WorkflowLibrary

_VARIABLES = {
    "MEDIA_AI_PUBLIC_URL": "https://media.example",
    "MEDIA_AI_MEDIA_PREFIXES": "oss://media-ai/in/",
    # Counts only while there are credentials for OSS.
    "MEDIA_AI_UPLOAD_PREFIX": "oss://media-ai/sent/",
    "MEDIA_AI_NOTIFY_NETWORKS": "127.0.0.0/8",
    "AIRFLOW__METRICS__STATSD_ON": "True",
    "AIRFLOW__METRICS__STATSD_HOST": "127.0.0.1",
    "AIRFLOW__METRICS__METRICS_ALLOW_LIST": "^media_ai",
}


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables of this process for a moment: its other tests must not find them."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield


@dataclass(frozen=True, kw_only=True)
class RunningSystem:
    """A healthy system and ways to speak to it."""

    settings: Settings
    embedded: EmbeddedSystem
    api: AirflowApi
    database: Database
    library: WorkflowLibrary
    metrics: socket.socket
    variables: dict[str, str]

    @property
    def home(self) -> Path:
        """The folder that the system writes to."""
        return self.settings.home

    def up(self) -> None:
        """Start what does not run."""
        with _environment(self.variables):
            self.embedded.up()

    def cli(self, *arguments: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """Run `media-ai` as a person would."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "MEDIA_AI"))
        }
        environment |= {"MEDIA_AI_HOME": str(self.home), "NO_COLOR": "1", "TERM": "dumb"}
        return subprocess.run(
            [sys.executable, "-m", "media_ai.cli", *arguments],
            env=environment, capture_output=True, text=True, check=False, timeout=timeout,
        )  # fmt: skip


@contextmanager
def running_system(home: Path) -> Iterator[RunningSystem]:
    """Run a whole system in a home of its own: PostgreSQL, API server, scheduler, DAG processor, triggerer."""
    metrics = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    metrics.bind(("127.0.0.1", 0))
    metrics.setblocking(False)
    variables = _VARIABLES | {"AIRFLOW__METRICS__STATSD_PORT": str(metrics.getsockname()[1])}
    with _environment(variables):
        settings = Settings(home=home, port=free_port())
    embedded = EmbeddedSystem(settings)
    try:
        with _environment(variables):
            embedded.up()
        database = Database(settings.catalog_url)
        api = AirflowApi(*settings.server)
        yield RunningSystem(
            settings=settings,
            embedded=embedded,
            api=api,
            database=database,
            library=WorkflowLibrary(database),
            metrics=metrics,
            variables=variables,
        )
        api.close()
        database.engine.dispose()
    finally:
        embedded.down()
        metrics.close()


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """The system that all tests share, started when the first asks for it."""
    # A folder whose name has a space and letters beyond ASCII, as people's folders do.
    with running_system(tmp_path_factory.mktemp("system") / "my vidéos") as running:
        yield running
