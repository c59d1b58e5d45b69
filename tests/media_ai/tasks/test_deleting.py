"""Tasks are deleted with all that they have left; what others need stays, and a record proves it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from media_ai.catalog.deletions import Deletions
from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.errors import ConflictError, NotFoundError, StoreError
from media_ai.model.media import MediaAsset
from media_ai.model.run import RunInput
from media_ai.model.services import ServiceAsset
from media_ai.model.speech import Segment, Transcript
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Analyses, Analysis, Coverage
from media_ai.store.artifacts import ArtifactStore, StoredResult
from media_ai.store.file_store import FileStore
from media_ai.store.oss_store import OssStore
from media_ai.tasks.deleting import Hands, TaskDeletion, references
from tests.emulated import oss_client

pytestmark = pytest.mark.postgres
WHOLE = TimeRange(start=Timecode.of_seconds(0), end=Timecode.of_seconds(9))
ASSET = ServiceAsset(service="ims", region="r", id="m1", uri="oss://b/k", state="Normal")


class Outside:
    """Airflow, uploads and services as dictionaries: what they do for real is tested with each."""

    def __init__(self):
        self.runs, self.files, self.assets = set(), set(), set()

    def delete_run(self, dag_id, run_id):
        was_there = (dag_id, run_id) in self.runs
        self.runs.discard((dag_id, run_id))
        return was_there

    def owns(self, address):
        return address.startswith("/uploads/")

    def remove(self, address):
        self.files.discard(address)
        return True

    def remove_assets(self, assets):
        self.assets -= {asset.id for asset in assets}
        return [{"service": asset.service, "id": asset.id, "outcome": "deleted", "is_gone": True} for asset in assets]


@pytest.fixture(params=["file", "oss"])
def objects(request, tmp_path):
    if request.param == "file":
        return FileStore(tmp_path / "store")
    return OssStore(oss_client(request.getfixturevalue("emulator")), f"artifacts-{tmp_path.name}")


@pytest.fixture
def world(database, objects):
    return World(database, objects)


class World:
    """A catalog, a store, and tasks in them."""

    def __init__(self, database, objects):
        self.database, self.objects, self.store = database, objects, ArtifactStore(objects)
        self.results, self.deletions, self.outside = ResultRepository(database), Deletions(database), Outside()
        self.now = datetime.now(UTC) + timedelta(hours=1)
        self.refs = references(database, self.store)

    def deletion(self, **hands):
        outside = self.outside
        known = {"store": self.store, "airflow": outside, "uploads": outside, "assets": outside.remove_assets}
        return TaskDeletion(self.deletions, self.refs, Hands(**known | hands), clock=lambda: self.now)

    def task(self, run_id, *, words, pictures=(), video_id="v", video="/videos/a.mp4", assets=(), state="success"):
        """Record a task with a transcript, and analyses that point to pictures; return its key."""
        run = RunKey(dag_id="w", run_id=run_id)
        self.results.record_run(run, RunInput(video=video, video_id=video_id), version=1, overrides={})
        line = Segment(time=WHOLE, text=words)
        images = [self.store.put_bytes(data, "image/jpeg") for data in pictures]
        items = tuple(Analysis(time=Timecode.of_seconds(0), image=image) for image in images)
        made = [Transcript(source="srt", segments=(line,))]
        coverage = Coverage(span=WHOLE, sampled=1, kept=1, largest_gap=1)
        made += [Analyses(model="m/x", items=items, coverage=coverage)] if images else []
        made += assets
        for number, artifact in enumerate(made):
            ref = self.store.save(artifact)
            stored = StoredResult(
                node_type="read_subtitles", type_version=1, key=ref.digest, outputs={"out": ref, "none": None},
                seconds=1, finished=datetime.now(UTC),
            )  # fmt: skip
            self.store.save_result(stored)
            self.store.steps_of("read_subtitles", ref.digest).keep("a", lambda: {"text": "paid for"})
            self.results.record_node(run, f"n{number}", stored, is_reused=False)
        self.results.publish(run, MediaAsset(video_id=video_id, title="T"), made)
        if state:
            self.results.record_state(run, state)
        self.outside.runs.add(("w", run_id))
        return run

    def keys(self):
        return {info.key for info in self.objects.list("")} if isinstance(self.objects, OssStore) else {
            info.key for prefix in ("blobs/", "results/", "steps/") for info in self.objects.list(prefix)
        }  # fmt: skip

    def rows(self, table):
        with self.database.transaction() as connection:
            return connection.execute(text(f"SELECT count(*) FROM media_ai.{table}")).scalar_one()


def test_nothing_is_left_and_the_record_says_so(world):
    """Bytes, rows, search entries, the video's record, Airflow's run, the upload and the service's asset."""
    world.outside.files, world.outside.assets = {"/uploads/1/a.mp4"}, {"m1"}
    run = world.task("r", words="Bees dance.", pictures=(b"1", b"2"), video="/uploads/1/a.mp4", assets=[ASSET])
    done = world.deletion().delete(run, by="ann", reason="asked to", with_services=True)

    assert (done.state, done.work, done.requested_by, done.reason) == ("done", {}, "ann", "asked to")
    assert world.keys() == set()
    for table in ("runs", "node_results", "segments", "search_entries", "media_assets", "artifact_blobs"):
        assert world.rows(table) == 0, table
    assert (world.outside.runs, world.outside.files, world.outside.assets) == (set(), set(), set())
    proof = world.deletions.get(done.id).proof
    assert proof["services"][0] | {"is_gone": True} == proof["services"][0]
    assert proof["airflow"] == {"was_there": True, "is_gone": True}
    assert proof["rows"]["left"] == 0 and proof["rows"]["removed"]["segments"] == 1
    assert (proof["blobs"]["removed"], proof["blobs"]["still_there"], proof["blobs"]["kept"]) == (5, 0, 0)
    assert "Bees" not in str(proof) and "/uploads" not in str(proof)


