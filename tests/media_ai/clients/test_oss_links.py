"""Links that come out the same: signed by oss2's own rules, opened by the emulator."""

from datetime import UTC, datetime, timedelta

import pytest
import requests

from media_ai.clients.oss_links import link_signed_at, require_permanent
from media_ai.errors import ConfigurationError, ServiceError
from tests.emulated import ROLE, oss_client, oss_credentials


@pytest.mark.parametrize("key", ["in/a.mp4", "in/视频 1+2&x=y?#%.mp4", "in/🎬.mp4"])
def test_a_link_opens_and_is_the_same_each_time(emulator, key):
    """Whatever the name is; and another one a second later."""
    oss_client(emulator).put(key, b"video")
    at = datetime.now(UTC).replace(microsecond=0)
    link = link_signed_at(oss_credentials(emulator), "media-ai", key, signed_at=at, ttl_s=600)
    again = link_signed_at(oss_credentials(emulator), "media-ai", key, signed_at=at, ttl_s=600)
    later = link_signed_at(oss_credentials(emulator), "media-ai", key, signed_at=at + timedelta(seconds=1), ttl_s=600)

    assert requests.get(link.get_secret_value(), timeout=5).content == b"video"
    assert link.get_secret_value() == again.get_secret_value() != later.get_secret_value()
    assert "Signature" not in repr(link) and "x-oss" not in str(link)


def test_a_link_dies(emulator):
    """Counted from the time that it says."""
    oss_client(emulator).put("in/a.mp4", b"video")
    at = datetime.now(UTC) - timedelta(seconds=61)
    link = link_signed_at(oss_credentials(emulator), "media-ai", "in/a.mp4", signed_at=at, ttl_s=60)

    assert requests.get(link.get_secret_value(), timeout=5).status_code == 403


@pytest.mark.parametrize("changes", [{"role_arn": ROLE}, {"security_token": "token"}])
def test_temporary_keys_are_refused(emulator, changes):
    """Their links would die with them; the message names the connection."""
    credentials = oss_credentials(emulator, **changes)
    for refuse in (
        lambda: require_permanent(credentials),
        lambda: link_signed_at(credentials, "media-ai", "a", signed_at=datetime.now(UTC), ttl_s=60),
    ):
        with pytest.raises(ConfigurationError, match="alibaba_oss_default"):
            refuse()


def test_a_bucket_that_is_none_is_refused(emulator):
    """Before anything is signed."""
    with pytest.raises(ServiceError):
        link_signed_at(oss_credentials(emulator), "No Bucket", "a", signed_at=datetime.now(UTC), ttl_s=60)
