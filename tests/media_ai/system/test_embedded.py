"""Processes of the embedded system that run and do nothing."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from media_ai.settings import Settings
from media_ai.system import embedded
from media_ai.system.embedded import EmbeddedSystem
from media_ai.system.processes import Processes

WELL = {"metadatabase": "healthy", "scheduler": "healthy", "triggerer": "healthy", "dag_processor": "healthy"}


@pytest.fixture
def hung(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "_HUNG_AFTER_S", 1.0)

    def found(answers, old):
        left = iter(answers)
        last = [{}]

        def read(url):
            last[0] = next(left, last[0])
            return last[0]

        monkeypatch.setattr(embedded, "read_health", read)
        return EmbeddedSystem(Settings(home=tmp_path))._hung("http://127.0.0.1:1", set(old))

    return found


@pytest.mark.parametrize(
    ("answers", "old", "expected"),
    [
        ([WELL], ["api-server", "scheduler"], []),
        ([WELL | {"scheduler": "unhealthy"}], ["scheduler", "triggerer"], ["scheduler"]),
        ([WELL | {"scheduler": "unhealthy"}, WELL], ["scheduler"], []),
        ([WELL | {"dag_processor": "unhealthy"}], ["scheduler"], []),
        ([{}, {}, WELL | {"dag_processor": "unhealthy"}], ["dag-processor"], ["dag-processor"]),
        ([{}], ["api-server", "scheduler"], ["api-server"]),
        ([{}], ["scheduler"], []),
    ],
)
def test_what_ran_before_and_stays_ill_is_found(hung, answers, old, expected):
    """Neither what has just been started, nor what recovers in time, nor what nobody can tell of."""
    assert hung(answers, old) == expected


def test_a_process_that_does_not_listen_is_killed_with_its_children(tmp_path):
    """It is stopped, so that it would not hear a signal to end."""
    sleep = "time.sleep(60)"
    child = f"""if True:
        import subprocess, sys, time
        subprocess.Popen([sys.executable, "-c", "import time; {sleep}"])
        print("up", flush=True)
        {sleep}
    """
    with subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "up\n"
        processes = Processes(tmp_path, tmp_path)
        processes._record("scheduler", process.pid)
        family = psutil.Process(process.pid).children()
        os.kill(process.pid, signal.SIGSTOP)
        assert processes.is_running("scheduler")
        processes.kill(["scheduler", "triggerer"])
    assert not processes.is_running("scheduler")
    assert len(family) == 1
    assert psutil.wait_procs(family, timeout=10)[1] == []
