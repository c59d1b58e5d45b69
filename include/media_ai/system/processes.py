"""Background processes of the embedded system: started in sessions of their own, known by pid and start time."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from media_ai.errors import SystemStateError

_PATIENCE_S = 20.0


class Processes:
    """The processes recorded in a folder, one small file each, so that a later command finds them again."""

    def __init__(self, folder: Path, logs: Path) -> None:
        self._folder = folder
        self._logs = logs

    def start(self, components: Mapping[str, Sequence[str]], environment: Mapping[str, str]) -> None:
        """
        Start `airflow <arguments>` in the background for each component that does not run.

        Raises:
            SystemStateError: They could not be started; holds the last line.
        """
        missing = {
            name: {"arguments": list(arguments), "log": str(self.log(name))}
            for name, arguments in components.items()
            if not self.is_running(name)
        }
        if not missing:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._logs.mkdir(parents=True, exist_ok=True)
        # -P: the folder that the command is run in may hold anything; code comes from the installation alone.
        done = subprocess.run(
            [sys.executable, "-P", "-m", "operators.launch"],
            input=json.dumps(missing), env=dict(environment), capture_output=True, text=True, check=False, cwd=self._folder,
        )  # fmt: skip
        if done.returncode != 0:
            last = done.stderr.strip().splitlines()[-1:]
            raise SystemStateError(f"Airflow's processes could not be started: {' '.join(last)}")
        for name, pid in json.loads(done.stdout.splitlines()[-1]).items():
            self._record(name, pid)

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
        members = [member for process in running.values() for member in _family(process)]
        for process in running.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        _, alive = psutil.wait_procs(members, timeout=_PATIENCE_S)
        for member in alive:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        psutil.wait_procs(alive, timeout=_PATIENCE_S)
        for name in self.names():
            self._file(name).unlink(missing_ok=True)
        return sorted(running)

    def kill(self, names: Iterable[str]) -> None:
        """End processes that do not listen any more, with everything they started."""
        members = [member for name in names if (process := self._process(name)) for member in _family(process)]
        for member in members:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        psutil.wait_procs(members, timeout=_PATIENCE_S)

    def _record(self, name: str, pid: int) -> None:
        with suppress(psutil.NoSuchProcess):
            record = {"pid": pid, "started": _start_ticks(pid), "boot": _boot_id()}
            self._file(name).write_text(json.dumps(record))

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _process(self, name: str) -> psutil.Process | None:
        try:
            record = json.loads(self._file(name).read_text())
            process = psutil.Process(record["pid"])
            same = record["started"] == _start_ticks(process.pid) and record["boot"] == _boot_id()
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except (FileNotFoundError, ValueError, KeyError, psutil.NoSuchProcess):
            return None


def _family(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return []


def _start_ticks(pid: int) -> int:
    """Return when a process began, in clock ticks since boot: unlike a time of day it never shifts."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError as exc:
        raise psutil.NoSuchProcess(pid) from exc
    return int(fields[19])


def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
