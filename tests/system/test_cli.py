"""The command line against the running system, as a person uses it."""

import json

import pytest

from media_ai.workflows.files import write_workflow
from tests.system.helpers import graph, publish

pytestmark = pytest.mark.system


def test_from_a_preset_to_a_found_sentence(system, samples):
    """Clone, publish, run, read the result, search: each command does its part."""
    assert system.cli("workflow", "clone", "summarize-without-account", "mine", "--name", "Mine").returncode == 0
    assert "Published 'mine' version 1." in system.cli("workflow", "publish", "mine").stdout
    video, lines = str(samples / "honeybees.mp4"), str(samples / "honeybees.srt")
    created = system.cli(
        "task",
        "create",
        "mine",
        "--video",
        video,
        "--subtitles",
        lines,
        "--set",
        "frames.interval=4",
        "--wait",
        timeout=500,
    )
    assert (created.returncode, created.stderr) == (0, "")
    run_id = next(line.split()[1] for line in created.stdout.splitlines() if line.startswith("Started"))
    result = json.loads(system.cli("task", "result", "mine", run_id, "--json").stdout)

    assert result["summaries"][0]["method"] == "extractive"
    assert len(result["summaries"][0]["chapters"]) >= 2
    assert run_id in system.cli("task", "list").stdout
    assert "Completed" in system.cli("task", "show", "mine", run_id).stdout
    assert "honeybees" in system.cli("search", "waggle dance").stdout
    assert "screen" in system.cli("search", "蜜蜂").stdout


def test_the_doctor_finds_a_healthy_system(system):
    """Every check is ok, and says what it saw."""
    done = system.cli("doctor")

    assert (done.returncode, "FAIL" in done.stdout) == (0, False)
    assert "scheduler" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["task", "create", "door-cli", "--video", "/none.mp4"], 2, "The video '/none.mp4' does not exist"),
        (["task", "create", "nowhere", "--video", "/none.mp4"], 2, "Workflow 'nowhere' is not published"),
        (["task", "create", "door-cli", "--video", "{video}", "--video-id", "a b"], 2, "'a b' is not a video id"),
        (
            ["task", "create", "door-cli", "--video", "{video}", "--set", "frames.interval=0"],
            2,
            "between 0.04 and 3600",
        ),
        (["task", "create", "door-cli", "--video", "{video}", "--set", "frame.interval=1"], 2, "Did you mean 'frames'"),
        (["task", "create", "door-cli", "--video", "{video}", "--set", "nonsense"], 2, "write node.parameter=value"),
        (["task", "create", "door-cli", "--video", "{video}", "--subtitles", "{video}"], 2, "give a .srt or .vtt file"),
        (
            ["task", "create", "door-cli", "--video", "{video}", "--notify", "nobody"],
            2,
            "There is no endpoint of notifications 'nobody'",
        ),
        (["task", "result", "door-cli", "none"], 2, "No task 'none'"),
        (["workflow", "show", "dor-cli"], 2, "There is no workflow 'dor-cli'"),
        (["workflow", "import", "{file}"], 2, "The slug 'door-cli' is taken"),
        (["search", "?!"], 2, "no word to search for"),
    ],
)
def test_bad_input_is_one_sentence_and_an_exit_code(system, samples, tmp_path, arguments, code, sentence):
    """No traceback reaches a person."""
    publish(system, graph("door-cli"))
    file = tmp_path / "w.json"
    file.write_text(write_workflow(graph("door-cli")))
    done = system.cli(*(part.format(video=samples / "honeybees.mp4", file=file) for part in arguments))

    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
    assert sentence in " ".join(done.stderr.split())


def test_a_file_outside_the_allowed_folders_is_uploaded_first(system, samples, tmp_path):
    """A person's own file is copied to where workers may read it, once."""
    publish(system, graph("upload"))
    own = tmp_path / "My film.mp4"
    own.write_bytes((samples / "honeybees.mp4").read_bytes())
    for _ in range(2):
        done = system.cli("task", "create", "upload", "--video", str(own), "--wait")
        assert done.returncode == 0, done.stderr

    assert len(list(system.settings.uploads.rglob("My-film.mp4"))) == 1
