"""Rules take away what is kept no longer; what belongs to no task is collected, and nothing else."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from media_ai.catalog.retention import EVERY, Retention, Rule
from media_ai.errors import NotFoundError
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.file_store import FileStore
from media_ai.tasks.collecting import collect
from media_ai.tasks.retaining import enforce
from tests.media_ai.tasks.test_deleting import World

pytestmark = pytest.mark.postgres


@pytest.fixture
def world(database, tmp_path):
    return World(database, FileStore(tmp_path / "store"))


def age(world, days):
    with world.database.transaction() as connection:
        connection.execute(text("UPDATE media_ai.runs SET ended_at = now() - make_interval(days => :d)"), {"d": days})


def upkeep(world, **options):
    retention = Retention(world.database)
    return enforce(retention, world.deletions, world.deletion(), world.outside, **options)


def runs(world):
    with world.database.transaction() as connection:
        return set(connection.execute(text("SELECT run_id FROM media_ai.runs")).scalars())


def test_without_a_rule_everything_is_kept(world):
    """For ever."""
    world.task("r", words="a")
    age(world, 5000)
    assert set(upkeep(world).values()) == {0} and runs(world) == {"r"}


def test_tasks_go_in_batches_when_their_time_is_over(world):
    """The oldest first; a task that goes on stays, however old."""
    for number in range(5):
        world.task(f"r{number}", words=f"w{number}")
    age(world, 31)
    world.task("young", words="y")
    world.task("open", words="o", state=None)
    Retention(world.database).save(Rule(dag_id=EVERY, results_days=30), by="ann")

    assert upkeep(world, batch=3)["results"] == 3
    assert upkeep(world, batch=3)["results"] == 2
    assert runs(world) == {"young", "open"}
    assert {item.reason for item in world.deletions.recent()} == {"retention"}


def test_a_workflow_s_own_rule_counts_whole(world):
    """What it does not name is kept, whatever the rule for all others says."""
    world.task("r", words="a")
    age(world, 31)
    retention = Retention(world.database)
    retention.save(Rule(dag_id=EVERY, results_days=30), by="ann")
    retention.save(Rule(dag_id="w", artifacts_days=1000), by="ann")
    assert upkeep(world)["results"] == 0

    retention.remove("w")
    assert upkeep(world)["results"] == 1
    with pytest.raises(NotFoundError):
        retention.remove("w")
    assert [(rule.dag_id, rule.results_days, rule.saved_by) for rule in retention.rules()] == [("", 30, "ann")]


def test_artifacts_go_and_rows_stay(world):
    """Their bytes are collected a week after they were written, but for those of other tasks."""
    world.task("r1", words="same", pictures=(b"1",))
    age(world, 8)
    world.task("r2", words="same")
    Retention(world.database).save(Rule(dag_id="w", artifacts_days=7), by="ann")
    assert upkeep(world)["artifacts"] == 1 and upkeep(world)["artifacts"] == 0

    later = datetime.now(UTC) + timedelta(days=8)
    done = collect(world.refs, world.store, now=later)
    assert (done["results"], done["blobs"]) == (1, 2)
    assert world.rows("segments") == 2
    assert collect(world.refs, world.store, now=later)["blobs"] == 0
    assert all(world.store.find_result(kind, key) for kind, key, _ in world.deletions.outputs(_run("r2")))


def test_an_upload_goes_when_no_other_task_reads_it(world):
    """Files that lie elsewhere are not ours."""
    world.outside.files = {"/uploads/1/a.mp4", "/uploads/2/b.mp4", "/videos/c.mp4"}
    world.task("r1", words="a", video="/uploads/1/a.mp4")
    world.task("r2", words="b", video="/uploads/2/b.mp4")
    world.task("r3", words="b", video="/videos/c.mp4")
    age(world, 8)
    world.task("young", words="b", video="/uploads/2/b.mp4")
    Retention(world.database).save(Rule(dag_id="w", uploads_days=7), by="ann")

    assert upkeep(world)["uploads"] == 3 and upkeep(world)["uploads"] == 0
    assert world.outside.files == {"/uploads/2/b.mp4", "/videos/c.mp4"}


def test_what_fails_is_tried_again_and_does_not_keep_the_others(world, monkeypatch):
    """A deletion that was left is gone on with by the next upkeep."""
    for name in ("r1", "r2"):
        world.task(name, words=name)
    age(world, 2)
    Retention(world.database).save(Rule(dag_id="w", results_days=1), by="ann")
    original = world.outside.delete_run

    def failing(dag_id, run_id):
        if run_id == "r1":
            raise NotFoundError("as any error of ours")
        return original(dag_id, run_id)

    monkeypatch.setattr(world.outside, "delete_run", failing)
    assert upkeep(world)["results"] == 1 and runs(world) == {"r1"}
    monkeypatch.undo()
    assert upkeep(world)["went_on"] == 1 and runs(world) == set()


@pytest.mark.parametrize(("deletion", "left"), [("keep", {"r"}), ("delete", set())])
def test_a_deletion_at_the_source_is_followed_if_the_source_says_so(world, deletion, left):
    """A day later; a file that is back by then keeps its task."""
    world.task("r", words="a")
    definition = json.dumps({"deletion": deletion})
    add = (
        "INSERT INTO media_ai.source_items (source, address, etag, size, modified_at, state, dag_id, run_id, gone_at) "
        "VALUES ('s', 'a', 'e', 1, now(), 'started', 'w', 'r', now() - interval '23 hours')"
    )
    with world.database.transaction() as connection:
        connection.execute(text("INSERT INTO media_ai.sources (slug, definition) VALUES ('s', :d)"), {"d": definition})
        connection.execute(text(add))
    assert upkeep(world)["by_source"] == 0
    with world.database.transaction() as connection:
        connection.execute(text("UPDATE media_ai.source_items SET gone_at = now() - interval '25 hours'"))
    upkeep(world)
    assert runs(world) == left


def test_what_belongs_to_no_task_is_collected_after_a_week(world):
    """Not before; what tasks point to at any depth never, and what is stored again begins anew."""
    world.task("r", words="a", pictures=(b"1", b"2"))
    orphan = world.store.put_bytes(b"nobody's", "text/plain")
    before = world.keys()
    assert collect(world.refs, world.store)["blobs"] == 0 and world.keys() == before

    later = datetime.now(UTC) + timedelta(days=8)
    assert collect(world.refs, world.store, now=later, most=0)["blobs"] == 0
    done = collect(world.refs, world.store, now=later)
    assert (done["blobs"], done["bytes"]) == (1, orphan.size)
    assert before - world.keys() == {f"blobs/{orphan.sha256[:2]}/{orphan.sha256}"}


def test_bytes_that_are_stored_again_are_as_good_as_new(tmp_path):
    """Else they could be collected between being found there and being recorded."""
    import os
    import time

    store = ArtifactStore(FileStore(tmp_path))
    blob = store.put_bytes(b"x", "text/plain")
    path = tmp_path / f"blobs/{blob.sha256[:2]}/{blob.sha256}"
    os.utime(path, (time.time() - 1000,) * 2)
    assert store.removal().blob(blob.sha256, older_than=datetime.now(UTC) - timedelta(hours=1)) is None
    store.put_bytes(b"x", "text/plain")

    assert time.time() - path.stat().st_mtime < 60


def _run(run_id):
    from media_ai.catalog.results import RunKey

    return RunKey(dag_id="w", run_id=run_id)
