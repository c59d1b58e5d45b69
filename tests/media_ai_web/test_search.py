"""Search over the API."""

import pytest

from media_ai.catalog.results import ResultRepository
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.file_store import FileStore
from media_ai_web import services
from tests.emulated import cloud_access
from tests.media_ai.catalog.embedded import embeddings, publish
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
    assert member.get(f"{API}/search", params={"q": "lovelace"}).json()["hits"] == []
    assert client.get(f"{API}/search", params={"q": "nobody"}).json()["hits"] == []
    assert client.get(f"{API}/search", params={"q": "?!"}).status_code == 422
    assert client.get(f"{API}/search").status_code == 422


def test_what_is_meant_is_found_where_there_are_vectors(vector_database, emulator, tmp_path, monkeypatch):
    """By other words than were said, and the hit says so; when the model does not answer, words answer and a notice says why."""
    publish(vector_database, embeddings(["honey bees dance in the dark hive", "bread is baked at night"]))
    monkeypatch.setattr(services, "_given", [cloud_access(emulator).credentials_of])
    client = make_client(vector_database, tmp_path)
    hit = client.get(f"{API}/search", params={"q": "dark hive honey insects"}).json()["hits"][0]
    assert (hit["found_by"], hit["start_s"], hit["text"]) == ("meaning", 0.0, "honey bees dance in the dark hive")

    monkeypatch.setattr(services, "_given", [])
    answer = client.get(f"{API}/search", params={"q": "dark hive"}).json()
    assert answer["hits"] == []
    assert "MEDIA_AI_MODELSTUDIO" in answer["notices"][0]
