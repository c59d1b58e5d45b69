"""Search over the API."""

import pytest

from media_ai.catalog.results import ResultRepository
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.file_store import FileStore
from tests.media_ai.tasks.test_people import finish
from tests.web import API, SetGate, make_client

pytestmark = pytest.mark.postgres


def test_what_was_found_is_found_again_by_those_who_may_read_it(database, tmp_path):
    """At its second in the video; nothing of workflows that may not be read; a query without a word is refused."""
    finish(ResultRepository(database), ArtifactStore(FileStore(tmp_path / "store")))
    client = make_client(database, tmp_path)
    hits = client.get(f"{API}/search", params={"q": "lovelace"}).json()["hits"]
    member = make_client(database, tmp_path, gate=SetGate(hidden={"faces"}))

    assert [(hit["workflow"], hit["run_id"], hit["kind"], hit["start_s"]) for hit in hits] == [
        ("faces", "r1", "person", 0.0)
    ]
    assert member.get(f"{API}/search", params={"q": "lovelace"}).json() == {"hits": []}
    assert client.get(f"{API}/search", params={"q": "nobody"}).json() == {"hits": []}
    assert client.get(f"{API}/search", params={"q": "?!"}).status_code == 422
    assert client.get(f"{API}/search").status_code == 422
