"""Search by words and by meaning together: the models are the emulator's, the vectors are in a real PostgreSQL."""

import json
from fractions import Fraction

import pytest
from sqlalchemy import text

from media_ai.catalog.meaning import _nearest_statement
from media_ai.catalog.pgvector import use_pgvector
from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.catalog.search import Found, search, search_everything
from media_ai.catalog.vectors import vector_text
from media_ai.clients.access import Access
from media_ai.errors import InputError, StoppedError
from media_ai.model.artifacts import Artifact, BlobRef
from media_ai.model.run import RunInput
from media_ai.model.speech import Segment, Transcript
from media_ai.model.text import Chapter, Summary, SummaryMethod, TextContent, TextRegion, TextSource
from media_ai.model.time import Timecode
from media_ai.model.vision import Analyses, Analysis, Coverage
from media_ai.nodes import embed_content
from media_ai.testing import make_job, no_credentials
from media_ai_emulators.dashscope.vectors import vector_of
from tests.emulated import cloud_access, model_studio_credentials
from tests.local_server import LocalServer
from tests.media_ai.catalog.embedded import MODEL, embeddings, publish, span

pytestmark = pytest.mark.postgres

NOBODY = Access(credentials_of=no_credentials)


def said(*texts: str) -> Transcript:
    lines = tuple(Segment(time=span(at, at + 1), text=text) for at, text in enumerate(texts))
    return Transcript(source="srt", segments=lines)


def find(database, query: str, access: Access, **options) -> Found:
    return search_everything(database, query, access=access, **options)


def test_without_vectors_words_are_searched_alone(vector_database, emulator):
    """The same hits in the same order as before, no model is asked, and nothing is said."""
    publish(vector_database, said("The waggle dance.", "A dance of bees.", "Night."))
    found = find(vector_database, "dance", cloud_access(emulator))

    assert list(found.hits) == search(vector_database, "dance")
    assert {hit.found_by for hit in found.hits} == {"text"}
    assert found.notices == ()
    assert emulator.calls() == []


def test_a_catalog_that_never_had_vectors_is_searched(database, emulator):
    """Not even the table is there."""
    publish(database, said("The waggle dance."))
    assert len(find(database, "dance", cloud_access(emulator)).hits) == 1


def test_what_is_meant_is_found_by_other_words(vector_database, emulator):
    """Words find nothing, the vectors' model does; each hit says how it was found."""
    texts = ["honey bees dance in the dark hive", "bread is baked at night", "a car drives through town"]
    publish(vector_database, said(*texts), embeddings(texts))
    assert search(vector_database, "dark hive honey insects") == []
    found = find(vector_database, "dark hive honey insects", cloud_access(emulator))

    assert (found.hits[0].text, found.hits[0].found_by, found.hits[0].start_s) == (texts[0], "meaning", 0.0)
    assert (found.hits[0].title, found.hits[0].video_id, found.hits[0].run_id) == ("Bees", "bees", "r")
    assert [call.operation for call in emulator.calls()] == ["text-embedding"] * 2  # its own dimension, then 64


def test_what_words_and_meaning_both_find_comes_first(vector_database, emulator):
    """A place counts once, and for more than what only one of them finds."""
    texts = ["night falls", "the dance of bees", "dance", "bees bees bees"]
    publish(vector_database, said(*texts), embeddings(texts))
    found = find(vector_database, "bees dance", cloud_access(emulator))

    assert (found.hits[0].text, found.hits[0].found_by) == ("the dance of bees", "both")
    assert sorted(hit.text for hit in found.hits) == sorted(texts)
    assert {hit.found_by for hit in found.hits[1:]} == {"meaning"}


