"""The emulator as a command, and what doctor says of configured services."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from media_ai.cli.doctor_cloud import cloud_checks
from media_ai.cli.emulator import _variables
from media_ai.errors import ServiceError
from media_ai.settings import Settings


@pytest.fixture
def configured(emulator, monkeypatch):
    """The settings that the command prints."""
    for line in _variables(emulator.url, emulator.keys):
        monkeypatch.setenv(*line.split("=", 1))


def answers(port):
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def test_what_is_not_configured_is_not_mentioned():
    """A line of doctor for each service that somebody wanted, and for no other."""
    assert list(cloud_checks(Settings())) == []


def test_what_the_emulator_prints_works(configured):
    """The printed variables configure every service."""
    lines = {name: check() for name, check in cloud_checks(Settings())}

    assert len(lines) == 4
    assert lines["Alibaba Cloud OSS"].startswith("put, head, range get, list, signed link, delete")


def test_doctor_says_what_fails(configured, monkeypatch):
    """The sentence names the call and what to do."""
    monkeypatch.setenv("MEDIA_AI_MODELSTUDIO_API_KEY", "sk-sentinel")
    check = dict(cloud_checks(Settings()))["Alibaba Cloud Model Studio"]

    with pytest.raises(ServiceError, match="chat .* fails: .*do not belong together") as caught:
        check()
    assert "sentinel" not in str(caught.value)


def test_the_command_runs_until_it_is_interrupted(tmp_path):
    """It prints the settings, answers, and ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "media_ai.cli", "emulator", "--port", str(port), "--state", str(tmp_path / "data")]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "include"})
    deadline = time.monotonic() + 60
    while not answers(port):
        assert time.monotonic() < deadline and child.poll() is None
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)

    assert f"export MEDIA_AI_OSS_ENDPOINT=http://127.0.0.1:{port}" in child.communicate(timeout=30)[0]
