"""Every setting of the deployment, read once at the edge from MEDIA_AI_* variables and passed in."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from media_ai.clients.confined import Network
from media_ai.clients.credentials import IDENTITY_FIELDS, C, Credentials, CredentialsOf, read_credentials, service_named
from media_ai.errors import ConfigurationError
from media_ai.store.media_files import MediaFiles
from media_ai.store.oss_files import OssFiles

PROJECT = Path(__file__).resolve().parents[2]
"""The folder of the checkout: dags/, plugins/ and include/ are in it."""


class EventStart(BaseModel):
    """Videos that arrive below a prefix start a task of a workflow."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prefix: str = Field(pattern=r"^oss://[^/]+/.+/$", description="A folder: oss://bucket/videos/.")
    workflow: str = Field(min_length=1, description="Its slug.")


class Settings(BaseSettings):
    """The deployment. Each field is the environment variable MEDIA_AI_<FIELD>."""

    model_config = SettingsConfigDict(env_prefix="MEDIA_AI_", frozen=True, extra="ignore")

    home: Path = Field(default=PROJECT / ".media-ai", description="Folder for everything that the system writes.")
    database_url: SecretStr | None = Field(default=None, description="Catalog on another PostgreSQL: postgresql://...")
    store_url: str | None = Field(default=None, description="Artifact store; file:// below `home` if absent.")
    media_roots: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(),
        description="Folders, separated by ':', that tasks may read videos from, beside uploads and samples.",
    )
    media_prefixes: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Folders in OSS, separated by ',', that tasks may read videos from: oss://bucket/videos/.",
    )
    media_cache_gb: float = Field(
        default=50, gt=0, description="Disk for copies of videos from OSS, in GB (10^9 bytes)."
    )
    upload_folder: Path | None = Field(
        default=None, description="Folder of uploaded files, which workers must see; `uploads` below `home` if absent."
    )
    upload_max_gb: float = Field(
        default=100, gt=0, description="Largest file that may be uploaded, in GB (10^9 bytes)."
    )
    upload_prefix: str = Field(
        default="",
        pattern=r"^$|^oss://[a-z0-9][a-z0-9-]{1,61}[a-z0-9]/[^\x00]+/$",
        description="Folder in OSS that browsers send large files straight to: oss://bucket/uploads/. Empty: to the server.",
    )
    upload_expires_h: float = Field(
        default=48, gt=0, description="Hours that an unfinished upload can be gone on with."
    )
    api_url: str | None = Field(default=None, description="Address of the running system, for commands.")
    api_user: str | None = None
    api_password: SecretStr | None = None
    public_url: str = Field(
        default="",
        description="Address that services and people elsewhere reach the web server at: https://media.example",
    )
    event_starts: tuple[EventStart, ...] = Field(
        default=(),
        description='Which workflow a video starts that arrives in OSS, as JSON: [{"prefix": "oss://b/in/", "workflow": "w"}]',
    )
    notify_networks: Annotated[tuple[Network, ...], NoDecode] = Field(
        default=(),
        description="Private networks, separated by ',', that notifications may be sent to, by http too: 10.1.0.0/16",
    )
    quarantine_after: int = Field(
        default=3, ge=1, le=100, description="How often a task may fail for good before it goes into quarantine."
    )
    remote_queue: str = Field(
        default="",
        max_length=100,
        description="Queue of Celery for nodes that use a service; all nodes are in Airflow's default queue if it is empty.",
    )
    port: int = Field(default=8080, ge=1, le=65535, description="Of the web server; the next free one if it is taken.")

    # Those of services, MEDIA_AI_<SERVICE>_<FIELD>: their fields are declared in clients/credentials.py.
    _variables: dict[str, str] = PrivateAttr(default_factory=lambda: dict(os.environ))

    @field_validator("home", "upload_folder", mode="after")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value is not None else None

    @field_validator("media_roots", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(Path(part).expanduser().absolute() for part in value.split(":") if part)

    @field_validator("notify_networks", mode="before")
    @classmethod
    def _split_networks(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("media_prefixes", mode="before")
    @classmethod
    def _split_prefixes(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        prefixes = tuple(part.strip() for part in value.split(",") if part.strip())
        if wrong := [prefix for prefix in prefixes if not prefix.startswith("oss://")]:
            raise ValueError(f"'{wrong[0]}' is not a folder in OSS; write oss://bucket/folder/")
        return prefixes

    def media_files(
        self,
        credentials_of: CredentialsOf,
        *,
        roots: Sequence[Path] | None = None,
        check_stopped: Callable[[], None] = lambda: None,
    ) -> MediaFiles:
        """Return what opens users' files: local ones below `roots` or the readable folders, and those in OSS."""
        remote = OssFiles(
            (*self.media_prefixes, *filter(None, (self.upload_prefix,))),
            self.home / "cache" / "oss",
            max_bytes=round(self.media_cache_gb * 1e9),
            credentials_of=credentials_of,
            check_stopped=check_stopped,
        )
        return MediaFiles(self.readable_folders if roots is None else roots, remote)

    @cached_property
    def store_address(self) -> str:
        """URL of the artifact store."""
        return self.store_url or (self.home / "artifacts").as_uri()

    @property
    def uploads(self) -> Path:
        """Folder of uploaded videos and subtitles."""
        return self.upload_folder or self.home / "uploads"

    @property
    def readable_folders(self) -> tuple[Path, ...]:
        """Folders that tasks may read videos from."""
        return (self.uploads, PROJECT / "include" / "samples", *self.media_roots)

    @property
    def catalog_url(self) -> str:
        """
        URL of the catalog database: the given one, or that of the embedded server.

        Raises:
            ConfigurationError: Neither is there.
        """
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        found = self._running().get("catalog_url")
        if not found:
            raise ConfigurationError(
                "There is no catalog database. Start one with 'make up', or set MEDIA_AI_DATABASE_URL."
            )
        return str(found)

    @property
    def server(self) -> tuple[str, str, str]:
        """
        Address, user and password of the running system.

        Raises:
            ConfigurationError: None is known.
        """
        state = self._running()
        url = self.api_url or state.get("api_url")
        user = self.api_user or state.get("api_user")
        password = self.api_password.get_secret_value() if self.api_password else state.get("api_password")
        if not (url and user and password):
            raise ConfigurationError(
                "No running system is known. Start one with 'make up', or set MEDIA_AI_API_URL, MEDIA_AI_API_USER "
                "and MEDIA_AI_API_PASSWORD."
            )
        return str(url), str(user), str(password)

    def credentials_of(self, kind: type[C], /) -> C:
        """
        Return a service's credentials from MEDIA_AI_<SERVICE>_<FIELD>.

        Raises:
            ConfigurationError: None is set, or one is missing or wrong; names them.
        """
        values = self.credential_values(kind)
        if not values:
            raise ConfigurationError(f"{kind.title} is not set up: set MEDIA_AI_{kind.service.upper()}_*.")
        return read_credentials(kind, values, where=f"MEDIA_AI_{kind.service.upper()}_{{FIELD}}")

    def credential_values(self, kind: type[Credentials]) -> Mapping[str, str]:
        """Return what the variables of a service say, unchecked, with the identity of another where they name one."""
        values = self._values_of(kind)
        if other := values.get("identity"):
            values = {**self._values_of(service_named(other), identity_only=True), **values}
        return values

    def has_credentials(self, kind: type[Credentials]) -> bool:
        """Tell whether any variable of a service is set."""
        return bool(self._values_of(kind))

    def _values_of(self, kind: type[Credentials], *, identity_only: bool = False) -> dict[str, str]:
        prefix = f"MEDIA_AI_{kind.service.upper()}_"
        given = ((name, value) for name, value in self._variables.items() if name.startswith(prefix) and value)
        values = {name.removeprefix(prefix).lower(): value for name, value in given}
        return {name: value for name, value in values.items() if not identity_only or name in IDENTITY_FIELDS}

    @property
    def state_file(self) -> Path:
        """What the running embedded system says of itself; readable by its owner only."""
        return self.home / "system.json"

    def _running(self) -> dict[str, object]:
        try:
            found = json.loads(self.state_file.read_text())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as exc:
            raise ConfigurationError(
                f"{self.state_file} cannot be read ({exc}). Stop and start the system again."
            ) from exc
        return found if isinstance(found, dict) else {}


def load_settings() -> Settings:
    """
    Read the settings from the environment.

    Raises:
        ConfigurationError: A variable has a value that cannot be used; names it.
    """
    try:
        return Settings()
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False)[0]
        name = "MEDIA_AI_" + "_".join(str(part).upper() for part in first["loc"][:1])
        raise ConfigurationError(f"{name}: {first['msg']}.") from exc
