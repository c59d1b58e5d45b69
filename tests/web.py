"""The web API over a real catalog, with a gate that tests set: who is signed in and what they may do."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet
from fastapi import HTTPException, Request
from fastapi.testclient import TestClient

from media_ai.catalog.database import Database
from media_ai.catalog.member_keys import Cipher
from media_ai.clients.airflow_api import AirflowApi
from media_ai.clients.credential_keeping import Connections
from media_ai.settings import Settings
from media_ai_web import services
from media_ai_web.app import create_app
from media_ai_web.permissions import Caller, Permission

API = "/api/v1"
_FERNET = Fernet(Fernet.generate_key())
CIPHER = Cipher(
    encrypt=lambda text: _FERNET.encrypt(text.encode()).decode(), decrypt=lambda text: _FERNET.decrypt(text).decode()
)


@dataclass
class SetGate:
    """
    A gate for tests. The header `user` says who asks; without it nobody does.

    Attributes:
        allowed: What everybody may do.
        hidden: Workflows that nobody may read.
    """

    allowed: set[Permission] = field(default_factory=lambda: set(Permission))
    hidden: set[str] = field(default_factory=set)

    async def admit(self, request: Request, permission: Permission, workflow: str | None) -> Caller:
        if not (user := request.headers.get("user")):
            raise HTTPException(401, "Not authenticated")
        if permission not in self.allowed or workflow in self.hidden:
            raise HTTPException(403, "Forbidden")
        return Caller(id=f"id-{user}", name=user)

    async def readable(self, request: Request, workflows: Collection[str]) -> frozenset[str]:
        return frozenset(workflows) - self.hidden


def away(request: Request) -> AirflowApi:
    """Return the way to an Airflow that does not answer; tests/system has the one that does."""
    return AirflowApi("http://127.0.0.1:9", "", "", token="none")


def make_client(
    database: Database,
    home: Path,
    *,
    gate: SetGate | None = None,
    user: str = "eve",
    connections: Connections | None = None,
    **settings: object,
) -> TestClient:
    """Return a signed-in client of the API over a catalog."""
    app = create_app(gate=gate or SetGate(), airflow=away, cipher=CIPHER, connections=connections)

    async def given_database() -> Database:
        return database

    async def given_settings() -> Settings:
        return Settings(home=home, **settings)

    app.dependency_overrides[services.database] = given_database
    app.dependency_overrides[services.settings] = given_settings
    return TestClient(app, headers={"user": user} if user else {}, raise_server_exceptions=False)
