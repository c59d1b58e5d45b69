"""Secrets and signed links never show: not in logs at any level, not in errors with their causes, not in reprs."""

import io
import logging
import traceback

import pytest

from media_ai.clients.access_keys import AccessKeys
from media_ai.clients.credentials import ImsCredentials, OssCredentials
from media_ai.clients.oss import OssClient
from media_ai.clients.oss_upload import upload
from media_ai.clients.rpc import open_config, translated
from media_ai.clients.sts import assume_role
from media_ai.errors import MediaAIError
from media_ai_emulators.credentials import Keys
from media_ai_emulators.testing import running_emulator
from tests.emulated import ROLE, alibaba_fields, quick

SENTINEL = "sentinel-secret-0123"
FORBIDDEN = (SENTINEL, "Signature=", "signature=", "x-oss-signature", "OSS4-HMAC-SHA256 Credential", "ACS3-HMAC")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """An emulator whose secret can be searched for."""
    keys = Keys(access_key_id="id", access_key_secret=SENTINEL, api_key=SENTINEL)
    with running_emulator(tmp_path_factory.mktemp("guarded"), keys=keys) as emulator:
        yield emulator


@pytest.fixture
def said(caplog, capfd):
    """Collects everything that is said at the lowest level, and fails if a secret is in it."""
    caplog.set_level(logging.DEBUG)
    logged = io.StringIO()
    handler = logging.StreamHandler(logged)
    logging.getLogger().addHandler(handler)
    texts: list[str] = []
    yield texts
    logging.getLogger().removeHandler(handler)
    captured = capfd.readouterr()
    everything = "\n".join([*texts, logged.getvalue(), captured.out, captured.err])
    assert "HTTP/1.1" in everything or "HTTP connection" in everything
    for forbidden in FORBIDDEN:
        assert forbidden not in everything


def attempt(texts, work):
    """Do something and note its result or its error, causes and locals included."""
    try:
        texts.append(repr(work()))
    except MediaAIError as exc:
        texts.append("".join(traceback.TracebackException.from_exception(exc).format(chain=True)))


@pytest.mark.parametrize("fault", ["none", "throttle", "server_error", "cut", "expired_token"])
def test_oss_says_no_secret(guarded, said, tmp_path, fault):
    """Whatever happens to a call."""
    guarded.reset()
    client = OssClient(OssCredentials(**alibaba_fields(guarded), bucket="media-ai", role_arn=ROLE), retry=quick(2))
    (tmp_path / "big").write_bytes(bytes(300_000))
    if fault != "none":
        guarded.faults().add("oss", fault, times=None)
    said.append(f"{client!r} oss://")
    for work in (
        lambda: client.put("k", b"1"),
        lambda: client.read("k"),
        lambda: client.head("k"),
        lambda: list(client.list()),
        lambda: client.delete("k"),
        lambda: client.sign("k", ttl_s=60),
        lambda: upload(client, "big", tmp_path / "big", part_size=100_000, checkpoints=tmp_path / "checkpoints"),
    ):
        attempt(said, work)
    said.extend(path.read_text() for path in (tmp_path / "checkpoints").glob("*"))


@pytest.mark.parametrize("changes", [{"secret": SENTINEL + "x"}, {"endpoint": "http://127.0.0.1:9"}])
def test_wrong_keys_are_not_repeated(guarded, said, changes):
    """The real service sends the signed text back with SignatureDoesNotMatch: it is not passed on."""
    credentials = OssCredentials(**{**alibaba_fields(guarded), "bucket": "media-ai", **changes})
    said.append(repr(credentials))
    attempt(said, lambda: OssClient(credentials, retry=quick(2)).put("k", b"1"))


@pytest.mark.parametrize("fault", ["none", "throttle", "expired_token"])
def test_the_other_services_say_no_secret(guarded, said, monkeypatch, fault):
    """Even with the SDK's own debugging on, which prints whole requests."""
    from alibabacloud_ice20201109.client import Client
    from alibabacloud_ice20201109.models import ListMediaBasicInfosRequest

    guarded.reset()
    monkeypatch.setenv("DEBUG", "sdk")
    if fault != "none":
        guarded.faults().add("*", fault, times=None)
    credentials = ImsCredentials(**alibaba_fields(guarded), role_arn=ROLE)
    given = AccessKeys(key_id="id", secret=SENTINEL)
    said.append(repr((credentials, given)))

    def listed():
        with translated("IMS", "ice:ListMediaBasicInfos"):
            client = Client(open_config(credentials, service="ice", keys=lambda: given))
            return client.list_media_basic_infos(ListMediaBasicInfosRequest(max_results=1)).status_code

    attempt(said, lambda: assume_role(given, credentials, retry=quick(2)))
    attempt(said, listed)


def test_what_cannot_be_read_is_not_shown():
    """A field that is wrong is named, its value is not."""
    from media_ai.clients.credentials import read_credentials
    from media_ai.errors import ConfigurationError

    with pytest.raises(ConfigurationError) as caught:
        read_credentials(
            OssCredentials,
            {"secret": {"x": SENTINEL}, "region": SENTINEL, "key": SENTINEL},
            where="MEDIA_AI_OSS_{FIELD}",
        )
    text = "".join(traceback.TracebackException.from_exception(caught.value).format(chain=True))
    assert SENTINEL not in text
    for name in ("KEY_ID: is missing", "MEDIA_AI_OSS_REGION", "MEDIA_AI_OSS_KEY: is not a field"):
        assert name in text
