"""The accounts of services over REST: tested before they are saved, and secret for ever."""

import logging

import pytest

from media_ai.clients.credential_keeping import Kept
from media_ai_web.permissions import Permission
from tests.emulated import alibaba_fields
from tests.web import API, SetGate, make_client

SENTINEL = "sentinel-of-a-secret"
URL = f"{API}/credentials"


class HeldConnections:
    """Connections in memory; tests/operators/test_connections.py has those of Airflow."""

    def __init__(self):
        self.held = {}
        self.elsewhere = set()

    def find(self, kind):
        if (values := self.held.get(kind.connection_id)) is None:
            return None
        return Kept(values=values, place="elsewhere" if kind.service in self.elsewhere else "connection")

    def identity(self, connection_id):
        return self.held.get(connection_id)

    def save(self, kind, values):
        self.held[kind.connection_id] = dict(values)

    def remove(self, kind):
        return self.held.pop(kind.connection_id, None) is not None


@pytest.fixture
def connections():
    return HeldConnections()


@pytest.fixture
def client(database, tmp_path, connections):
    return make_client(database, tmp_path, connections=connections)


@pytest.fixture
def oss(emulator):
    return {**alibaba_fields(emulator), "bucket": "media-ai"}


def put(client, service, **values):
    return client.put(f"{URL}/{service}", json={"values": values})


def check(client, service, **values):
    return client.post(f"{URL}/{service}/test", json={"values": values})


def listed(client, service):
    return next(each for each in client.get(URL).json()["services"] if each["service"] == service)


def test_every_service_has_a_form_and_nothing_is_set(client):
    """Fields come as JSON Schema; secrets are marked; what the identity of another connection gives is not asked for."""
    found = client.get(URL).json()["services"]
    assert [each["service"] for each in found] == ["openai", "modelstudio", "oss", "ims", "vod"]
    assert all(each["place"] is None and each["values"] == {} and each["secrets"] == [] for each in found)
    fields = listed(client, "oss")["fields"]
    assert fields["properties"]["secret"]["writeOnly"] and fields["properties"]["secret"]["format"] == "password"
    assert set(fields["required"]) == {"region", "key_id", "secret"}
    assert listed(client, "ims")["fields"]["required"] == ["region"]


def test_what_works_is_saved_and_its_secret_comes_out_of_nothing(client, connections, oss, caplog):
    """The answers to saving, listing and testing, and the log, hold no secret; the connection does."""
    caplog.set_level(logging.DEBUG)
    answer = put(client, "oss", **oss)
    assert answer.status_code == 200, answer.text
    assert answer.json()["report"]["is_ok"] and len(answer.json()["report"]["checks"]) == 6
    assert connections.held["alibaba_oss_default"]["secret"] == oss["secret"]
    found = listed(client, "oss")
    assert (found["place"], found["secrets"], found["values"]["bucket"]) == ("connection", ["secret"], "media-ai")
    texts = [answer.text, client.get(URL).text, check(client, "oss", **{**oss, "secret": "***"}).text, caplog.text]
    assert all(oss["secret"] not in text for text in texts)
    assert "eve saved the credentials of oss" in caplog.text


@pytest.mark.parametrize("masked", ["***", None, "absent"])
def test_a_masked_secret_stays_as_it_is(client, connections, oss, masked):
    """Also in the test before the save; the other fields are what was entered."""
    assert put(client, "oss", **{**oss, "role_arn": ""}).status_code == 200
    changed = {**oss, "secret": masked, "public_endpoint": oss["endpoint"]}
    if masked == "absent":
        del changed["secret"]
    assert check(client, "oss", **changed).json()["is_ok"]
    assert put(client, "oss", **changed).status_code == 200
    held = connections.held["alibaba_oss_default"]
    assert held["secret"] == oss["secret"] and held["public_endpoint"] == oss["endpoint"]


def test_an_empty_secret_is_taken_away(client, connections, oss, emulator):
    """One that is optional; one that is required is missed."""
    own = {name: value for name, value in oss.items() if name != "bucket"}
    assert put(client, "vod", **own, callback_key=SENTINEL).status_code == 200
    assert put(client, "vod", **{**own, "callback_key": "***"}).status_code == 200
    assert connections.held["alibaba_vod_default"]["callback_key"] == SENTINEL
    assert put(client, "vod", **{**own, "callback_key": ""}).status_code == 200
    assert "callback_key" not in connections.held["alibaba_vod_default"]
    refused = put(client, "vod", **{**own, "secret": ""})
    assert refused.status_code == 422
    assert [issue["field"] for issue in refused.json()["issues"]] == ["secret"]


def test_a_wrong_key_saves_nothing(client, connections, oss):
    """What was saved before stays, and the test says why."""
    assert put(client, "oss", **oss).status_code == 200
    refused = put(client, "oss", **{**oss, "secret": SENTINEL})
    assert refused.status_code == 422
    assert "SignatureDoesNotMatch" in refused.json()["issues"][0]["message"]
    assert SENTINEL not in refused.text
    assert connections.held["alibaba_oss_default"]["secret"] == oss["secret"]
    report = check(client, "oss", **{**oss, "secret": SENTINEL}).json()
    assert not report["is_ok"]
    assert [each["outcome"] for each in report["checks"]] == ["fails", *["not tried"] * 5]


