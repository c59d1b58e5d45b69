"""Of two Celery workers one is killed, the other is cut off from the network; both come back."""

import logging
import os
import random
import shutil
import subprocess
import threading
from collections import Counter

from tests.stack.native import NativeStack

log = logging.getLogger(__name__)

KILLED, CUT_OFF = "worker-media-1", "worker-media-2"
CUT_OFF_S = 60.0
_GROUP = 54321
"""The user group of the worker that is cut off: the firewall knows its packets by it."""
_TABLE = "media_ai_drill"


def start_workers(stack: NativeStack) -> None:
    """Start two workers that do all work."""
    if os.geteuid() != 0 or shutil.which("nft") is None:
        raise RuntimeError("To cut a worker off the drill must be root and have nft: apt-get install nftables")
    stack.start("worker-media", KILLED)
    stack.start("worker-media", CUT_OFF, group=_GROUP)


class Outages(threading.Thread):
    """
    Kills the one with all that it does, cuts the other off for a minute, and so on until it is told to end.

    Args:
        stack: Both run in it.
        seed: Of the times.
        every_s: Shortest and longest time between two outages.
    """

    def __init__(self, stack: NativeStack, *, every_s: tuple[float, float], seed: int) -> None:
        super().__init__(daemon=True)
        self._stack = stack
        self._every_s = every_s
        self._random = random.Random(seed)
        self._over = threading.Event()
        self.killed: Counter[str] = Counter()

    def run(self) -> None:
        """Let one outage follow the other."""
        while True:
            for outage in (self._kill, self._cut_off):
                if self._over.wait(self._random.uniform(*self._every_s)):
                    return
                outage()

    def end(self) -> None:
        """Let no more come; both work when this returns."""
        self._over.set()
        self.join()

    def _kill(self) -> None:
        log.info("kill -9 %s and all its tasks", KILLED)
        self._stack.kill(KILLED)
        self.killed[KILLED] += 1
        self._over.wait(self._random.uniform(5, 30))
        self._stack.start("worker-media", KILLED)

    def _cut_off(self) -> None:
        log.info("cut %s off for %.0f s", CUT_OFF, CUT_OFF_S)
        rules = f"""
            table inet {_TABLE} {{
                chain from_worker {{
                    type filter hook output priority 0;
                    meta skgid {_GROUP} drop
                }}
            }}
        """
        subprocess.run(["nft", "--file", "-"], input=rules, text=True, check=True)
        self.killed[f"{CUT_OFF} cut off"] += 1
        try:
            self._over.wait(CUT_OFF_S)
        finally:
            subprocess.run(["nft", "delete", "table", "inet", _TABLE], check=True)
