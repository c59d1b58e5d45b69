"""Commands that need no system: exit codes and sentences, in a process of their own."""

import json
import os
import subprocess
import sys

import pytest

from media_ai.cli.task import parse_overrides
from media_ai.errors import InputError


def cli(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "media_ai.cli", *arguments],
        env={**os.environ, "NO_COLOR": "1", **environment}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_a_workflow_file_is_validated_line_by_line(tmp_path):
    """Every issue is a line with its node; the exit status is 2."""
    nodes = [
        {"id": "f", "type": "extract_frame"},
        {"id": "d", "type": "deduplicate_frames", "params": {"threshold": 1.4}},
    ]
    (tmp_path / "w.json").write_text(json.dumps({"slug": "w", "name": "W", "nodes": nodes}))
    done = cli("workflow", "validate", str(tmp_path / "w.json"))

    assert done.returncode == 2
    assert done.stdout.splitlines() == [
        "error: Node 'f': unknown node type 'extract_frame'. Did you mean 'extract_frames'?",
        "error: Node 'd': parameter 'threshold' is 1.4; it must be between 0 and 1.",
        "error: Node 'd': input 'frames' is not connected; it takes frame_set.",
    ]


def test_a_workflow_runs_here_without_airflow(tmp_path, samples):
    """`media-ai run` needs no system; the second time everything is reused."""
    arguments = (
        "run",
        "analyze-frames",
        "--video",
        str(samples / "honeybees.mp4"),
        "--set",
        "frames.interval=15",
        "--json",
    )
    first, second = (cli(*arguments, MEDIA_AI_HOME=str(tmp_path)) for _ in range(2))

    assert (first.returncode, first.stderr) == (0, "")
    assert len(json.loads(first.stdout)["analyses"]) >= 3
    assert {node["node_id"] for node in json.loads(second.stdout)["nodes"] if not node["reused"]} == {"publish"}


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("run", "none.json", "--video", "/x.mp4"), 2, "'none.json' cannot be read"),
        (("run", "analyze-frames", "--video", "/none.mp4"), 2, "Node 'input': The video '/none.mp4' does not exist"),
        (("task", "list"), 2, "There is no catalog database. Start one with 'make up'"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(tmp_path, arguments, code, sentence):
    """The exit status tells whose fault it is."""
    done = cli(*arguments, MEDIA_AI_HOME=str(tmp_path))

    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
    assert sentence in done.stderr


def test_a_catalog_that_is_down_is_exit_status_3(tmp_path):
    """Something that is needed does not answer: trying later may help. The password is not shown."""
    url = "postgresql://u:s3cret@127.0.0.1:1/x"
    done = cli("task", "list", MEDIA_AI_HOME=str(tmp_path), MEDIA_AI_DATABASE_URL=url)

    assert done.returncode == 3
    assert "The catalog at 127.0.0.1:1/x does not answer" in done.stderr
    assert "s3cret" not in done.stderr


@pytest.mark.parametrize(("variable", "value"), [("PORT", "eighty"), ("PORT", "0")])
def test_a_bad_setting_names_its_variable(tmp_path, variable, value):
    """The sentence has the variable's name."""
    done = cli("task", "list", MEDIA_AI_HOME=str(tmp_path), **{f"MEDIA_AI_{variable}": value})

    assert (done.returncode, f"MEDIA_AI_{variable}" in done.stderr) == (2, True)


def test_overrides_are_json_or_text():
    """Numbers, lists and plain words can be set."""
    settings = ["a.x=1.5", "a.y=word", 'b.z={"k": [1]}', "b.w=a=b"]

    assert parse_overrides(settings) == {"a": {"x": 1.5, "y": "word"}, "b": {"z": {"k": [1]}, "w": "a=b"}}
    with pytest.raises(InputError, match=r"write node\.parameter=value"):
        parse_overrides(["a=1"])