def test_what_another_task_needs_stays(world):
    """Shared bytes, finished work that it has used, the upload that it reads, and the asset that it has."""
    first = world.task("r1", words="same", pictures=(b"1", b"2"), video="/uploads/1/a.mp4", assets=[ASSET])
    second = world.task("r2", words="same", pictures=(b"2", b"3"), video="/uploads/1/a.mp4", assets=[ASSET])
    world.outside.assets = {"m1"}
    done = world.deletion().delete(first, by="ann", with_services=True)

    assert done.state == "done" and world.outside.assets == {"m1"}
    assert "kept" in done.proof["services"][0]["outcome"] and "kept" in done.proof["uploads"][0]["outcome"]
    assert world.rows("media_assets") == 1
    for node_type, key, outputs in world.deletions.outputs(second):
        found = world.store.find_result(node_type, key)
        assert found is not None and found.outputs["out"] is not None, outputs
    assert done.proof["blobs"] | {"removed": 2, "kept": 3} == done.proof["blobs"]  # its analyses and the picture "1"
    world.deletion().delete(second, by="ann")
    assert world.keys() == set()


def test_a_task_that_goes_on_is_not_deleted(world):
    """Nor one that is not known; nothing is recorded then."""
    run = world.task("r", words="a", state=None)
    before = world.keys()

    with pytest.raises(ConflictError, match="Stop it"):
        world.deletion().delete(run, by="ann")
    with pytest.raises(NotFoundError):
        world.deletion().delete(RunKey(dag_id="w", run_id="x"), by="ann")
    assert world.keys() == before and world.rows("deletions") == 0


