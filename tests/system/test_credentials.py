"""Credentials and languages on the real system: saved by our API, used by runs, closed at Airflow's own door."""

import httpx
import pytest

from media_ai.graph.schema import Workflow
from media_ai.system.databases import run_airflow
from media_ai.system.environment import airflow_environment, with_database
from media_ai.system.secrets import load_secrets
from media_ai_emulators.testing import running_emulator
from tests.emulated import alibaba_fields, oss_client
from tests.system.callers import PASSWORD, client_of, make_member
from tests.system.helpers import ended, publish, start, states, until
from tests.system.secrets_search import places_with

pytestmark = pytest.mark.system
VIDEO = "oss://media-ai/in/honeybees.mp4"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    with running_emulator(tmp_path_factory.mktemp("credentials")) as emulator:
        yield emulator


@pytest.fixture
def admin(system):
    make_member(system, "credential-keeper", "Media Admin")
    with client_of(system, "credential-keeper", PASSWORD) as client:
        yield client
        for service in ("oss", "modelstudio"):
            client.delete(f"/credentials/{service}")
        client.put("/settings", json={})


def save(client, service, **values):
    return client.put(f"/credentials/{service}", json={"values": values})


def workflow(slug):
    nodes = [
        {"id": "input", "type": "input_video"},
        {"id": "frames", "type": "extract_frames", "params": {"interval": 20}},
        {"id": "seen", "type": "analyze_frames", "params": {"model": "modelstudio/qwen3-vl-flash"}},
    ]
    edges = [("input.video", "frames.video"), ("frames.frames", "seen.frames")]
    wires = [{"source": source, "target": target} for source, target in edges]
    return Workflow.model_validate({"slug": slug, "name": slug, "nodes": nodes, "edges": wires})


def test_a_run_uses_what_was_saved_by_our_api(system, samples, admin, cloud):
    """A refused save leaves nothing; a good one is used at once, in the starter's language; its secrets are nowhere in clear."""
    oss = {**alibaba_fields(cloud), "bucket": "media-ai"}
    refused = save(admin, "oss", **{**oss, "secret": "sentinel-wrong-key"})
    assert refused.status_code == 422 and refused.json()["issues"][0]["code"] == "oss:PutObject"
    url = f"{system.settings.server[0]}/api/v2/connections/alibaba_oss_default"
    assert httpx.get(url, headers=admin.headers, timeout=60).status_code == 404
    assert save(admin, "oss", **oss).status_code == 200
    key = {"base_url": cloud.dashscope_url, "api_key": cloud.keys.api_key}
    assert save(admin, "modelstudio", **key).status_code == 200
    assert save(admin, "modelstudio", **{**key, "api_key": "***", "workspace": ""}).status_code == 200

    oss_client(cloud).put_file("in/honeybees.mp4", samples / "honeybees.mp4")
    publish(system, workflow("saved-credentials"))
    assert admin.put("/me/settings", json={"output_language": "de"}).status_code == 200
    cloud.reset()
    body = {"input": {"video": VIDEO, "video_id": "saved-credentials"}}
    run_id = admin.post("/workflows/saved-credentials/tasks", json=body).raise_for_status().json()["run_id"]
    assert ended(system, "saved-credentials", run_id) == "success"
    assert cloud.calls("dashscope") and cloud.calls("oss")
    assert system.api.run("saved-credentials", run_id)["conf"]["task"]["language"] == "de"
    assert language(system, run_id) == "de"
    secrets = [cloud.keys.access_key_secret, cloud.keys.api_key, "sentinel-wrong-key"]
    assert places_with(system, secrets, with_database(system.settings.catalog_url, "airflow")) == []


def language(system, run_id):
    from sqlalchemy import text

    with system.database.transaction() as connection:
        statement = text("SELECT output_language FROM media_ai.runs WHERE run_id = :run_id")
        return connection.execute(statement, {"run_id": run_id}).scalar_one()


def test_a_run_of_airflows_own_api_takes_the_servers_language_and_keeps_it(system, samples, admin):
    """A setting that changes later, and a restart, do not change it."""
    from tests.system.helpers import graph

    publish(system, graph("servers-language", interval=20))
    assert admin.put("/settings", json={"output_language": "fr"}).status_code == 200
    run_id = start(system, "servers-language", samples / "honeybees.mp4", video_id="servers-language")
    assert ended(system, "servers-language", run_id) == "success"
    assert language(system, run_id) == "fr"
    assert admin.put("/settings", json={"output_language": "ja"}).status_code == 200
    admin.post(f"/tasks/servers-language/{run_id}/restart", json={"scope": "all"}).raise_for_status()
    until(lambda: system.api.run("servers-language", run_id)["state"] == "success", 120)
    assert language(system, run_id) == "fr"
    assert set(states(system, "servers-language", run_id).values()) == {"success"}
    new = admin.post(f"/tasks/servers-language/{run_id}/repeat", json={}).raise_for_status().json()["run_id"]
    assert system.api.run("servers-language", new)["conf"]["task"]["language"] == "fr"


def test_what_a_role_lost_is_taken_from_older_deployments(system):
    """FAB itself only adds: `airflow sync-perm` takes it away from the product's role, and from no other."""
    with client_of(system) as owner:
        roles = f"{system.settings.server[0]}/auth/fab/v1/roles"
        door = {"action": {"name": "can_create"}, "resource": {"name": "Connections"}}
        for name in ("Media Admin", "Op"):
            role = httpx.get(f"{roles}/{name}", headers=owner.headers, timeout=60).raise_for_status().json()
            body = {"name": name, "actions": [*role["actions"], door]}
            httpx.patch(f"{roles}/{name}", json=body, headers=owner.headers, timeout=60).raise_for_status()
        secrets = load_secrets(system.settings.home / "secrets.json")
        postgres = system.embedded._postgres(secrets)
        environment = airflow_environment(
            system.settings,
            secrets,
            metadata_url=postgres.url("airflow"),
            catalog_url=postgres.url("media_ai"),
            port=8080,
        )
        run_airflow(environment, "sync-perm")
        for name, has in (("Media Admin", False), ("Op", True)):
            role = httpx.get(f"{roles}/{name}", headers=owner.headers, timeout=60).json()
            assert (door in role["actions"]) is has


def test_airflows_own_door_saves_no_connection_of_a_media_admin(system, admin):
    """It would save without a test; reading stays, with stars in place of secrets. Airflow's Admin may still."""
    body = {"connection_id": "by-the-side", "conn_type": "alibaba_oss", "login": "x", "password": "sentinel-side"}
    url = f"{system.settings.server[0]}/api/v2/connections"
    assert httpx.post(url, json=body, headers=admin.headers).status_code == 403
    assert httpx.post(f"{url}/test", json=body, headers=admin.headers).status_code == 403
    assert httpx.get(url, headers=admin.headers).status_code == 200
    system.api._call("POST", "/api/v2/connections", json=body)
    assert httpx.patch(f"{url}/by-the-side", json=body, headers=admin.headers).status_code == 403
    assert httpx.delete(f"{url}/by-the-side", headers=admin.headers).status_code == 403
    system.api._send("DELETE", "/api/v2/connections/by-the-side")
