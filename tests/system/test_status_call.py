"""The status call for clients that exist already, signed with a member's access key."""

import time
import uuid

import httpx
import pytest

from media_ai.tasks.status_call import sign
from tests.system.callers import PASSWORD, client_of, make_member
from tests.system.helpers import ended, graph, publish, start

pytestmark = pytest.mark.system
PATH = "/media-intelligence/openapi/v1/workflow-tasks/getTaskStatus"


def call(system, key, task_id, **changes):
    url, _, _ = system.settings.server
    request = httpx.Request("GET", f"{url}{PATH}", params={"taskId": task_id})
    stamp = str(changes.get("timestamp", int(time.time() * 1000)))
    uri = request.url.raw_path.decode()
    headers = {
        "X-Request-Id": str(uuid.uuid4()),
        "X-Access-Key": key["access_key"],
        "X-Request-Timestamp": stamp,
        "X-Request-Sign": sign(key["secret"], uri=uri, access_key=key["access_key"], timestamp=stamp),
    }
    return httpx.get(request.url, headers=headers), headers["X-Request-Id"]


def test_a_signed_request_reads_what_its_member_may(system, samples):
    """As long as the key is in force and the member is active."""
    make_member(system, "keeper", "Viewer")
    publish(system, graph("status"))
    run_id = start(system, "status", samples / "honeybees.mp4", title="Bees")
    ended(system, "status", run_id)
    with client_of(system, "keeper", PASSWORD) as member, client_of(system) as admin:
        key = member.post("/access-keys", json={"label": "old client"}).raise_for_status().json()
        answer, request_id = call(system, key, run_id)
        named, _ = call(system, key, f"status/{run_id}")
        assert (answer.status_code, answer.json()) == (
            200,
            {
                "success": True, "errorCode": None, "errorMsg": None, "traceId": request_id,
                "data": {"taskName": "Bees", "taskId": run_id, "status": "FINISHED", "traceInfo": ""},
            },
        )  # fmt: skip
        assert named.json()["data"]["status"] == "FINISHED"
        assert "secret" not in member.get("/access-keys").json()[0]
        assert admin.delete(f"/access-keys/{key['access_key']}").status_code == 404
        member.delete(f"/access-keys/{key['access_key']}").raise_for_status()
        assert call(system, key, run_id)[0].status_code == 401