def test_bytes_that_somebody_may_be_reusing_wait(world):
    """While a task goes on blobs stay until it has had time to record what it found; upkeep then goes on."""
    world.task("other", words="b", state=None)
    run = world.task("r", words="a", pictures=(b"1",))
    waiting = world.deletion().delete(run, by="ann")
    assert waiting.state == "waiting" and waiting.proof["rows"]["left"] == 0
    blobs = set(waiting.work["blobs"])
    assert all(world.store.removal().has_blob(digest) for digest in blobs)

    # The other task, which had found the same result just before, records that it uses it.
    kept = world.task("other", words="a", state=None)
    world.now += timedelta(days=2)
    done = world.deletion().go_on(world.deletions.get(waiting.id))
    assert done.state == "done" and done.proof["blobs"]["kept"] == 1
    assert world.store.load(_ref(world, kept)).segments[0].text == "a"


def test_bytes_that_were_stored_just_now_wait(world):
    """Somebody may have found them there, and left them as they were."""
    run = world.task("r", words="a")
    world.now = datetime.now(UTC)
    waiting = world.deletion().delete(run, by="ann")
    assert waiting.state == "waiting"

    world.now += timedelta(minutes=10)
    assert world.deletion().delete(run, by="bob").state == "done"
    assert world.deletions.recent()[0].requested_by == "ann"


@pytest.mark.parametrize("fails_at", ["delete_run", "result", "steps", "blob", "remove_rows"])
def test_a_killed_deletion_is_gone_on_with(world, monkeypatch, fails_at):
    """Wherever the process ended, deleting again ends with nothing left and one record."""
    run = world.task("r", words="a", pictures=(b"1", b"2"))
    calls = []

    class Killed(BaseException):
        """As from outside: nothing may be able to handle it."""

    def dying(original):
        def call(*args, **kwargs):
            calls.append(args)
            found = original(*args, **kwargs)
            if len(calls) == 1:
                raise Killed
            return found

        return call

    from media_ai.store.removal import Removal

    owner = {"delete_run": world.outside, "remove_rows": world.deletions}.get(fails_at, Removal)
    monkeypatch.setattr(owner, fails_at, dying(getattr(owner, fails_at)))
    with pytest.raises(Killed):
        world.deletion().delete(run, by="ann")
    assert world.deletions.recent()[0].state != "done"
    assert world.deletion().delete(run, by="ann").state == "done"

    assert world.keys() == set() and world.rows("runs") == 0 and world.rows("deletions") == 1


def test_a_store_that_fails_leaves_the_rest_for_later(world, monkeypatch):
    """The record has what is done, and what is left."""
    run = world.task("r", words="a")
    removal = world.store.removal()

    with pytest.raises(StoreError):
        world.deletion(store=Broken(world.objects)).delete(run, by="ann")
    left = world.deletions.open_of(run)
    assert "rows" in left.proof and {"results", "blobs"} <= set(left.work)
    assert world.deletion().go_on(left).state == "done"
    assert not any(removal.has_blob(info.key[-64:]) for info in world.objects.list("blobs/"))


def test_assets_can_be_asked_for_until_their_turn_has_passed(world):
    """Deleted again with another wish, the record never says that nobody asked."""
    run = world.task("r", words="a", assets=(ASSET,))
    world.outside.assets.add(ASSET.id)
    store = Broken(world.objects)
    world.deletions.begin(run, world.deletion()._plan(run), by="ann", reason="", with_services=False)
    with pytest.raises(StoreError):
        world.deletion(store=store).delete(run, by="ann", with_services=True)
    assert world.outside.assets == set()
    assert world.deletion().delete(run, by="ann").proof["services"][0]["outcome"] == "deleted"

    late = world.task("late", words="b", assets=(ASSET,))
    with pytest.raises(StoreError):
        world.deletion(store=store).delete(late, by="ann")
    with pytest.raises(ConflictError, match="began without its assets"):
        world.deletion().delete(late, by="ann", with_services=True)


class Broken(ArtifactStore):
    """One from which nothing can be removed."""

    def removal(self):
        raise StoreError("away")


def _ref(world, run):
    from media_ai.model.artifacts import ArtifactRef

    return ArtifactRef.model_validate(world.deletions.outputs(run)[0][2]["out"])
