"""An emulator of a test alone, and oss2 buckets; the shared one is the fixture `emulator` of all tests."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import oss2
import pytest

from media_ai_emulators.testing import Emulator, running_emulator


@pytest.fixture
def private_emulator(tmp_path: Path) -> Iterator[Emulator]:
    """An emulator of this test alone, whose services take a minute: the test moves the clock."""
    with running_emulator(tmp_path / "state", visible_after_s=60, job_takes_s=60, task_takes_s=60) as emulator:
        yield emulator


def bucket_of(
    emulator: Emulator, name: str = "media-ai", *, version: str = "v4", secret: str | None = None
) -> oss2.Bucket:
    """Return an oss2 bucket that signs in one of the two ways."""
    auth = oss2.make_auth(
        emulator.keys.access_key_id,
        secret or emulator.keys.access_key_secret,
        oss2.AUTH_VERSION_4 if version == "v4" else oss2.AUTH_VERSION_1,
    )
    return oss2.Bucket(auth, emulator.url, name, region="cn-hangzhou", connect_timeout=10)


@pytest.fixture(params=["v4", "v1"])
def bucket(request: pytest.FixtureRequest, emulator: Emulator) -> oss2.Bucket:
    """The emulator's bucket, signed in both ways."""
    return bucket_of(emulator, version=request.param)


@pytest.fixture
def make_bucket() -> Callable[..., oss2.Bucket]:
    """The maker of oss2 buckets for a given emulator."""
    return bucket_of


def _config(emulator: Emulator, **changes: Any) -> Any:
    from alibabacloud_tea_openapi.utils_models import Config

    fields: dict[str, Any] = {
        "access_key_id": emulator.keys.access_key_id,
        "access_key_secret": emulator.keys.access_key_secret,
        "endpoint": emulator.endpoint,
        "protocol": "http",
        "region_id": "cn-shanghai",
    }
    return Config(**{**fields, **changes})


@pytest.fixture
def config_of() -> Callable[..., Any]:
    """The maker of the configuration that the alibabacloud_* SDKs take."""
    return _config
