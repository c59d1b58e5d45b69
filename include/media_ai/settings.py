"""Every setting of the deployment, read once at the edge from MEDIA_AI_* variables and passed in."""

import json
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from media_ai.clients.models import Credentials
from media_ai.errors import ConfigurationError

PROJECT = Path(__file__).resolve().parents[2]
"""The folder of the checkout: dags/, plugins/ and include/ are in it."""


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
    api_url: str | None = Field(default=None, description="Address of the running system, for commands.")
    api_user: str | None = None
    api_password: SecretStr | None = None
    openai_base_url: str = Field(default="https://api.openai.com/v1", description="Any OpenAI-compatible server.")
    openai_api_key: SecretStr | None = None
    port: int = Field(default=8080, ge=1, le=65535, description="Of the web server; the next free one if it is taken.")

    @field_validator("home", mode="after")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("media_roots", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(Path(part).expanduser().absolute() for part in value.split(":") if part)

    @cached_property
    def store_address(self) -> str:
        """URL of the artifact store."""
        return self.store_url or (self.home / "artifacts").as_uri()

    @property
    def uploads(self) -> Path:
        """Folder of uploaded videos and subtitles."""
        return self.home / "uploads"

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

    def credentials_of(self, provider: str) -> Credentials:
        """
        Return a model provider's credentials from the environment.

        Raises:
            ConfigurationError: They are not set.
        """
        # A server of one's own needs no key: its address alone says that it is wanted.
        if provider == "openai" and (self.openai_api_key is not None or "openai_base_url" in self.model_fields_set):
            key = self.openai_api_key.get_secret_value() if self.openai_api_key else ""
            return Credentials(base_url=self.openai_base_url, api_key=key)
        name = provider.upper()
        raise ConfigurationError(f"Models of '{provider}' need MEDIA_AI_{name}_API_KEY (and MEDIA_AI_{name}_BASE_URL).")

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
