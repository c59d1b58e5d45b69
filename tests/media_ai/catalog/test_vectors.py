"""Vectors in the catalog: made on demand, replaced with their run, whole under concurrency, told where pgvector is missing."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from struct import pack, unpack

import psycopg2
import pytest
from sqlalchemy import text

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.migrate import migrate
from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.catalog.search import search
from media_ai.catalog.vectors import vector_text
from media_ai.errors import CatalogError, ConfigurationError, ErrorKind
from media_ai.model.run import RunInput
from media_ai.model.speech import Segment, Transcript
from media_ai.system.postgres import EmbeddedPostgres
from tests.media_ai.catalog.embedded import BLOBS, MODEL, RUN, embeddings, publish, span

pytestmark = pytest.mark.postgres


@pytest.fixture
def own(postgres: EmbeddedPostgres, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated database of the test's own, in which nobody has made pgvector."""
    name = f"own{abs(hash(request.node.name))}"
    postgres.create_database(name)
    migrate(postgres.url(name))
    database = Database(postgres.url(name))
    yield database
    database.engine.dispose()


def administer(postgres: EmbeddedPostgres, database: Database, statement: str) -> None:
    """Run a statement as the administrator of the server."""
    name = database.place.rpartition("/")[2]
    connection = psycopg2.connect(postgres._url("media_ai_admin", "admin-only", name))
    connection.autocommit = True
    connection.cursor().execute(statement)
    connection.close()


def rows(database: Database, columns: str = "text") -> list[tuple]:
    with database.transaction() as connection:
        found = connection.execute(
            text(f"SELECT {columns} FROM media_ai.search_vectors ORDER BY dag_id, run_id, ordinal")
        )
        return [tuple(row) for row in found]


def indexes(database: Database) -> set[str]:
    with database.transaction() as connection:
        found = connection.execute(text("SELECT indexdef FROM pg_indexes WHERE tablename = 'search_vectors'"))
        return {row.indexdef for row in found if "hnsw" in row.indexdef}


def test_vectors_are_published_beside_everything_else(vector_database):
    """Each item has a row with its place, its model and its vector, as float32."""
    said = Transcript(source="srt", segments=(Segment(time=span(0, 1), text="Bees."),))
    written = publish(vector_database, said, embeddings(["Bees.", "蜜蜂\0 🐝"], pictures=1))

    assert written == {"segments": 1, "search_entries": 1, "search_vectors": 3}
    assert rows(
        vector_database, "ordinal, video_id, kind, start_s::float, end_s::float, text, image, model, dimension"
    ) == [
        (0, "bees", "speech", 0.0, 1.0, "Bees.", None, MODEL, 64),
        (1, "bees", "speech", 1.0, 2.0, "蜜蜂 🐝", None, MODEL, 64),
        (2, "bees", "frame", 0.0, 1.0, "", "b" * 64, MODEL, 64),
    ]
    assert rows(vector_database, "vector_dims(embedding)") == [(64,)] * 3


def test_publishing_again_replaces(vector_database):
    """Also by results without embeddings: nothing of the earlier publication stays."""
    publish(vector_database, embeddings(["one", "two"]))
    publish(vector_database, embeddings(["three"]))
    assert rows(vector_database) == [("three",)]

    publish(vector_database, Transcript(source="srt", segments=()))
    assert rows(vector_database) == []


def test_vectors_disappear_with_their_run_and_no_other(vector_database):
    """A run that is deleted leaves nothing to find."""
    publish(vector_database, embeddings(["one"]), run=RunKey(dag_id="w", run_id="1"))
    publish(vector_database, embeddings(["two"]), run=RunKey(dag_id="w", run_id="2"))
    with vector_database.transaction() as connection:
        connection.execute(tables.runs.delete().where(tables.runs.c.run_id == "1"))

    assert rows(vector_database) == [("two",)]


def test_each_model_and_dimension_has_an_index_of_its_own(own, postgres):
    """Vectors of several models live in one table, and a query of one uses its index alone."""
    administer(postgres, own, "CREATE EXTENSION vector")
    publish(own, embeddings(["a"]), embeddings(["a"], dimension=128), embeddings(["a"], model="openai/it's"))
    found = indexes(own)

    assert sum("halfvec(128)" in index for index in found) == 1
    assert sum("openai/it''s" in index for index in found) == 1
    assert all("halfvec_cosine_ops" in index and "WHERE" in index for index in found)


def test_more_dimensions_than_an_index_takes_are_kept_all_the_same(own, postgres):
    """They are compared one by one."""
    administer(postgres, own, "CREATE EXTENSION vector")
    publish(own, embeddings(["a"]))
    before = indexes(own)
    assert publish(own, embeddings(["a"], dimension=4001)) == {"search_vectors": 1}
    assert indexes(own) == before


def test_a_failed_publication_changes_nothing(vector_database):
    """Vectors and everything else are written together or not at all."""
    publish(vector_database, embeddings(["one"]))
    broken = embeddings(["x", "y"])
    broken = broken.model_copy(update={"items": (broken.items[0], broken.items[1].model_copy(update={"row": 99}))})
    with pytest.raises(Exception, match="unpack_from"):
        publish(vector_database, broken)

    assert rows(vector_database) == [("one",)]


def test_embeddings_of_nothing_need_no_pgvector(own):
    """A silent video is published anywhere."""
    assert publish(own, embeddings([])) == {}


