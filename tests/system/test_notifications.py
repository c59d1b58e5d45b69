"""Notifications, the audit log, health and metrics of the real system."""

import json
import time
from email import message_from_bytes
from email.policy import default as modern

import httpx
import pytest
from aiosmtpd.controller import Controller

from media_ai.system.postgres import free_port
from tests.receiver import Receiver
from tests.system.callers import PASSWORD, client_of, make_member
from tests.system.helpers import ended, graph, publish, start, until

pytestmark = pytest.mark.system


@pytest.fixture
def api(system):
    """Our API; endpoints that a test makes do not outlive it: others see all of the system."""
    with client_of(system) as client:
        yield client
        for each in client.get("/notifications/endpoints").json():
            client.delete(f"/notifications/endpoints/{each['id']}").raise_for_status()


class Box:
    """What a mail server takes."""

    def __init__(self) -> None:
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.mails += [(to, message_from_bytes(envelope.content, policy=modern)) for to in envelope.rcpt_tos]
        return "250 OK"


@pytest.fixture
def box(system, api):
    """A real mail server, and Airflow's connection to it."""
    box, url = Box(), system.settings.server[0]
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True)
    controller.start()
    connection = {
        "connection_id": "smtp_default", "conn_type": "smtp", "host": "127.0.0.1", "port": controller.port,
        "extra": json.dumps({"disable_ssl": True, "disable_tls": True, "from_email": "doors@media.example", "timeout": 10}),
    }  # fmt: skip
    httpx.post(f"{url}/api/v2/connections", json=connection, headers=api.headers).raise_for_status()
    yield box
    httpx.delete(f"{url}/api/v2/connections/smtp_default", headers=api.headers)
    controller.stop()


