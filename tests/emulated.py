"""Credentials of the emulated services, as a user would configure them."""

from typing import Any, TypeVar

from media_ai.clients.access import Access
from media_ai.clients.credentials import (
    Credentials,
    ImsCredentials,
    ModelStudioCredentials,
    OssCredentials,
    VodCredentials,
)
from media_ai.clients.oss import OssClient
from media_ai.clients.retrying import Retry
from media_ai_emulators.testing import Emulator

C = TypeVar("C", bound=Credentials)
ROLE = "acs:ram::1234567890:role/media-ai"


def alibaba_fields(emulator: Emulator) -> dict[str, Any]:
    """Return the fields that every Alibaba Cloud connection has."""
    return {
        "region": "cn-shanghai",
        "endpoint": emulator.url,
        "key_id": emulator.keys.access_key_id,
        "secret": emulator.keys.access_key_secret,
        "sts_endpoint": emulator.url,
    }


def oss_credentials(emulator: Emulator, **changes: Any) -> OssCredentials:
    """Return the identity of the emulated OSS; `changes` replace fields."""
    return OssCredentials(**{**alibaba_fields(emulator), "bucket": "media-ai", **changes})


def ims_credentials(emulator: Emulator, kind: type[C] = ImsCredentials, **changes: Any) -> C:
    """Return the identity of the emulated IMS, or of VOD."""
    return kind(**{**alibaba_fields(emulator), **changes})


def model_studio_credentials(emulator: Emulator, **changes: Any) -> ModelStudioCredentials:
    """Return the key of the emulated Model Studio."""
    fields = {"base_url": emulator.dashscope_url, "api_key": emulator.keys.api_key}
    return ModelStudioCredentials(**{**fields, **changes})


def quick(tries: int = 4) -> Retry:
    """Return a retry that does not wait."""
    return Retry(tries=tries, sleep=lambda seconds: None)


def oss_client(emulator: Emulator, **changes: Any) -> OssClient:
    """Return a client of the emulated OSS that does not wait between tries."""
    return OssClient(oss_credentials(emulator, **changes), retry=quick())


def cloud_access(emulator: Emulator, **access: Any) -> Access:
    """Return the way to all emulated services, with the limits of this process."""
    known: dict[type[Credentials], Credentials] = {
        OssCredentials: oss_credentials(emulator),
        ModelStudioCredentials: model_studio_credentials(emulator),
        ImsCredentials: ims_credentials(emulator),
        VodCredentials: ims_credentials(emulator, VodCredentials),
    }
    return Access(credentials_of=lambda kind: known[kind], **access)  # type: ignore[arg-type,return-value]
