"""`media-ai people` in a process of its own, on a real catalog."""

import pytest

from media_ai.catalog.results import ResultRepository
from media_ai.catalog.search import search
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.file_store import FileStore
from tests.media_ai.cli.test_commands import cli
from tests.media_ai.tasks.test_people import STRANGER, finish

pytestmark = pytest.mark.postgres


def test_people_are_listed_and_named(database, postgres, tmp_path):
    """Listing shows ids and times; naming says who it is now, and a search finds the name."""
    finish(ResultRepository(database), ArtifactStore(FileStore(tmp_path / "store")))
    places = {
        "MEDIA_AI_HOME": str(tmp_path),
        "MEDIA_AI_DATABASE_URL": postgres.url("catalog"),
        "MEDIA_AI_STORE_URL": (tmp_path / "store").as_uri(),
    }
    listed = cli("people", "list", "faces", "r1", **places)
    named = cli("people", "name", "faces", "r1", STRANGER, "[bold]Grace\x1b[31m", "--role", "admiral", **places)
    unknown = cli("people", "name", "faces", "r1", "nobody", "A", **places)

    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["person", STRANGER, "cd" * 8]
    assert "(unknown)" in listed.stdout and "0:00:01.5 - 0:00:04.0, 0:00:20.0 - 0:00:21.0" in listed.stdout
    assert named.stdout == f"{STRANGER} is [bold]Grace[31m (admiral).\n"
    assert (unknown.returncode, unknown.stderr.split(" Known")[0]) == (2, "Task 'r1' has no person 'nobody'.")
    assert len(search(database, "grace")) == 2
