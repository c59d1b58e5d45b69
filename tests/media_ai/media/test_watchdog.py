"""A decoder that does not come back ends its process, with a sentence."""

import subprocess
import sys

_HANGS = """
import logging, time
from media_ai.media import watchdog
logging.basicConfig(level=logging.INFO, format="%(message)s")
watchdog.LIMIT_S = 0.5
with watchdog.watching("lecture.mp4") as watch:
    for _ in range(5):
        with watch.call():
            time.sleep(0.2)
    time.sleep(1.5)  # somebody else's work, between two calls
    print("still here", flush=True)
    with watch.call():
        time.sleep(60)
"""
_FORKED = """
import os, time
from media_ai.media import watchdog
watchdog.LIMIT_S = 0.5
with watchdog.watching("a"):
    pass
child = os.fork()
if child == 0:
    with watchdog.watching("b") as watch, watch.call():
        time.sleep(60)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)


def test_a_hang_ends_the_process_and_only_a_hang():
    """Many short calls and long pauses between them pass; one call that does not return ends the process."""
    done = run(_HANGS)

    assert done.returncode == 70
    assert "still here" in done.stdout
    assert "Decoding 'lecture.mp4' has not come back" in done.stderr


def test_a_forked_process_is_watched_too():
    """Workers fork tasks from a process that may have watched something before."""
    assert run(_FORKED).stdout.strip() == "70"