def test_each_missing_permission_is_an_issue(client, connections, oss, emulator):
    """With the RAM action as its code, once."""
    keys = emulator.state.keyring.issue(expires_at=emulator.state.clock.now() + 3600, prefixes=("media-ai/in/",))
    limited = {"key_id": keys.access_key_id, "secret": keys.access_key_secret, "security_token": keys.security_token}
    refused = put(client, "oss", **{**oss, **limited})
    assert refused.status_code == 422
    codes = [issue["code"] for issue in refused.json()["issues"]]
    assert codes == ["oss:PutObject", "oss:GetObject", "oss:ListObjects", "oss:DeleteObject"]
    assert all("Grant the RAM action" in issue["message"] for issue in refused.json()["issues"])
    assert keys.security_token not in refused.text and connections.held == {}


def test_a_stored_key_is_not_sent_to_another_address(client, emulator):
    """Who enters another address enters the key again: a test must not carry it to whoever listens there."""
    good = {"api_key": emulator.keys.api_key, "base_url": emulator.openai_url, "protocol": "openai"}
    assert put(client, "modelstudio", **good).status_code == 200
    emulator.reset()
    for address in (emulator.dashscope_url, "http://127.0.0.1:9/v1", ""):
        moved = {**good, "api_key": "***", "base_url": address}
        for answer in (check(client, "modelstudio", **moved), put(client, "modelstudio", **moved)):
            assert answer.status_code == 422
            assert answer.json()["issues"][0]["field"] == "api_key"
            assert "enter it again" in answer.json()["issues"][0]["message"]
    assert emulator.calls("dashscope") == []


def test_ims_takes_the_identity_of_another_connection(client, connections, oss):
    """Nothing of it is copied; one that is not there is named at its field."""
    own = {"region": "cn-shanghai", "endpoint": oss["endpoint"], "identity": "alibaba_oss_default"}
    missing = put(client, "ims", **own)
    assert missing.json()["issues"] == [
        {
            "severity": "error",
            "code": "field",
            "field": "identity",
            "message": "there is no connection 'alibaba_oss_default'.",
        }
    ]
    assert put(client, "oss", **oss).status_code == 200
    assert put(client, "ims", **own).status_code == 200
    assert connections.held["alibaba_ims_default"] == own


@pytest.mark.parametrize(
    "values",
    [
        {"region": "Shanghai"}, {"region": 5}, {"no_such_field": "x"}, {"role_arn": "admin"}, {"endpoint": "x" * 600},
        {"region": ["cn-shanghai"]}, {"secret": {"a": SENTINEL}}, {"key_id": "🔑" * 30_000},
    ],
)  # fmt: skip
def test_odd_values_are_refused_at_their_field(client, connections, oss, values):
    """A sentence for each, and nothing of what was typed into a secret."""
    answer = put(client, "oss", **{**oss, **values})
    assert answer.status_code == 422, answer.text
    assert SENTINEL not in answer.text
    assert connections.held == {}


def test_variables_are_shown_tested_and_can_be_taken_over(client, connections, oss, monkeypatch):
    """Where there is no connection; removing it brings them back."""
    for name, value in oss.items():
        monkeypatch.setenv(f"MEDIA_AI_OSS_{name.upper()}", value)
    found = listed(client, "oss")
    assert (found["place"], found["secrets"]) == ("environment", ["secret"])
    assert oss["secret"] not in client.get(URL).text
    assert client.delete(f"{URL}/oss").status_code == 404
    assert put(client, "oss", **found["values"]).status_code == 200
    assert listed(client, "oss")["place"] == "connection"
    assert client.delete(f"{URL}/oss").status_code == 204
    assert listed(client, "oss")["place"] == "environment"


def test_what_the_deployment_defines_is_changed_there(client, connections, oss):
    """A connection of AIRFLOW_CONN_* comes before one that would be saved: a save would have no effect."""
    connections.held["alibaba_oss_default"] = oss
    connections.elsewhere.add("oss")
    assert put(client, "oss", **oss).status_code == 409
    assert client.delete(f"{URL}/oss").status_code == 409
    assert listed(client, "oss")["place"] == "elsewhere"


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/oss/test"), ("PUT", "/oss"), ("DELETE", "/oss")])
def test_only_those_who_may(database, tmp_path, connections, method, path):
    """Nobody is 401, a member without the permission 403, before anything is looked at."""
    body = {"json": {"values": {}}} if method in ("POST", "PUT") else {}
    nobody = make_client(database, tmp_path, user="", connections=connections)
    assert nobody.request(method, URL + path, **body).status_code == 401
    gate = SetGate(allowed=set(Permission) - {Permission.MANAGE_CREDENTIALS})
    member = make_client(database, tmp_path, gate=gate, connections=connections)
    assert member.request(method, URL + path, **body).status_code == 403


def test_an_unknown_service_is_named(client):
    """With those that there are."""
    answer = put(client, "s3", region="x")
    assert answer.status_code == 404 and "openai, modelstudio, oss, ims, vod" in answer.json()["detail"]
