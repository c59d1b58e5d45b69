"""Artifacts in OSS; what every store must keep is in tests/contracts/test_object_store.py."""

import pytest

from media_ai.errors import ConfigurationError, ErrorKind, ServiceError
from media_ai.settings import Settings
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.opening import open_store
from media_ai.store.oss_store import OssStore
from tests.emulated import alibaba_fields, oss_client


@pytest.fixture
def settings(emulator, monkeypatch):
    """A deployment whose artifacts are in OSS."""
    monkeypatch.setenv("MEDIA_AI_STORE_URL", "oss://media-ai/artifacts of/me")
    for name, value in alibaba_fields(emulator).items():
        monkeypatch.setenv(f"MEDIA_AI_OSS_{name.upper()}", value)
    return Settings()


def test_the_settings_open_it(settings, emulator):
    """Address and credentials come from the environment; objects lie below the prefix."""
    store = open_store(settings.store_address, settings.credentials_of)
    ref = store.put_bytes(b"artifact", "text/plain")

    assert store.read(ref) == b"artifact"
    assert store.uri(ref) == f"oss://media-ai/artifacts of/me/blobs/{ref.sha256[:2]}/{ref.sha256}"
    assert oss_client(emulator).read(f"artifacts of/me/blobs/{ref.sha256[:2]}/{ref.sha256}") == b"artifact"


def test_without_credentials_it_says_what_to_set():
    """Names the variables."""
    with pytest.raises(ConfigurationError, match=r"MEDIA_AI_OSS_\*"):
        open_store("oss://media-ai/x", Settings().credentials_of)
    with pytest.raises(ConfigurationError, match="oss://bucket/prefix"):
        open_store("s3://b/x", Settings().credentials_of)


def test_what_cannot_be_reached_is_not_missing(emulator):
    """Paid work is never done again because the service had a bad minute."""
    store = ArtifactStore(OssStore(oss_client(emulator), "reached"))
    emulator.faults().add("oss", "server_error", times=None)

    with pytest.raises(ServiceError) as caught:
        store.find_result("summarize_video", "00" * 32)
    assert caught.value.kind is ErrorKind.TRANSIENT


def test_stores_of_one_bucket_do_not_see_each_other(emulator):
    """A prefix is a folder, not the beginning of a name."""
    client = oss_client(emulator)
    OssStore(client, "tenant/a").put("k", b"1")
    OssStore(client, "tenant/ab").put("k", b"2")

    assert [info.key for info in OssStore(client, "/tenant/a/").list("")] == ["k"]
    assert OssStore(client, "tenant/a").read("k") == b"1"
