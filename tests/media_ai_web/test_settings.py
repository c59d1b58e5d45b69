"""Languages and timezones over REST: the server's, and each member's."""

import pytest

from media_ai_web.permissions import Permission
from tests.web import API, SetGate, make_client

NONE = {"output_language": None, "page_language": None, "timezone": None}


@pytest.fixture
def client(database, tmp_path):
    return make_client(database, tmp_path)


def test_a_members_choice_comes_before_the_servers(client, database, tmp_path):
    """Field by field; null leaves it to the server; nobody else is touched."""
    assert client.get(f"{API}/me/settings").json() == {"own": NONE, "server": NONE, "effective": NONE}
    server = {"output_language": "zh-Hans", "page_language": None, "timezone": "Asia/Shanghai"}
    assert client.put(f"{API}/settings", json=server).json()["server"] == server
    mine = {"output_language": "video", "page_language": "en", "timezone": None}
    found = client.put(f"{API}/me/settings", json=mine).json()
    assert found == {"own": mine, "server": server, "effective": {**mine, "timezone": "Asia/Shanghai"}}
    other = make_client(database, tmp_path, user="bob")
    assert other.get(f"{API}/me/settings").json()["effective"] == server
    assert client.put(f"{API}/me/settings", json={}).json()["effective"] == server


def test_the_server_lists_the_timezones(client):
    """All names of the IANA database, by which browsers know them too."""
    zones = client.get(f"{API}/settings").json()["timezones"]
    assert {"UTC", "Asia/Shanghai", "Asia/Kathmandu"} <= set(zones) and zones == sorted(zones)


@pytest.mark.parametrize(
    "given",
    [
        {"timezone": "Mars/Olympus"}, {"timezone": "../../etc/passwd"}, {"timezone": ""}, {"output_language": "en us"},
        {"output_language": "x"}, {"output_language": "e" * 50}, {"page_language": "fr"}, {"output_language": 5}, {"other": 1},
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["settings", "me/settings"])
def test_what_is_no_choice_is_refused(client, given, path):
    """At its field; what was chosen before stays."""
    client.put(f"{API}/{path}", json={"timezone": "UTC"})
    answer = client.put(f"{API}/{path}", json=given)
    assert answer.status_code == 422
    assert answer.json()["issues"][0]["field"] == next(iter(given))
    assert client.get(f"{API}/settings").json()["server"]["timezone"] == ("UTC" if path == "settings" else None)


def test_everybody_reads_and_only_some_change_the_servers(database, tmp_path):
    """A member without the permission changes their own choice only; nobody changes nothing."""
    gate = SetGate(allowed=set(Permission) - {Permission.CHANGE_SETTINGS})
    member = make_client(database, tmp_path, gate=gate)
    assert member.get(f"{API}/settings").status_code == 200
    assert member.put(f"{API}/settings", json={"timezone": "UTC"}).status_code == 403
    assert member.put(f"{API}/me/settings", json={"timezone": "UTC"}).status_code == 200
    nobody = make_client(database, tmp_path, user="")
    for method, path in (("GET", "settings"), ("PUT", "settings"), ("GET", "me/settings"), ("PUT", "me/settings")):
        assert nobody.request(method, f"{API}/{path}", json={}).status_code == 401