def test_a_server_without_pgvector_serves_everything_else(own, postgres):
    """Only embeddings are refused; the sentence says what to install, and the other results are not lost by half."""
    name = own.place.rpartition("/")[2]
    administer(postgres, own, f"ALTER DATABASE {name} SET extension_control_path = '/nowhere'")
    own.engine.dispose()
    said = Transcript(source="srt", segments=(Segment(time=span(0, 1), text="Bees."),))
    with pytest.raises(ConfigurationError, match=r"does not have the extension pgvector. Install it there") as caught:
        publish(own, said, embeddings(["Bees."]))

    assert "media_ai_owner" not in caught.value.message
    assert search(own, "bees") == []
    assert publish(own, said) == {"segments": 1, "search_entries": 1}
    assert [hit.text for hit in search(own, "bees")] == ["Bees."]


def test_a_database_in_which_nobody_made_pgvector_says_who_can(own, postgres):
    """An ordinary user may not make it; once an administrator has, in whatever schema, publishing goes on."""
    with pytest.raises(ConfigurationError, match=r"run CREATE EXTENSION vector; in it") as caught:
        publish(own, embeddings(["a"]))
    assert caught.value.kind is ErrorKind.INVALID

    administer(
        postgres,
        own,
        'CREATE SCHEMA "Else Where"; CREATE EXTENSION vector SCHEMA "Else Where"; GRANT USAGE ON SCHEMA "Else Where" TO PUBLIC',
    )
    assert publish(own, embeddings(["a"])) == {"search_vectors": 1}
    assert len(rows(own)) == 1


def test_an_old_pgvector_is_told(own, postgres):
    """Half-precision vectors came with 0.7."""
    administer(postgres, own, "CREATE EXTENSION vector")
    administer(postgres, own, "UPDATE pg_extension SET extversion = '0.6.2' WHERE extname = 'vector'")
    with pytest.raises(ConfigurationError, match=r"is 0\.6\.2, and 0\.7 is the oldest"):
        publish(own, embeddings(["a"]))


def test_making_the_database_again_makes_the_extension_in_an_old_one(own, postgres):
    """A system of an earlier version is brought up to date at its next start."""
    name = own.place.rpartition("/")[2]
    for _ in range(2):
        postgres.create_database(name, extensions=("vector",))
    assert publish(own, embeddings(["a"])) == {"search_vectors": 1}


def test_no_row_is_lost_when_many_publish_at_once(own, postgres):
    """The first publications of a database, of several new models, all at the same moment: table and indexes are made once."""
    administer(postgres, own, "CREATE EXTENSION vector")
    url = postgres.url(own.place.rpartition("/")[2])
    failures: list[BaseException] = []
    barrier = threading.Barrier(6)

    def work(number: int) -> None:
        database = Database(url)
        try:
            barrier.wait()
            for turn in range(4):
                run = RunKey(dag_id=f"w{number}", run_id=f"r{turn}")
                texts = [f"line {at}" for at in range(30)]
                model = f"openai/model-{(number + turn) % 3}"
                publish(database, embeddings(texts, model=model, dimension=64 + 64 * (turn % 2)), run=run)
        except BaseException as exc:
            failures.append(exc)
        finally:
            database.engine.dispose()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len(rows(own)) == 6 * 4 * 30
    assert len(indexes(own)) == 6


_PUBLISH_FOR_EVER = """
import sys
from media_ai.catalog.database import Database
from tests.media_ai.catalog.embedded import embeddings, publish
database, big = Database(sys.argv[1]), embeddings([f"new {at}" for at in range(3000)], dimension=256)
while True:
    print("begun", flush=True)
    publish(database, big)
"""


def test_a_killed_publication_leaves_the_rows_of_the_one_before(vector_database, postgres):
    """kill -9 in the middle: all old rows or all new ones, and nothing stays locked."""
    publish(vector_database, embeddings([f"old {at}" for at in range(5)], dimension=256))
    command = [sys.executable, "-c", _PUBLISH_FOR_EVER, postgres.url("vectors")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(0.7)
        process.send_signal(signal.SIGKILL)
    kept = {row[0].split()[0] for row in rows(vector_database)}

    assert (kept, len(rows(vector_database))) in [({"old"}, 5), ({"new"}, 3000)]
    publish(vector_database, embeddings(["after"], dimension=256))
    assert rows(vector_database) == [("after",)]


def test_blobs_cannot_be_read_by_a_caller_who_gives_no_way(vector_database):
    """Said, and nothing is written."""
    asset = RunInput(video="/a.mp4", video_id="a").asset()
    with pytest.raises(ConfigurationError, match="a way to read blobs"):
        ResultRepository(vector_database).publish(RUN, asset, [embeddings(["a"])])


def test_a_vector_keeps_every_float32(vector_database):
    """Written with nine digits; numbers that are none are refused by the database."""
    number = unpack("<f", pack("<f", 0.1234567890123))[0]
    assert unpack("<f", pack("<f", float(vector_text((number, 1.0))[1:-1].split(",")[0])))[0] == number
    broken = embeddings(["a"], dimension=2)
    broken = broken.model_copy(update={"vectors": BLOBS.put(pack("<2f", float("nan"), 1.0))})
    with pytest.raises(CatalogError, match="cannot hold"):
        publish(vector_database, broken)