def test_every_kind_of_content_is_one_place_for_words_and_meaning(vector_database, emulator, tmp_path):
    """What embed_content embeds is what the search index holds: no place is found twice."""
    image = BlobRef(sha256="a" * 64, size=1, content_type="image/jpeg")
    coverage = Coverage(span=span(0, 9), sampled=1, kept=1, largest_gap=Fraction(1))
    results: dict[str, Artifact] = {
        "transcript": said("bees \0 speak"),
        "text": TextContent(
            model="m/x",
            frames_read=1,
            regions=(
                TextRegion(time=span(0.1, 2), text="bees shown", source=TextSource.SCREEN),
                TextRegion(time=span(0, 1), text="bees \0 speak", source=TextSource.SPEECH),
            ),
        ),
        "analyses": Analyses(
            model="m/x",
            coverage=coverage,
            items=(Analysis(time=Timecode.of_seconds("1.2"), image=image, text="bees sit"),),
        ),
        "summary": Summary(
            method=SummaryMethod.EXTRACTIVE,
            model="m/x",
            text="All about bees",
            chapters=(
                Chapter(time=span(3.3, 4), title="bees", text="They fly."),
                Chapter(time=span(4, 5), title="bees again"),
            ),
        ),
    }
    job = make_job(tmp_path, access=cloud_access(emulator))
    made = embed_content.run(embed_content.Params(dimension=64), embed_content.Inputs(**results), job).embeddings
    asset = RunInput(video="/a.mp4", video_id="bees").asset()
    run = RunKey(dag_id="w", run_id="r")
    ResultRepository(vector_database).publish(run, asset, [*results.values(), made], job.store.read)
    found = find(vector_database, "bees", cloud_access(emulator))

    assert {(hit.kind, hit.text): hit.found_by for hit in found.hits} == {
        ("speech", "bees  speak"): "both",
        ("screen", "bees shown"): "both",
        ("analysis", "bees sit"): "both",
        ("chapter", "bees. They fly."): "both",
        ("chapter", "bees again."): "both",
        ("summary", "All about bees"): "meaning",
    }
    assert len(found.hits) == 6


def test_frames_are_found_by_what_they_show(vector_database, emulator):
    """They have a picture in place of text, and are told apart by it."""
    publish(vector_database, embeddings(["a bee"], model="modelstudio/tongyi-embedding-vision-plus", pictures=2))
    found = find(vector_database, "picture 1", cloud_access(emulator))

    assert [(hit.kind, hit.text, hit.start_s, hit.image) for hit in found.hits[:2]] == [
        ("frame", "", 1.0, "b" * 64),
        ("frame", "", 0.0, "b" * 64),
    ]


def test_the_newest_run_of_a_video_is_found_once(vector_database, emulator):
    """Many runs over one video give one hit for each place, and do not push others out."""
    for number in range(8):
        publish(
            vector_database, said("bees dance"), embeddings(["bees dance"]), run=RunKey(dag_id="w", run_id=f"r{number}")
        )
    publish(vector_database, embeddings(["bees sleep"]), run=RunKey(dag_id="w", run_id="z"), video_id="other")
    found = find(vector_database, "bees dance", cloud_access(emulator))

    assert [(hit.video_id, hit.run_id, hit.found_by) for hit in found.hits] == [
        ("bees", "r7", "both"),
        ("other", "z", "meaning"),
    ]


def test_vectors_of_several_models_are_each_asked_of_their_own(vector_database, emulator):
    """After a change of the model, older videos are still found."""
    publish(vector_database, embeddings(["old bees"]), run=RunKey(dag_id="w", run_id="1"), video_id="old")
    newer = embeddings(["new bees"], model="modelstudio/text-embedding-v3", dimension=128)
    publish(vector_database, newer, run=RunKey(dag_id="w", run_id="2"), video_id="new")
    found = find(vector_database, "bees", cloud_access(emulator))

    assert {hit.text for hit in found.hits} == {"old bees", "new bees"}
    assert {call.params["model"] for call in emulator.calls()} == {"text-embedding-v4", "text-embedding-v3"}


