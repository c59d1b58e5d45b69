"""The demo itself, as a new user runs it, in a folder of its own."""

import json
import os
import subprocess
import sys

import httpx
import pytest

from media_ai.system.postgres import free_port

pytestmark = pytest.mark.system


@pytest.fixture
def home(tmp_path):
    """An empty home whose name has a space; whatever runs in it is stopped afterwards."""
    folder = tmp_path / "a home"
    yield folder
    demo(folder, "down")


def demo(home, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "MEDIA_AI", "VIDEO", "SUBTITLES"))
    }
    environment = {
        **kept,
        "MEDIA_AI_HOME": str(home),
        "MEDIA_AI_PORT": str(free_port()),
        "NO_COLOR": "1",
        "TERM": "dumb",
    }
    return subprocess.run(
        [sys.executable, "-m", "media_ai.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=550,
    )


def similar(truth: str, text: str) -> bool:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, truth.lower(), text.lower()).ratio() >= 0.85


def test_the_demo_summarises_the_sample_and_stops(home, samples):
    """From nothing to a summary, chapters, frames and addresses; what it found agrees with the sample's ground truth."""
    done = demo(home, "demo", "--no-stay")

    assert (done.returncode, done.stderr) == (0, "")
    for part in (
        "Summary (extractive, local/extractive)",
        "Chapters",
        "distinct frames of",
        "The run in Airflow:",
        "Sign in as:",
    ):
        assert part in done.stdout
    truth = json.loads((samples / "truth.json").read_text())
    screen = [line.split("  ", 2)[-1].strip() for line in done.stdout.partition("On screen")[2].splitlines()]
    found = [text["text"] for text in truth["texts"] if any(similar(text["text"], line) for line in screen)]
    assert len(found) >= 10
    address = next(line.split()[-1] for line in done.stdout.splitlines() if line.startswith("The run in Airflow"))
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


def test_a_video_that_is_none_ends_with_a_sentence_and_exit_status(home, tmp_path):
    """The person's mistake is said before anything is started."""
    (tmp_path / "notes.mp4").write_text("only text")
    done = demo(home, "demo", "--no-stay", "--video", str(tmp_path / "notes.mp4"))

    assert (done.returncode, done.stdout) == (2, "")
    assert "'notes.mp4' is not a readable video" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (home / "postgres").exists()
