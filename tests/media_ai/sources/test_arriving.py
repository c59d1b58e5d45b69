"""Events about videos where a source looks."""

from datetime import UTC, datetime

import pytest

from media_ai.errors import ConflictError
from media_ai.sources.arriving import Arrivals
from media_ai.sources.library import SourceLibrary
from media_ai.sources.listing import SETTLED_S
from media_ai.sources.schema import Source

pytestmark = pytest.mark.postgres


@pytest.fixture
def looks():
    return {}


@pytest.fixture
def arrivals(database, looks):
    def look_at(dag_id, run_id, after):
        if (dag_id, run_id) in looks:
            raise ConflictError("taken")
        looks[dag_id, run_id] = after

    library = SourceLibrary(database)
    library.save(Source(slug="in", name="In", location="oss://media-ai/in/", workflow="w", exclude=("*/draft/*",)))
    library.save(Source(slug="deep", name="Deep", location="oss://media-ai/in/deep", workflow="w"))
    return Arrivals(database, look_at)


def test_each_source_that_takes_the_video_looks_when_it_has_settled(arrivals, looks):
    """One of the two is about a folder inside the other's."""
    said = arrivals("oss://media-ai/in/deep/课程 1.MP4")
    assert said is not None and said.endswith("deep, in")
    assert {dag for dag, _ in looks} == {"source.in", "source.deep"}
    for after in looks.values():
        assert SETTLED_S <= (after - datetime.now(UTC)).total_seconds() + 1 <= SETTLED_S + 20


def test_videos_that_arrive_together_are_found_by_few_looks(arrivals, looks):
    """A hundred at once are one look, or two where a quarter of a minute ends in between."""
    for number in range(100):
        assert arrivals(f"oss://media-ai/in/{number}.mp4")
    assert len(looks) <= 2


@pytest.mark.parametrize(
    "address", ["oss://media-ai/out/a.mp4", "oss://media-ai/in/x/draft/a.mp4", "oss://media-ai/in/a.txt", "oss://other/in/a.mp4"]
)  # fmt: skip
def test_what_no_source_takes_concerns_nobody(arrivals, looks, address):
    """Of another place or kind, or left out."""
    assert arrivals(address) is None
    assert looks == {}


@pytest.mark.parametrize("name", ["a.srt", "a.json"])
def test_what_lies_beside_a_video_counts_too(arrivals, looks, name):
    """A video may wait for it."""
    assert arrivals(f"oss://media-ai/in/{name}")
    assert len(looks) == 1
