"""`media-ai search` in a process of its own: by words and by meaning, with and without a key."""

import os
import subprocess
import sys

import pytest

from media_ai.model.speech import Segment, Transcript
from tests.media_ai.catalog.embedded import embeddings, publish, span

pytestmark = pytest.mark.postgres


def search(home, postgres, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "NO_COLOR": "1",
        "MEDIA_AI_HOME": str(home),
        "MEDIA_AI_DATABASE_URL": postgres.url("vectors"),
        **variables,
    }
    command = [sys.executable, "-m", "media_ai.cli", "search", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def fill(database, *, with_vectors: bool = True) -> None:
    texts = ["honey bees dance in the dark hive", "bread is baked at night"]
    lines = tuple(Segment(time=span(at, at + 1), text=text) for at, text in enumerate(texts))
    results = [Transcript(source="srt", segments=lines)]
    publish(database, *results, *([embeddings(texts, pictures=1)] if with_vectors else []))


def test_hits_say_how_they_were_found(tmp_path, postgres, vector_database, emulator):
    """A column more where meaning was searched; a frame has no text."""
    fill(vector_database)
    key = {
        "MEDIA_AI_MODELSTUDIO_API_KEY": emulator.keys.api_key,
        "MEDIA_AI_MODELSTUDIO_BASE_URL": emulator.dashscope_url,
    }
    done = search(tmp_path, postgres, "bees dance", **key)
    lines = [line.split() for line in done.stdout.splitlines()]

    assert (done.returncode, done.stderr) == (0, "")
    assert lines[0] == ["video", "at", "where", "by", "text"]
    assert lines[1][:5] == ["bees", "0:00:00.0", "speech", "both", "honey"]
    assert {tuple(line[2:5]) for line in lines[2:]} == {
        ("speech", "meaning", "bread"),
        ("frame", "meaning", "(picture)"),
    }


def test_without_a_key_words_are_searched_and_it_is_said_once(tmp_path, postgres, vector_database):
    """The sentence names what to set."""
    fill(vector_database)
    done = search(tmp_path, postgres, "bees dance")
    lines = done.stdout.splitlines()

    assert done.returncode == 0
    assert lines[0] == (
        "Not searched by meaning: Alibaba Cloud Model Studio is not set up: set MEDIA_AI_MODELSTUDIO_*."
    )
    assert [line.split()[:4] for line in lines[1:]] == [
        ["video", "at", "where", "text"],
        ["bees", "0:00:00.0", "speech", "honey"],
    ]


def test_without_vectors_nothing_changes(tmp_path, postgres, vector_database):
    """No word about meaning."""
    fill(vector_database, with_vectors=False)
    done = search(tmp_path, postgres, "bees dance")

    assert [line.split()[:4] for line in done.stdout.splitlines()] == [
        ["video", "at", "where", "text"],
        ["bees", "0:00:00.0", "speech", "honey"],
    ]
    assert search(tmp_path, postgres, "nothing").stdout == "Nothing found.\n"
