"""
Fixtures of the live suite: the services by the credentials in the environment, and an emulator to compare them with.

Run it by `make test-live`, which leaves tests/conftest.py out: that one hides all credentials from the other tests.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from media_ai.clients.access import Access
from media_ai.clients.credentials import (
    Credentials,
    ImsCredentials,
    ModelStudioCredentials,
    OssCredentials,
    VodCredentials,
)
from media_ai.clients.oss import OssClient
from media_ai.clients.oss_folders import delete_all
from media_ai.settings import Settings
from media_ai_emulators.testing import Emulator, running_emulator
from tests.emulated import ims_credentials, model_studio_credentials, oss_credentials
from tests.live.comparison import Comparison

REPORT = Path(os.environ.get("MEDIA_AI_LIVE_REPORT", Path(__file__).parents[2] / "build" / "live-differences.json"))
_FOUND = pytest.StashKey[Comparison]()


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The deployment that the environment describes."""
    return Settings()


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator of this process, beside any that the environment names."""
    with running_emulator(tmp_path_factory.mktemp("cloud")) as running:
        yield running


@pytest.fixture(scope="session")
def comparison(settings: Settings, emulator: Emulator, pytestconfig: pytest.Config) -> Iterator[Comparison]:
    """Both ways to the services; the report is written at the end."""
    known: dict[type[Credentials], Credentials] = {
        OssCredentials: oss_credentials(emulator),
        ModelStudioCredentials: model_studio_credentials(emulator),
        ImsCredentials: ims_credentials(emulator),
        VodCredentials: ims_credentials(emulator, VodCredentials),
    }
    found = Comparison(
        real=Access(credentials_of=settings.credentials_of), emulated=Access(credentials_of=lambda kind: known[kind])
    )
    pytestconfig.stash[_FOUND] = found
    yield found
    found.write(REPORT)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say where the report is."""
    if found := config.stash.get(_FOUND, None):
        terminalreporter.write_line(
            f"{len(found.calls)} calls compared, {len(found.differences)} answers differ from the emulator's: {REPORT}"
        )


@pytest.fixture
def needs(settings: Settings) -> Callable[[type[Credentials]], Credentials]:
    """Return a service's credentials, or skip the test and say what to set."""

    def found(kind: type[Credentials]) -> Credentials:
        if not settings.has_credentials(kind):
            pytest.skip(
                f"{kind.title} is not set up: set MEDIA_AI_{kind.service.upper()}_* (docs/alibaba-cloud.md) and run 'make test-live'"
            )
        return settings.credentials_of(kind)

    return found


@pytest.fixture
def oss(needs: Callable[[type[Credentials]], Credentials]) -> OssCredentials:
    """The OSS connection, which must name a bucket."""
    found = needs(OssCredentials)
    assert isinstance(found, OssCredentials)
    if not found.bucket:
        pytest.skip("Name the bucket of the live suite in MEDIA_AI_OSS_BUCKET")
    return found


@pytest.fixture(scope="session")
def live_prefix() -> str:
    """A folder of this session's own, below the one that the recommended policy grants."""
    return f"media-ai/live/{uuid.uuid4().hex}"


@pytest.fixture(scope="session", autouse=True)
def _clean(settings: Settings, live_prefix: str) -> Iterator[None]:
    yield
    if settings.has_credentials(OssCredentials) and (credentials := settings.credentials_of(OssCredentials)).bucket:
        client = OssClient(credentials)
        delete_all(client, (found.key for found in client.list(f"{live_prefix}/")))