def test_a_server_that_refuses_to_be_told_a_dimension_is_not_told(vector_database):
    """Most models have but one; the query is asked for plainly first."""
    asked = []

    def answer(headers, body):
        asked.append(json.loads(body))
        if "dimensions" in asked[-1]:
            return 400, {"error": {"message": "no matryoshka", "code": "bad"}}
        data = [{"object": "embedding", "index": 0, "embedding": [1.0, 0.0]}]
        return 200, {"object": "list", "data": data, "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}}

    publish(vector_database, embeddings(["bees"], model="openai/m", dimension=2))
    with LocalServer(answer) as server:
        found = find(vector_database, "bees", Access(credentials_of=lambda _: server.credentials))

    assert (len(found.hits), len(asked), found.notices) == (1, 1, ())


@pytest.mark.parametrize("fault", ["throttle", "server_error", "cut", "error_body", "expired_token"])
def test_when_the_model_does_not_answer_words_answer_alone(vector_database, emulator, fault):
    """And it is said once."""
    texts = ["bees dance", "night"]
    publish(vector_database, said(*texts), embeddings(texts), embeddings(texts, dimension=128))
    emulator.faults().add("dashscope", fault, times=None)
    found = find(vector_database, "dance", cloud_access(emulator))

    assert [(hit.text, hit.found_by) for hit in found.hits] == [("bees dance", "text")]
    assert len(found.notices) == 1
    assert found.notices[0].startswith("Not searched by meaning: modelstudio/text-embedding-v4 failed")
    assert "sk-" not in "".join(found.notices)


def test_missing_credentials_are_said_once_and_words_answer(vector_database):
    """Whoever has no key still finds words."""
    other = embeddings(["x"], model="modelstudio/text-embedding-v3")
    publish(vector_database, said("bees dance"), embeddings(["bees dance"]), other)
    found = find(vector_database, "dance", NOBODY)

    assert [hit.text for hit in found.hits] == ["bees dance"]
    assert found.notices == ("Not searched by meaning: No credentials for Alibaba Cloud Model Studio in this test.",)


def test_a_model_that_is_gone_does_not_stop_the_others(vector_database, emulator):
    """Each model is asked; the one that the service does not offer any more is named."""
    gone = embeddings(["lost bees"], model="modelstudio/text-embedding-v0")
    publish(vector_database, embeddings(["bees"]), gone)
    found = find(vector_database, "bees", cloud_access(emulator))

    assert [hit.text for hit in found.hits] == ["bees"]
    assert len(found.notices) == 1
    assert "text-embedding-v0" in found.notices[0]


def test_a_stop_is_no_failure_of_the_model(vector_database, emulator):
    """It ends the search."""

    def stop() -> None:
        raise StoppedError("stopped")

    class Full:
        def reserve(self, key, *, interval_s, burst_s=0.0):
            return 5.0

    publish(vector_database, embeddings(["bees"]))
    known = model_studio_credentials(emulator)
    access = Access(credentials_of=lambda _: known, limits=Full(), check_stopped=stop)
    with pytest.raises(StoppedError):
        find(vector_database, "bees", access)


@pytest.mark.parametrize(("query", "limit"), [("", 5), ("  !? ", 5), ("bees", 0), ("bees", 501)])
def test_a_search_for_nothing_is_refused(vector_database, emulator, query, limit):
    """Before a model is asked."""
    publish(vector_database, embeddings(["bees"]))
    with pytest.raises(InputError):
        find(vector_database, query, cloud_access(emulator), limit=limit)
    assert emulator.calls() == []


@pytest.mark.parametrize("query", ["' OR 1=1 --", "蜜蜂 🐝", "a\0b", "word " * 20_000, "%s :name {x}"])
def test_a_query_is_data(vector_database, emulator, query):
    """Of any length and any characters."""
    publish(vector_database, embeddings(["bees"]))
    found = find(vector_database, query, cloud_access(emulator))

    assert (len(found.hits), found.notices) == (1, ())


def test_no_more_hits_than_asked_for(vector_database, emulator):
    """The best ones, from a list that is longer than what is shown."""
    texts = [f"bees {'dance ' * (at % 5)}{at}" for at in range(300)]
    publish(vector_database, said(*texts), embeddings(texts))
    few, many = (find(vector_database, "bees dance", cloud_access(emulator), limit=limit) for limit in (3, 250))

    assert (len(few.hits), len(many.hits)) == (3, 250)
    assert {hit.found_by for hit in few.hits} == {"both"}
    assert len({hit.place for hit in many.hits}) == 250


def test_the_index_answers_as_the_whole_table_does(vector_database, emulator):
    """Nearly all of the nearest places are found by the index."""
    texts = [f"line {at} of part {at % 37} and {at % 11}" for at in range(3000)]
    publish(vector_database, embeddings(texts, dimension=256))
    with vector_database.transaction() as connection:
        connection.execute(text("ANALYZE media_ai.search_vectors"))
        use_pgvector(connection)
        query = {"model": MODEL, "query": vector_text(vector_of("x", 256)), "look_at": 100, "depth": 20}
        plan = "\n".join(connection.execute(text(f"EXPLAIN {_nearest_statement(256)}"), query).scalars())
    by_index = {hit.place for hit in find(vector_database, "line 5 of part 5", cloud_access(emulator)).hits}
    with vector_database.transaction() as connection:
        connection.execute(text("ALTER ROLE CURRENT_USER SET enable_indexscan = off"))
    vector_database.engine.dispose()
    try:
        exact = {hit.place for hit in find(vector_database, "line 5 of part 5", cloud_access(emulator)).hits}
    finally:
        with vector_database.transaction() as connection:
            connection.execute(text("ALTER ROLE CURRENT_USER RESET enable_indexscan"))
        vector_database.engine.dispose()

    assert "Index Scan using ix_search_vectors_" in plan
    assert len(by_index & exact) >= 18
