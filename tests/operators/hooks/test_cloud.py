"""Connections to the cloud: their forms in Airflow, and tests that say what works, permission by permission."""

import json
import re
from importlib import import_module

import pytest
from airflow.models.connection import Connection
from airflow.providers_manager import ProvidersManager

from media_ai.clients.credentials import (
    ALL,
    ImsCredentials,
    ModelStudioCredentials,
    OpenAICredentials,
    OssCredentials,
    VodCredentials,
)
from media_ai.errors import ConfigurationError
from operators.credentials import credentials_of
from operators.hooks.cloud import ImsHook, ModelStudioHook, OssHook, VodHook
from operators.provider import get_provider_info
from tests.emulated import ROLE, alibaba_fields

pytestmark = pytest.mark.airflow


@pytest.fixture
def connect(monkeypatch):
    """Defines a connection as Airflow's own test of connections does: as a URI in the environment."""

    def defined(conn_id, kind, fields):
        given = dict(fields)
        standard = {name: given.pop(field) for name, field in kind.standard_fields.items() if field in given}
        connection = Connection(
            conn_id=conn_id, conn_type=kind.connection_type, extra=json.dumps(given) if given else None, **standard
        )
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", connection.get_uri())
        return connection

    return defined


@pytest.fixture
def fields(emulator):
    """The fields of an Alibaba Cloud connection."""
    return alibaba_fields(emulator)


def test_every_service_has_a_form():
    """Airflow knows the types, their names, and which fields are secret, without importing a hook."""
    manager = ProvidersManager()
    manager.initialize_providers_hooks()
    widgets, behaviours = manager._connection_form_widgets, manager._field_behaviours

    for kind in ALL:
        assert kind.connection_type in behaviours
        assert manager._hook_name_dict[kind.connection_type].endswith("(Media AI)")
        module, _, name = get_provider_info()["connection-types"][ALL.index(kind)]["hook-class-name"].rpartition(".")
        hook = getattr(import_module(module), name)
        assert hook.conn_type == kind.connection_type
        assert hook().conn_id == kind.connection_id
    assert widgets["extra__alibaba_oss__security_token"].is_sensitive
    assert behaviours["alibaba_oss"]["relabeling"]["password"] == "Access key secret"
    assert behaviours["model_studio"]["relabeling"] == {"host": "Base URL", "password": "API key"}
    assert widgets["extra__model_studio__protocol"].field["schema"]["enum"] == ["native", "openai"]
    assert widgets["extra__alibaba_vod__app_id"].field["value"] == "app-1000000"
    assert {"bucket", "public_endpoint", "role_arn", "region"} <= {
        name.removeprefix("extra__alibaba_oss__") for name in widgets if name.startswith("extra__alibaba_oss__")
    }


def test_secrets_are_masked_where_airflow_shows_a_connection(connect, fields):
    """The API answers with stars."""
    from airflow.api_fastapi.core_api.datamodels.connections import ConnectionResponse

    shown = ConnectionResponse.model_validate(
        connect("shown", OssCredentials, {**fields, "security_token": "sentinel-token"})
    ).model_dump_json()

    assert "sentinel-token" not in shown
    assert fields["secret"] not in shown


@pytest.mark.parametrize("role", ["", ROLE])
def test_an_oss_connection_is_tested_right_by_right(connect, fields, emulator, role):
    """Six calls; nothing stays behind; with a role the session is what is tested."""
    connect("oss_test", OssCredentials, {**fields, "bucket": "media-ai", "role_arn": role})

    works, text = OssHook("oss_test").test_connection()

    assert works, text
    assert [line.split(" ")[0] for line in text.splitlines()] == ["put", "head", "range", "list", "signed", "delete"]
    assert list(OssHook("oss_test").client().list("media-ai/.probe/")) == []
    assert len(emulator.calls("sts")) == (2 if role else 0)


