"""Background processes of the embedded system: started in groups of their own, known by pid and start time."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

_PATIENCE_S = 20.0


class Processes:
    """The processes recorded in a folder, one small file each, so that a later command finds them again."""

    def __init__(self, folder: Path, logs: Path) -> None:
        self._folder = folder
        self._logs = logs
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start a process in the background, its output in `<logs>/<name>.log`; nothing happens if it runs."""
        if self.is_running(name):
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._logs.mkdir(parents=True, exist_ok=True)
        with self.log(name).open("ab") as log:
            child = self._children[name] = subprocess.Popen(
                command, env=dict(environment), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, cwd=self._folder,
            )  # fmt: skip
        record = {"pid": child.pid, "started": psutil.Process(child.pid).create_time()}
        self._file(name).write_text(json.dumps(record))

    def log(self, name: str) -> Path:
        """Return the log file of a process."""
        return self._logs / f"{name}.log"

    def names(self) -> list[str]:
        """Return the names of recorded processes, running or not."""
        return sorted(path.stem for path in self._folder.glob("*.json"))

    def is_running(self, name: str) -> bool:
        """Whether the recorded process still runs; a reused pid does not count."""
        return self._process(name) is not None

    def pid(self, name: str) -> int | None:
        """Return the process id if it runs."""
        process = self._process(name)
        return process.pid if process else None

    def stop_all(self) -> list[str]:
        """Stop every recorded process with everything it started; return the names of those that ran."""
        running = {name: process for name in self.names() if (process := self._process(name))}
        members = [member for process in running.values() for member in _group(process)]
        for process in running.values():
            _signal_group(process.pid, signal.SIGTERM)
        _, alive = psutil.wait_procs(members, timeout=_PATIENCE_S)
        for member in alive:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        psutil.wait_procs(alive, timeout=_PATIENCE_S)
        for child in self._children.values():
            child.wait()
        self._children.clear()
        for name in self.names():
            self._file(name).unlink(missing_ok=True)
        return sorted(running)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _process(self, name: str) -> psutil.Process | None:
        try:
            record = json.loads(self._file(name).read_text())
            process = psutil.Process(record["pid"])
            same = abs(process.create_time() - record["started"]) < 1.0
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except (FileNotFoundError, ValueError, KeyError, psutil.NoSuchProcess):
            return None


def _group(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return []


def _signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, number)