def add_endpoint(api, name, kind, target, **more):
    answer = api.post("/notifications/endpoints", json={"name": name, "kind": kind, "target": target, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def metrics_of(system):
    """Return the lines that have come since somebody asked."""
    lines = []
    try:
        while True:
            lines += system.metrics.recv(65536).decode().splitlines()
    except BlockingIOError:
        return lines


def test_each_end_of_a_task_is_told_once_by_web_and_mail(system, api, box, samples, tmp_path):
    """By success, by Airflow's own PATCH to failed, and by the scheduler; soon, signed, in the language of the reader."""
    publish(system, graph("told", interval=5.7))
    metrics_of(system)
    with Receiver(lambda number: (500 if number <= 3 else 200, {})) as receiver:
        web = add_endpoint(api, "told-web", "webhook", receiver.url)
        mail = add_endpoint(api, "told-mail", "email", "ops@media.example", language="zh", timezone="Asia/Shanghai")
        for each in (web, mail):
            rule = {
                "endpoint_id": each["id"],
                "workflow": "told",
                "events": ["task.completed", "task.failed", "task.terminated"],
            }
            api.put("/notifications/rules", json=rule).raise_for_status()
        good = start(system, "told", samples / "honeybees.mp4", title="Bees <b>")
        assert ended(system, "told", good) == "success"
        until(lambda: box.mails, 60)
        # Thrice 500, then 200: the same message, with growing pauses.
        receiver.wait(4, 120)
        assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 1

        system.api.trigger("told", run_id="broken", conf={"input": {"video": str(tmp_path / "none.mp4")}})
        assert ended(system, "told", "broken") == "failed"
        system.api.trigger("told", run_id="stopped", conf={"input": {"video": str(samples / "honeybees.mp4")}})
        system.api.mark_failed("told", "stopped", note="by Airflow's own door")
        receiver.wait(6, 60)
        until(lambda: len(box.mails) == 3, 60)
        messages = [receiver.verified(web["secret"], at) for at in (3, 4, 5)]
        time.sleep(2)
        assert len(receiver.got) == 6 and len(box.mails) == 3
    kinds = {message["data"]["task"]: message["type"] for message in messages}
    assert kinds == {good: "task.completed", "broken": "task.failed", "stopped": "task.terminated"}
    failed = next(message["data"] for message in messages if message["type"] == "task.failed")
    assert "outside the folders" in failed["cause"]["message"]
    assert failed["link"] == "https://media.example/dags/told/runs/broken"
    first = box.mails[0][1]
    assert first["Subject"] == "Media AI: 任务已完成：Bees <b>"
    assert "CST" in first.get_body(("plain",)).get_content()
    page = api.get("/notifications/deliveries", params={"endpoint_id": web["id"]}).json()
    assert {each["state"] for each in page["deliveries"]} == {"delivered"}
    listed = system.cli("notifications", "list", "--state", "delivered")
    assert page["deliveries"][0]["id"] in listed.stdout

    # Each line that a node wrote names task and node.
    (written,) = system.home.glob(f"logs/tasks/dag_id=told/run_id={good}/task_id=frames/attempt=1.log")
    lines = [json.loads(line) for line in written.read_text().splitlines()]
    # Airflow's own first line is written before it knows which task it is.
    assert len(lines) > 3 and all((line.get("run_id"), line.get("task_id")) == (good, "frames") for line in lines[1:])

    # The same run's metrics have come from scheduler, API server, workers and triggerer.
    wanted = (
        "task.completed:1|c",
        "task.failed:1|c",
        "task.terminated:1|c",
        "node.done.extract_frames:1|c",
        "notification.delivered:",
    )
    seen = []
    until(
        lambda: (
            seen.extend(metrics_of(system))
            or all(
                any(f"airflow.media_ai.{part}" in line for line in seen) for part in (*wanted, "outbox.lag_seconds:")
            )
        ),
        30,
    )


def test_a_task_can_be_told_of_alone_and_a_test_be_sent(system, api, samples):
    """By the name of an endpoint; another task of the workflow is not told of. A replay has the same id."""
    publish(system, graph("alone", interval=5.0))
    with Receiver() as receiver:
        made = add_endpoint(api, "alone-web", "webhook", receiver.url)
        tried = api.post(f"/notifications/endpoints/{made['id']}/test").json()
        receiver.wait(1)
        body = {"input": {"video": str(samples / "honeybees.mp4")}, "notify": ["alone-web"]}
        run_id = api.post("/workflows/alone/tasks", json=body).raise_for_status().json()["run_id"]
        other = api.post("/workflows/alone/tasks", json={**body, "notify": []}).json()["run_id"]
        assert {ended(system, "alone", each) for each in (run_id, other)} == {"success"}
        receiver.wait(2)
        done = system.cli("notifications", "replay", tried["id"])
        assert done.returncode == 0, done.stderr
        receiver.wait(3)
        done = system.cli("task", "create", "alone", "--video", body["input"]["video"], "--notify", "alone-web")
        assert done.returncode == 0, done.stderr
        receiver.wait(4, 60)
        types = [json.loads(body)["type"] for _, _, body in receiver.got]
    assert types == ["notification.test", "task.completed", "notification.test", "task.completed"]
    assert receiver.got[0][1]["webhook-id"] == receiver.got[2][1]["webhook-id"]
    assert api.post("/workflows/alone/tasks", json={**body, "notify": ["nobody"]}).status_code == 404


def test_the_audit_log_has_our_changes_commands_and_those_of_airflow(system, api):
    """In one list by time, for those who may read it; who was refused is in it too."""
    make_member(system, "audited", "Viewer")
    with client_of(system, "audited", PASSWORD) as member:
        assert member.post("/tasks/none/none/stop", json={}).status_code == 403
        assert member.get("/audit").status_code == 403
    system.api.trigger("media_ai_upkeep", run_id="audited", conf={})
    system.api.mark_failed("media_ai_upkeep", "audited", note="")
    system.cli("notifications", "replay", "--given-up")
    found = api.get("/audit", params={"limit": 100}).json()["entries"]
    seen = {(each["door"], each["action"], each["outcome"]) for each in found}
    assert ("api", "stop_task", 403) in seen
    assert ("shell", "notifications replay", 0) in seen
    assert ("airflow", "patch_dag_run", None) in seen
    assert [each["at"] for each in found] == sorted((each["at"] for each in found), reverse=True)
    refused = next(each for each in found if each["action"] == "stop_task")
    assert (refused["member"], refused["object"], refused["address"]) == (
        "audited",
        {"dag_id": "none", "run_id": "none"},
        "127.0.0.1",
    )
    first = api.get("/audit", params={"limit": 3}).json()
    rest = api.get("/audit", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [*first["entries"], *rest["entries"]] == found[: len(first["entries"]) + len(rest["entries"])]
    assert "patch_dag_run" in system.cli("audit").stdout


def test_health_is_a_word_for_everybody_and_reasons_for_administrators(system, api):
    """Strangers and members get the word alone."""
    url = f"{system.settings.server[0]}/media-ai/health"
    bare = httpx.get(url, timeout=10)
    assert (bare.status_code, bare.json()) == (200, {"status": "healthy"})
    told = httpx.get(url, headers=api.headers, timeout=10).json()["checks"]
    assert {name: check["is_well"] for name, check in told.items()} == dict.fromkeys(
        ("catalog", "store", "airflow", "disk", "outbox"), True
    )
