"""Start, stop and look at the whole embedded system."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager, suppress
from dataclasses import asdict
from fcntl import LOCK_EX, flock

import httpx

from media_ai.errors import SystemStateError
from media_ai.settings import PROJECT, Settings
from media_ai.system.databases import ADMIN, ensure_database, migrate_airflow, run_airflow
from media_ai.system.environment import airflow_environment, with_database
from media_ai.system.postgres import EmbeddedPostgres, free_port, is_free_port
from media_ai.system.processes import Processes
from media_ai.system.secrets import Secrets, load_secrets, write_private

# Task logs are files on this machine: nobody needs the log servers, whose ports would be open to the network.
_COMMANDS = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
COMPONENTS = tuple(_COMMANDS)
_HEALTHY_WITHIN_S = 120.0
_HUNG_AFTER_S = 30.0
"""What ran before and is not healthy after that time is started anew: a scheduler that lost its database may hang (3.3.2)."""

Say = Callable[[str], None]


class EmbeddedSystem:
    """PostgreSQL and Airflow on this machine, everything written below `settings.home`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._home = settings.home
        self.processes = Processes(self._home / "run", self._home / "logs")

    def up(self, say: Say = lambda _: None) -> str:
        """
        Start what does not run yet and wait until it is healthy.

        Returns:
            The address of the web interface.

        Raises:
            SystemStateError: A part did not become healthy; names its log.
        """
        self._home.mkdir(parents=True, exist_ok=True)
        with self._alone():
            return self._up(say)

    def _up(self, say: Say) -> str:
        secrets = load_secrets(self._home / "secrets.json")
        metadata_url, catalog_url = self._databases(secrets, say)
        port = self._choose_port()
        environment = airflow_environment(
            self._settings, secrets, metadata_url=metadata_url, catalog_url=catalog_url, port=port
        )
        self._migrate(environment, secrets, catalog_url, say)
        old = {name for name in COMPONENTS if self.processes.is_running(name)}
        self.processes.start(_COMMANDS, environment)
        url = f"http://127.0.0.1:{port}"
        self._remember(url, catalog_url, secrets)
        say("Starting Airflow ...")
        if old and (hung := self._hung(url, old)):
            say(f"Starting {', '.join(hung)} anew, without a heartbeat since {_HUNG_AFTER_S:.0f} s ...")
            self.processes.kill(hung)
            self.processes.start(_COMMANDS, environment)
        self._wait_until_healthy(url)
        return url

    def down(self) -> list[str]:
        """Stop everything that runs; return the names of what was stopped."""
        stopped = self.processes.stop_all()
        postgres = (
            self._postgres(load_secrets(self._home / "secrets.json"))
            if (self._home / "secrets.json").exists()
            else None
        )
        if postgres and postgres.is_running():
            postgres.stop()
            stopped.append("postgresql")
        self._settings.state_file.unlink(missing_ok=True)
        return stopped

    def is_running(self) -> bool:
        """Whether any Airflow process runs."""
        return any(self.processes.is_running(name) for name in COMPONENTS)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let a second start wait for the first, which then has nothing left to do."""
        with (self._home / ".lock").open("w") as lock:
            flock(lock, LOCK_EX)
            yield

    def _postgres(self, secrets: Secrets) -> EmbeddedPostgres:
        return EmbeddedPostgres(
            self._home / "postgres" / "data",
            self._home / "logs" / "postgres.log",
            password=secrets.database_password,
            admin_password=secrets.database_admin_password,
        )

    def _databases(self, secrets: Secrets, say: Say) -> tuple[str, str]:
        given = self._settings.database_url
        if given is not None:
            url = given.get_secret_value()
            metadata_url = with_database(url, "{}_airflow")
            for each in (url, metadata_url):
                ensure_database(each)
            return metadata_url, url
        postgres = self._postgres(secrets)
        if not postgres.is_running():
            say("Starting PostgreSQL ...")
            postgres.start()
        postgres.create_database("airflow")
        postgres.create_database("media_ai", extensions=("vector",))
        return postgres.url("airflow"), postgres.url("media_ai")

    def _choose_port(self) -> int:
        try:
            running = str(json.loads(self._settings.state_file.read_text())["api_url"])
            if self.is_running():
                return int(running.rsplit(":", 1)[1])
        except (FileNotFoundError, ValueError, KeyError):
            pass
        return self._settings.port if is_free_port(self._settings.port) else free_port()

    def _remember(self, url: str, catalog_url: str, secrets: Secrets) -> None:
        state = {"api_url": url, "api_user": ADMIN, "api_password": secrets.admin_password, "catalog_url": catalog_url}
        write_private(self._settings.state_file, json.dumps(state, indent=2))

    def _migrate(self, environment: dict[str, str], secrets: Secrets, catalog_url: str, say: Say) -> None:
        from media_ai.catalog.migrate import migrate

        migrate(catalog_url)
        stamp = self._home / "airflow" / ".migrated"
        # Permissions of roles, the first user's password and what the key encrypts are written when it is prepared.
        made_of = [PROJECT / "requirements.txt", PROJECT / "operators" / "members" / "roles.py"]
        chosen = json.dumps([catalog_url, asdict(secrets)]).encode()
        wanted = hashlib.sha256(b"".join(path.read_bytes() for path in made_of) + chosen).hexdigest()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        say("Preparing Airflow's database (once) ...")
        migrate_airflow(environment, secrets.admin_password)
        if "," in secrets.fernet_key:
            run_airflow(environment, "rotate-fernet-key")
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(wanted)

    def _hung(self, url: str, old: Set[str]) -> list[str]:
        """Return those of the processes that ran before which do not become healthy."""
        deadline = time.monotonic() + _HUNG_AFTER_S
        while True:
            health = read_health(url)
            if health:
                hung = sorted(name for name in old if health.get(name.replace("-", "_"), "healthy") != "healthy")
            else:
                # What the others are nobody knows before it answers.
                hung = sorted({"api-server"} & old)
            if (health and not hung) or time.monotonic() > deadline:
                return hung
            time.sleep(0.5)

    def _wait_until_healthy(self, url: str) -> None:
        deadline = time.monotonic() + _HEALTHY_WITHIN_S
        health: dict[str, object] = {}
        while time.monotonic() < deadline:
            for name in COMPONENTS:
                if not self.processes.is_running(name):
                    raise SystemStateError(f"{name} ended at once. Its log: {self.processes.log(name)}")
            health = read_health(url)
            if health and all(state == "healthy" for state in health.values()):
                _warm_up(url)
                return
            time.sleep(0.2)
        waiting = ", ".join(f"{name} {state}" for name, state in health.items()) or "the API server does not answer"
        raise SystemStateError(
            f"The system is not healthy after {_HEALTHY_WITHIN_S:.0f} s: {waiting}. Logs: {self._home / 'logs'}"
        )


def read_health(url: str) -> dict[str, object]:
    """Return the state of each component by Airflow's health endpoint; nothing if it does not answer."""
    try:
        reply = httpx.get(f"{url}/api/v2/monitor/health", timeout=5, trust_env=False)
        reply.raise_for_status()
        return {name: part.get("status") for name, part in reply.json().items() if part.get("status") is not None}
    except (httpx.HTTPError, ValueError):
        return {}


def _warm_up(url: str) -> None:
    """Have the workers' API built now, without waiting for it: it takes seconds that the first task would spend."""
    with suppress(httpx.HTTPError):
        httpx.get(f"{url}/execution/health", timeout=0.2, trust_env=False)
