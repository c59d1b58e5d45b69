"""What the Compose file promises."""

import pytest
import yaml

from media_ai.system.environment import TUNING
from tests.stack.compose import PROJECT, Compose

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


def test_the_values_of_the_helm_chart_are_yaml_with_the_same_settings():
    """Both ways to run it behave the same."""
    values = yaml.safe_load((PROJECT / "deploy" / "kubernetes" / "values.yaml").read_text())
    given = {item["name"]: item["value"] for item in values["env"] if "value" in item}
    missing = {name for name, value in TUNING.items() if given.get(name) != value}
    assert missing == {"AIRFLOW__CORE__PARALLELISM"}
    assert values["executor"] == "CeleryExecutor"
