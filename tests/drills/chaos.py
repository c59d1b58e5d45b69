"""Kills processes of a running system with -9, and starts again what is gone, as a service manager does."""

import logging
import random
import signal
import threading
import time
from collections import Counter
from contextlib import suppress

import psutil

from media_ai.errors import MediaAIError
from media_ai.system.embedded import COMPONENTS
from tests.running import RunningSystem

log = logging.getLogger(__name__)

WORKER = "worker"
POSTGRES = "postgresql"
VICTIMS = (*COMPONENTS, WORKER, WORKER, POSTGRES)
"""Workers twice: they are most of the processes."""
_LOOK_S = 10.0


class Chaos(threading.Thread):
    """
    Kills one process after the other until it is told to end.

    Args:
        system: The system.
        every_s: Shortest and longest time between two kills.
        seed: Of who is killed, and when.
    """

    def __init__(self, system: RunningSystem, *, every_s: tuple[float, float], seed: int) -> None:
        super().__init__(daemon=True)
        self._system = system
        self._postgres_home = str(system.home / "postgres" / "data")
        self._every_s = every_s
        self._random = random.Random(seed)
        self._over = threading.Event()
        self.killed: Counter[str] = Counter()

    def run(self) -> None:
        """Kill, wait a moment, start again."""
        while not self._watched(self._random.uniform(*self._every_s)):
            victim = self._random.choice(VICTIMS)
            if self._kill(victim):
                self.killed[victim] += 1
            time.sleep(self._random.uniform(0.2, 2.0))
            self.revive()

    def _watched(self, seconds: float) -> bool:
        """Look after the system for a time, as a service manager does: what hangs is found later than what is gone."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._over.wait(min(left, _LOOK_S)):
                return True
            self.revive()
        return self._over.is_set()

    def end(self) -> None:
        """Kill no more; everything runs when this returns."""
        self._over.set()
        self.join()
        self.revive()

    def revive(self) -> None:
        """Start what does not run."""
        for _ in range(20):
            try:
                self._system.up()
            except MediaAIError as exc:
                # As a service manager would: try again. A killed server may still hold its files for a moment.
                log.warning("not up yet: %s", exc.message)
                time.sleep(1)
            else:
                return
        raise RuntimeError("The system does not come back; see its logs.")

    def _kill(self, victim: str) -> bool:
        process = self._victim(victim)
        if process is None:
            return False
        with suppress(psutil.NoSuchProcess):
            log.info("kill -9 %s (%d)", victim, process.pid)
            process.send_signal(signal.SIGKILL)
        return True

    def _victim(self, victim: str) -> psutil.Process | None:
        with suppress(psutil.NoSuchProcess):
            if victim == POSTGRES:
                return next(
                    (
                        process
                        for process in psutil.process_iter(["name", "cmdline"])
                        if process.info["name"] == "postgres" and self._postgres_home in (process.info["cmdline"] or [])
                    ),
                    None,
                )
            pid = self._system.embedded.processes.pid("scheduler" if victim == WORKER else victim)
            if pid is None:
                return None
            process = psutil.Process(pid)
            if victim != WORKER:
                return process
            # Those of the executor, and below them the processes of tasks.
            below = process.children(recursive=True)
            return self._random.choice(below) if below else None
        return None
