"""What a workflow's DAG file costs the DAG processor."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from operators.dag_file import dag_file_text
from tests.operators.test_dag import plan_of, published
from tests.perf.report import line, median

_PARSE = """
import sys, time, runpy
import airflow.sdk
from airflow.sdk import DAG, BaseOperator
start = time.process_time()
{body}
print(1000 * (time.process_time() - start))
"""

# An empty DAG with as many operators of Airflow's own, written by hand.
_BASELINE = """
from airflow.providers.standard.operators.python import PythonOperator
with DAG("baseline", schedule=None):
    [PythonOperator(task_id=f"t{n}", python_callable=print) for n in range(8)]
"""


def main() -> None:
    """Print the milliseconds on top of `airflow.sdk`, and the size of a serialised DAG."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "workflow.py"
        file.write_text(dag_file_text(published(plan_of(8))))
        ours = median([_milliseconds(f"runpy.run_path({str(file)!r})") for _ in range(5)])
        baseline = median([_milliseconds(_BASELINE) for _ in range(5)])
    line(
        "parse a workflow of 8 nodes, CPU", ours, "ms", baseline=baseline, bar="<= 100 ms; baseline: 8 PythonOperators"
    )
    line("serialised DAG of 30 nodes", _serialised_size(30) / 1000, "kB", bar="<= 30 kB")


def _milliseconds(body: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _PARSE.format(body=body)], env=os.environ, capture_output=True, text=True, check=True
    )
    return float(done.stdout.splitlines()[-1])


def _serialised_size(nodes: int) -> int:
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-m", "operators.check_dag"], input=published(plan_of(nodes)).model_dump_json(),
            env={**os.environ, "AIRFLOW_HOME": home}, capture_output=True, text=True, check=True,
        )  # fmt: skip
    return int(json.loads(done.stdout.splitlines()[-1]))
