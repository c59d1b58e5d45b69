"""The stack of docker-compose.yaml without containers: each service a process in a folder of its own; they share the artifacts."""

import base64
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import psutil

from media_ai.catalog.database import Database
from media_ai.clients.airflow_api import AirflowApi
from media_ai.system.embedded import read_health
from media_ai.system.postgres import EmbeddedPostgres, free_port
from media_ai.workflows.library import WorkflowLibrary
from tests.stack.compose import PROJECT, Compose

ADMIN_PASSWORD = "Sentinel-1!"


class NativeStack:
    """
    Starts the services, kills them, and ends them all.

    Args:
        folder: Where each service gets a folder.
        changed: Environment that differs from the Compose file's.
        slots: Of each media worker.
    """

    def __init__(self, folder: Path, changed: dict[str, str], *, slots: int = 2) -> None:
        self.folder = folder
        self._changed = changed
        self._password = secrets.token_urlsafe(24)
        self._redis_port, self._port = free_port(), free_port()
        self._postgres = EmbeddedPostgres(
            folder / "postgres" / "data", folder / "postgres.log", password="unused", admin_password=self._password
        )
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._compose = Compose(
            {
                "FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
                "API_SECRET_KEY": secrets.token_urlsafe(32),
                "JWT_SECRET": secrets.token_urlsafe(48),
                "POSTGRES_PASSWORD": self._password,
                "REDIS_PASSWORD": self._password,
                "ADMIN_PASSWORD": ADMIN_PASSWORD,
                "MEDIA_SLOTS": str(slots),
            }
        )

    @property
    def url(self) -> str:
        """The address of the API server."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def catalog_url(self) -> str:
        """The catalog."""
        return self._environment("api-server", "api-server")["MEDIA_AI_DATABASE_URL"]

    @property
    def shared(self) -> Path:
        """What containers have as the volume `shared`."""
        return self.folder / "shared"

    def up(self) -> AirflowApi:
        """Start PostgreSQL, Redis, the databases' migration, and Airflow's parts but for workers; wait until they are healthy."""
        self._postgres.start()
        self._postgres.create_database("airflow")
        self._postgres.create_database("media_ai", extensions=("vector",))
        redis = [
            _redis(),
            "--port",
            str(self._redis_port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--requirepass",
            self._password,
        ]
        self._spawn("redis", redis, dict(os.environ))
        if self.start("migrate").wait(timeout=180) != 0:
            raise AssertionError((self.folder / "migrate.log").read_text()[-2000:])
        for service in ("api-server", "scheduler", "dag-processor", "triggerer"):
            self.start(service)
        for _ in range(600):
            health = read_health(self.url)
            if health and all(state == "healthy" for state in health.values()):
                return AirflowApi(self.url, "admin", ADMIN_PASSWORD)
            time.sleep(0.3)
        raise AssertionError(f"not healthy: {health}; logs in {self.folder}")

    def start(self, service: str, name: str = "", *, group: int | None = None) -> subprocess.Popen[bytes]:
        """Start a service under a name, in a folder of that name; in a user group, if one is named."""
        name = name or service
        program, *arguments = self._compose.command(service)
        command = [str(Path(sys.executable).parent / program), *arguments]
        if "worker" in service:
            # Containers have names of their own.
            command += ["--celery-hostname", f"{name}@localhost", "--skip-serve-logs"]
        return self._spawn(name, command, self._environment(service, name), group)

    def kill(self, name: str) -> None:
        """Kill a service with all its processes, as a machine that goes away does."""
        process = self._processes.pop(name)
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        process.wait()

    def down(self) -> None:
        """End everything."""
        for name in list(self._processes):
            with suppress(psutil.NoSuchProcess):
                self.kill(name)
        self._postgres.stop()

    def _spawn(
        self, name: str, command: list[str], environment: dict[str, str], group: int | None = None
    ) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True, group=group
            )
        self._processes[name] = process
        return process

    def _environment(self, service: str, name: str) -> dict[str, str]:
        """Return the Compose file's environment with this machine's addresses and folders."""
        home = self.folder / name
        port = self._postgres.url("x").rpartition(":")[2].partition("/")[0]
        places = {
            "@postgres/": f"@127.0.0.1:{port}/",
            "@redis:6379": f"@127.0.0.1:{self._redis_port}",
            "api-server:8080": f"127.0.0.1:{self._port}",
            "/var/lib/media-ai/shared": str(self.shared),
            "/opt/media-ai": str(PROJECT),
        }
        given = self._compose.environment(service)
        for inside, here in places.items():
            given = {key: value.replace(inside, here) for key, value in given.items()}
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("AIRFLOW", "MEDIA_AI"))}
        return {
            **kept,
            # As the Dockerfile sets them, in a folder of the service's own.
            "MEDIA_AI_HOME": str(home),
            "AIRFLOW_HOME": str(home / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
            "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(home / "bundles"),
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self._port),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
            **given,
            **self._changed,
        }


@dataclass(frozen=True, kw_only=True)
class RunningStack:
    """A healthy stack without workers, and ways to speak to it, named as those of `tests.running.RunningSystem`."""

    stack: NativeStack
    api: AirflowApi
    database: Database
    library: WorkflowLibrary
    settings: SimpleNamespace


@contextmanager
def running_stack(folder: Path, changed: dict[str, str], *, slots: int = 2) -> Iterator[RunningStack]:
    """Run a stack; see NativeStack."""
    stack = NativeStack(folder, changed, slots=slots)
    try:
        api = stack.up()
        database = Database(stack.catalog_url)
        settings = SimpleNamespace(
            server=(stack.url, "admin", ADMIN_PASSWORD),
            catalog_url=stack.catalog_url,
            store_address=f"file://{stack.shared / 'artifacts'}",
        )
        yield RunningStack(
            stack=stack, api=api, database=database, library=WorkflowLibrary(database), settings=settings
        )
        api.close()
        database.engine.dispose()
    finally:
        stack.down()


def _redis() -> str:
    """Return Redis's server; bring it where that may be done."""
    for attempt in range(2):
        if found := shutil.which("redis-server"):
            return found
        if attempt == 0 and os.geteuid() == 0 and shutil.which("apt-get"):
            subprocess.run(["apt-get", "update", "-qq"], check=True)
            install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "redis-server"]
            subprocess.run(install, check=True, stdout=subprocess.DEVNULL)
    raise FileNotFoundError("Redis is needed and was not found: sudo apt-get install redis-server")
