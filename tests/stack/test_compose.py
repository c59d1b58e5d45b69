"""What the Compose file promises."""

import os
import signal
import subprocess

import pytest
import yaml

from media_ai.system.environment import TUNING
from tests.stack.compose import PROJECT, Compose
from tests.system.helpers import until

KUBERNETES = PROJECT / "deploy" / "kubernetes"

SECRETS = dict.fromkeys(("FERNET_KEY", "API_SECRET_KEY", "JWT_SECRET", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "ADMIN_PASSWORD"), "x")  # fmt: skip
OURS = ("api-server", "scheduler", "dag-processor", "triggerer", "worker-media", "worker-remote")


@pytest.mark.parametrize("name", SECRETS)
def test_nothing_starts_without_a_secret(name):
    """There is no default to forget."""
    with pytest.raises(KeyError, match=name):
        Compose(SECRETS | {name: ""})


def test_the_stack_has_the_settings_of_one_machine():
    """Each with the reason that stands beside it there; only the slots are another number."""
    environment = Compose(SECRETS).environment("scheduler")
    different = {name for name, value in TUNING.items() if environment.get(name) != value}
    assert different == {"AIRFLOW__CORE__PARALLELISM"}


@pytest.mark.parametrize("service", OURS)
def test_every_service_is_watched_and_started_again(service):
    """Workers have an upper limit of memory too, since a video may be anything."""
    found = Compose(SECRETS).services[service]
    assert found["restart"] == "unless-stopped"
    assert found["healthcheck"]["test"]
    assert found["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert "mem_limit" in found or "worker" not in service


def test_each_queue_has_workers():
    """Work on pictures and sound, and work that waits for services."""
    compose = Compose(SECRETS)
    commands = [compose.command(service) for service in OURS if "worker" in service]
    queues = {command[command.index("--queues") + 1] for command in commands}
    assert queues == {"default", compose.environment("scheduler")["MEDIA_AI_REMOTE_QUEUE"]}


def test_the_example_names_every_secret():
    """And holds none."""
    lines = (PROJECT / ".env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert given.keys() >= SECRETS.keys()
    assert not any(given.values())


def test_every_command_is_whole():
    """
    The image has no entry point: the Helm chart too gives whole commands.

    So does chart 1.19 (`args: ["bash", "-c", "exec airflow scheduler"]`), but for its probes, which call /entrypoint.
    """
    assert "\nENTRYPOINT" not in (PROJECT / "Dockerfile").read_text()
    compose = Compose(SECRETS)
    assert {compose.command(service)[0] for service in (*OURS, "migrate")} == {"airflow", "media-ai"}


def test_the_values_of_the_helm_chart_are_yaml_with_the_same_settings():
    """Both ways to run it behave the same."""
    values = yaml.safe_load((KUBERNETES / "values.yaml").read_text())
    given = {item["name"]: item["value"] for item in values["env"] if "value" in item}
    missing = {name for name, value in TUNING.items() if given.get(name) != value}
    assert missing == {"AIRFLOW__CORE__PARALLELISM"}
    assert values["executor"] == "CeleryExecutor"


def test_each_kind_of_pod_has_the_slots_of_its_container():
    """The chart's own default is sixteen, whatever a slot needs."""
    values = yaml.safe_load((KUBERNETES / "values.yaml").read_text())
    for pods in values["workers"]["celery"]["sets"]:
        command = Compose(SECRETS).command(f"worker-{pods['name']}")
        given = {item["name"]: item["value"] for item in pods["env"]}
        assert given["AIRFLOW__CELERY__WORKER_CONCURRENCY"] == command[command.index("--concurrency") + 1]
        assert pods["queue"] == command[command.index("--queues") + 1]


def test_old_logs_are_cleaned_beside_each_component(tmp_path):
    """By the program that the chart expects in the image; a broken link or an empty folder is no reason to end."""
    logs = tmp_path / "logs" / "dag_id=summary"
    logs.mkdir(parents=True)
    old, new = logs / "old.log", logs / "new.log"
    for file in (old, new):
        file.write_text("x")
    os.utime(old, (0, 0))
    environment = os.environ | {"AIRFLOW_HOME": str(tmp_path), "AIRFLOW__LOG_RETENTION_DAYS": "15"}
    cleaner = subprocess.Popen(
        [KUBERNETES / "entrypoint", KUBERNETES / "clean-logs"], env=environment, start_new_session=True
    )
    try:
        until(lambda: not old.exists(), 10)
        assert new.exists()
        assert cleaner.poll() is None
    finally:
        os.killpg(cleaner.pid, signal.SIGKILL)
        cleaner.wait()