def test_missing_rights_are_named_one_by_one(connect, fields, emulator):
    """A key for another folder: every right is named, with the RAM action to ask for."""
    keys = emulator.state.keyring.issue(expires_at=emulator.state.clock.now() + 3600, prefixes=("media-ai/in/",))
    limited = {"key_id": keys.access_key_id, "secret": keys.access_key_secret, "security_token": keys.security_token}
    connect("limited", OssCredentials, {**fields, **limited, "bucket": "media-ai"})

    works, text = OssHook("limited").test_connection()

    assert not works
    for action in ("oss:PutObject", "oss:GetObject", "oss:ListObjects", "oss:DeleteObject"):
        assert f"({action}) fails" in text
        assert f"Grant the RAM action {action}" in text
    assert "signature" not in text.lower()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"secret": "wrong"}, r"put .* fails: .*SignatureDoesNotMatch[^\n]*\nhead .* not tried"),
        ({"bucket": "no-such-bucket"}, "NoSuchBucket"),
        ({"endpoint": "http://127.0.0.1:9"}, "Check the endpoint and the network"),
        ({"public_endpoint": "http://127.0.0.1:9"}, r"signed link .* fails: .*127.0.0.1:9 cannot be read[^\n]*CNAME"),
        ({"region": ""}, "connection 'broken', field 'region': is missing"),
        ({"key_id": ""}, "connection 'broken', field 'key_id': is missing"),
    ],
)
def test_what_is_wrong_is_said(connect, fields, changes, sentence, monkeypatch):
    """In a sentence, in place of a traceback."""
    monkeypatch.setattr("media_ai.clients.retrying.random.uniform", lambda low, high: 0.0)
    connect("broken", OssCredentials, {**fields, "bucket": "media-ai", **changes})

    works, text = OssHook("broken").test_connection()

    assert not works
    assert re.search(sentence, text)


@pytest.mark.parametrize("protocol", ["native", "openai"])
def test_a_model_studio_connection_asks_for_one_token(connect, emulator, protocol):
    """In both protocols; the answer names the address."""
    address = {"native": emulator.dashscope_url, "openai": emulator.openai_url}[protocol]
    connect(
        "models",
        ModelStudioCredentials,
        {"api_key": emulator.keys.api_key, "base_url": address, "protocol": protocol},
    )

    works, text = ModelStudioHook("models").test_connection()

    assert works, text
    assert address in text
    assert len(emulator.calls("dashscope")) == 1


def test_a_key_of_another_region_says_so(connect, emulator):
    """The service itself says only that the key is wrong."""
    connect("models", ModelStudioCredentials, {"api_key": "sk-other", "base_url": emulator.dashscope_url})

    works, text = ModelStudioHook("models").test_connection()

    assert not works
    assert "key and the region 'cn-beijing' do not belong together" in text
    assert "sk-other" not in text


@pytest.mark.parametrize(
    ("hook", "kind", "action"),
    [(ImsHook, ImsCredentials, "ice:ListMediaBasicInfos"), (VodHook, VodCredentials, "vod:SearchMedia")],
)
def test_ims_and_vod_share_the_identity_of_another_connection(connect, fields, emulator, hook, kind, action):
    """Keys and role are in one place."""
    connect("alibaba_oss_default", OssCredentials, {**fields, "bucket": "media-ai", "role_arn": ROLE})
    own = {"region": "cn-shanghai", "endpoint": fields["endpoint"], "identity": "alibaba_oss_default"}
    connect(kind.connection_id, kind, own)

    works, text = hook().test_connection()
    assert works, text
    assert len(emulator.calls("sts", "AssumeRole")) == 1

    emulator.faults().add("sts", "expired_token", times=None)
    works, text = hook().test_connection()
    assert not works
    assert re.search(rf"\({action}\) fails: STS AssumeRole failed .*InvalidSecurityToken", text)


def test_an_identity_that_is_not_there_is_named(connect, fields):
    """Both connections are named."""
    connect("alone", ImsCredentials, {"region": "cn-shanghai", "identity": "nobody"})

    assert ImsHook("alone").test_connection() == (
        False,
        "Connection 'alone' names the connection 'nobody', which does not exist.",
    )


def test_credentials_come_from_the_connection_else_from_the_environment(connect, fields, monkeypatch):
    """Inside Airflow the connection counts; without one the variables do; without both both are named."""
    with pytest.raises(ConfigurationError, match=r"MEDIA_AI_OSS_\*.*connection 'alibaba_oss_default'"):
        credentials_of(OssCredentials)
    for name, value in {**fields, "bucket": "from-env"}.items():
        monkeypatch.setenv(f"MEDIA_AI_OSS_{name.upper()}", value)
    assert credentials_of(OssCredentials).bucket == "from-env"
    connect("alibaba_oss_default", OssCredentials, {**fields, "bucket": "from-airflow"})
    assert credentials_of(OssCredentials).bucket == "from-airflow"
    assert credentials_of(OssCredentials).secret.get_secret_value() == fields["secret"]


def test_a_base_url_survives_airflow(connect):
    """Airflow keeps connections as URIs in places; addresses with ports and paths come back whole."""
    connect("media_ai_openai", OpenAICredentials, {"base_url": "http://127.0.0.1:8090/v1", "api_key": "k/?#@"})
    found = credentials_of(OpenAICredentials)

    assert (found.base_url, found.api_key.get_secret_value()) == ("http://127.0.0.1:8090/v1", "k/?#@")
