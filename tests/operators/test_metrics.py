"""Our metrics reach a real StatsD listener and a real OTLP receiver; the dashboard asks for no others."""

import http.server
import json
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

from media_ai.store.artifacts import Usage
from operators.metrics import NAMES, Metrics

pytestmark = pytest.mark.airflow

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"

# Airflow reads its settings once in a process.
_SAY = """
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics import stats_utils
from media_ai.store.artifacts import Usage
from operators.metrics import Metrics
stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=True)
metrics = Metrics(stats)
for end in ("task.completed", "task.failed", "task.terminated"):
    metrics.task_ended(end, "my-workflow")
metrics.node_done("extract_frames", 1.5, is_reused=False)
metrics.node_done("extract_frames", 1.5, is_reused=True)
metrics.used(Usage(model="p/m", input_tokens=7, output_tokens=3), 0.25, "CNY")
metrics.deliveries({"delivered": 2, "put_off": 1, "given_up": 1})
metrics.gauges({"queue.waiting_tasks": 4, "queue.running_tasks": 2, "queue.remote_jobs": 1, "outbox.lag_seconds": 0.5})
"""


def say_all(**environment):
    """Have a process of its own send each metric once."""
    import os

    variables = {f"AIRFLOW__METRICS__{name}": str(value) for name, value in environment.items()}
    root = DEPLOY.parent
    variables["PYTHONPATH"] = f"{root}:{root / 'include'}"
    code = subprocess.run(
        [sys.executable, "-c", _SAY],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert code.returncode == 0, code.stderr


@pytest.fixture(scope="module")
def lines():
    """What a real StatsD listener gets."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(1)
        say_all(STATSD_ON=True, STATSD_HOST="127.0.0.1", STATSD_PORT=listener.getsockname()[1])
        found = []
        try:
            while True:
                found += listener.recv(65536).decode().splitlines()
        except TimeoutError:
            return [line for line in found if "media_ai" in line]


def test_statsd_gets_every_metric_with_its_value(lines):
    """Counters, times in milliseconds, gauges."""
    assert "airflow.media_ai.task.completed:1|c" in lines
    assert "airflow.media_ai.node.done.extract_frames:1|c" in lines
    assert "airflow.media_ai.node.seconds.extract_frames:1500.000000|ms" in lines
    assert lines.count("airflow.media_ai.node.reused.extract_frames:1|c") == 1
    assert "airflow.media_ai.model.input_tokens:7|c" in lines
    assert "airflow.media_ai.model.cost.CNY:0.25|c" in lines
    assert "airflow.media_ai.queue.waiting_tasks:4|g" in lines
    assert "airflow.media_ai.notification.delivered:2|c" in lines
    names = {line.partition(":")[0].removeprefix("airflow.") for line in lines}
    assert {name for name in NAMES if not any(each == name or each.startswith(f"{name}.") for each in names)} == set()


def test_otlp_gets_them_too():
    """From Airflow's own exporter, over HTTP."""
    bodies = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Stay silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        say_all(OTEL_ON=True, OTEL_HOST="127.0.0.1", OTEL_PORT=server.server_port, OTEL_SSL_ACTIVE=False)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    import gzip

    sent = b"".join(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body for body in bodies)
    assert b"airflow.media_ai.task.completed" in sent and b"my-workflow" in sent
    assert b"airflow.media_ai.queue.waiting_tasks" in sent


def test_a_metric_that_cannot_be_sent_is_none():
    """Nothing fails for it."""

    class Broken:
        def incr(self, *_, **__):
            raise OSError("no network")

        timing = gauge = incr

    metrics = Metrics(Broken())
    metrics.task_ended("task.failed", "w")
    metrics.node_done("x", 1, is_reused=False)
    metrics.used(Usage(model="a/b", input_tokens=1), 1.0, "CNY")
    metrics.gauges({"x": 1})


def mapped(lines):
    """Return the names and labels that statsd_exporter makes of StatsD lines, by the rules of our mapping file."""
    rules = yaml.safe_load((DEPLOY / "statsd-mapping.yaml").read_text())["mappings"]
    found = {}
    for line in lines:
        stat = line.partition(":")[0]
        for rule in rules:
            pattern = re.escape(rule["match"]).replace(r"\*", "([^.]*)")
            if match := re.fullmatch(pattern, stat):
                labels = {
                    name: re.sub(r"\$(\d)", lambda n: match[int(n[1])], text)
                    for name, text in rule.get("labels", {}).items()
                }
                found.setdefault(rule["name"], set()).update(labels)
                break
        else:
            pytest.fail(f"the mapping knows no {stat}")
    return found


def test_the_dashboard_asks_for_what_is_sent_and_labelled(lines):
    """Each metric and label of its queries comes out of the mapping of what we send; none of ours is forgotten."""
    known = mapped(lines)
    board = json.loads((DEPLOY / "grafana" / "media-ai.json").read_text())
    queries = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    asked = {name for query in queries for name in re.findall(r"\bmedia_ai_\w+", query)}
    plain = {re.sub(r"_(bucket|sum|count)$", "", name) for name in asked}
    assert plain == set(known)
    labels = {
        label
        for query in queries
        for group in re.findall(r"by \(([^)]*)\)", query)
        for label in re.split(r",\s*", group)
    }
    assert labels - {"le"} <= set().union(*known.values())
