"""
Start Airflow's components by forking one process that has imported Airflow.

Importing Airflow takes seconds of processor time. Four components started on their own pay for it four times, which on two cores
is most of a start; forked from one process they pay once and share the memory.

Standard input: a JSON object, component -> {"arguments": [...], "log": path}.
Standard output: a JSON object, component -> process id.
"""

import gc
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module

# What all four import. What only one needs, that one imports by itself while the others go on.
_SHARED = ("airflow.__main__", "airflow.serialization.serialized_objects", "airflow.sdk.execution_time.supervisor")


def main() -> None:
    """Fork the components and end; they live on in sessions of their own."""
    components = json.load(sys.stdin)
    for name in _SHARED:
        import_module(name)
    gc.freeze()
    pids = {}
    for name, component in components.items():
        pid = os.fork()
        if pid == 0:
            _become(component["arguments"], component["log"])
        pids[name] = pid
    json.dump(pids, sys.stdout)
    sys.stdout.flush()


def _become(arguments: Sequence[str], log: str) -> None:
    """Turn this process into `airflow <arguments>`; never returns."""
    from airflow.__main__ import main as airflow
    from setproctitle import setproctitle

    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for target, source in ((0, nothing), (1, output), (2, output)):
        os.dup2(source, target)
    sys.argv = ["airflow", *arguments]
    setproctitle(f"airflow {' '.join(arguments)}")
    airflow()  # type: ignore[no-untyped-call]
    sys.exit(0)


if __name__ == "__main__":
    main()
