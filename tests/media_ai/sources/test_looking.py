"""One look after the other at a folder in which files arrive, change, move and go."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from media_ai.catalog.results import MARKED_FAILED, ResultRepository, RunKey
from media_ai.catalog.source_items import SourceItems
from media_ai.errors import InputError
from media_ai.model.run import RunInput
from media_ai.settings import Settings
from media_ai.sources.listing import list_source
from media_ai.sources.looking import look, record
from media_ai.sources.metadata import Metadata
from media_ai.sources.reading import text_reader
from media_ai.sources.schema import Source, Window
from tests.emulated import oss_client, oss_credentials

pytestmark = pytest.mark.postgres

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
EVER = Window(start=NOON - 1000 * DAY, end=NOON + 1000 * DAY)


class Place:
    """A folder, and looks at it by a source."""

    def __init__(self, folder, database):
        self.folder = folder
        self.database = database
        self.items = SourceItems(database, "in")
        folder.mkdir()

    def put(self, name, data=b"video", at=NOON):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (at.timestamp(), at.timestamp()))
        return str(path)

    def source(self, **fields):
        return Source(slug="in", name="In", location=str(self.folder), workflow="w", **fields)

    def look(self, window=EVER, interval=None, now=NOON + DAY, **fields):
        source = self.source(**fields)
        listing = list_source(source, lambda kind: None)
        files = Settings(home=self.folder / ".home", media_roots=(self.folder,)).media_files(lambda kind: None)
        metadata = Metadata(source, listing, text_reader(files))
        found = look(source, listing, self.items.known(), metadata, window, interval_start=interval, now=now)
        record(self.items, found)
        return found

    def start_all(self, interval=None):
        """Say that all that waits was started; return the run ids in their order."""
        rows = self.items.to_start(interval, 1000)
        for row in rows:
            run = RunKey(dag_id=row["dag_id"], run_id=row["run_id"])
            ResultRepository(self.database).record_run(run, RunInput(**row["input"]), version=1, overrides={})
            self.items.started(row["address"], row["etag"])
        return [row["run_id"] for row in rows]


@pytest.fixture
def place(tmp_path, database):
    return Place(tmp_path / "incoming", database)


def counts(found):
    return {name: count for name, count in found.counts().items() if count and name != "listed"}


def test_what_is_new_is_taken_once_in_the_order_of_its_change(place):
    """With the subtitles of its name; anything that is no video, hidden, or in the wrong window is left."""
    for name, at in (
        ("b/second 视频.MP4", NOON),
        ("a/first.mov", NOON - DAY),
        ("c.mp4", NOON + DAY),
        ("old.mp4", NOON - 9 * DAY),
    ):
        place.put(name, at=at)
    for name in ("b/second 视频.srt", "a/notes.txt", ".hidden.mp4", ".part/x.mp4", "empty.mp4"):
        place.put(name, b"" if name == "empty.mp4" else b"x")
    found = place.look(Window(start=NOON - DAY, end=NOON + DAY))
    again = place.look(Window(start=NOON - DAY, end=NOON + DAY))

    assert [os.path.relpath(row["address"], place.folder) for row in found.new] == ["a/first.mov", "b/second 视频.MP4"]
    assert found.new[1]["input"]["subtitles"].endswith("b/second 视频.srt")
    assert "subtitles" not in found.new[0]["input"]
    assert (counts(found), counts(again)) == ({"new": 2}, {"known": 2})
    assert len({row["run_id"] for row in found.new}) == 2


def test_a_file_that_is_written_now_waits(place):
    """Its next look takes it."""
    place.put("late.mp4", at=NOON)
    assert counts(place.look(now=NOON + timedelta(seconds=10))) == {"fresh": 1}
    assert counts(place.look(now=NOON + timedelta(seconds=60))) == {"new": 1}


def test_an_overwritten_file_is_taken_again_and_an_equal_one_is_not(place):
    """The task of what it was stays; what waited is not started any more."""
    place.put("a.mp4")
    place.put("b.mp4")
    (first, other) = place.look().new
    place.items.started(first["address"], first["etag"])
    place.put("a.mp4", b"another video", at=NOON + timedelta(hours=1))
    place.put("b.mp4", b"this one too", at=NOON + timedelta(hours=1))
    found = place.look()

    assert counts(found) == {"new": 2, "overwritten": 2}
    assert found.new[0]["run_id"] != first["run_id"]
    assert found.new[0]["video_id"] == first["video_id"]
    assert other["run_id"] not in place.start_all()


def test_a_renamed_file_is_not_run_again(place):
    """It has the run of its old name. Where the old name is still there it is another video."""
    old = place.put("old name.mp4")
    place.look()
    (run,) = place.start_all()
    (place.folder / "sub").mkdir()
    os.rename(old, place.folder / "sub" / "new name.mp4")
    found = place.look()

    assert counts(found) == {"renamed": 1, "deleted": 1}
    assert (found.renamed[0]["run_id"], found.renamed[0]["reason"]) == (run, f"It was {old}.")
    assert counts(place.look()) == {"known": 1}
    place.put("copy.mp4")
    assert counts(place.look()) == {"known": 1, "new": 1}


def test_a_deleted_file_is_shown_and_its_return_starts_nothing(place):
    """What was never started is started when it comes back."""
    kept = [place.put("a.mp4"), place.put("b.mp4", at=NOON + timedelta(hours=1))]
    place.items.started(kept[0], place.look().new[0]["etag"])
    for path in kept:
        os.remove(path)
    assert counts(place.look()) == {"deleted": 2}
    assert place.items.to_start(None, 10) == []
    assert place.items.counts() == {"gone": 2}
    place.put("a.mp4")
    place.put("b.mp4", at=NOON + timedelta(hours=1))
    found = place.look()

    assert counts(found) == {"back": 1, "new": 1}
    assert [row["address"] for row in place.items.to_start(None, 10)] == [kept[1]]


def test_what_is_known_comes_from_path_table_and_sidecar(place):
    """The file beside the video wins over the table, the table over the path; other fields are metadata."""
    place.put("show-1/e1.mp4")
    place.put("list.csv", "file,title,studio\nshow-1/e1.mp4,From the table,A\n".encode("gb18030"))
    place.put("show-1/e1.json", '{"title": "Пчёлы", "year": 2024, "metadata": {"studio": "B"}}'.encode())
    rule = {"path": r"(?P<show>[^/]+)/(?P<video_id>\w+)\.mp4", "table": "list.csv", "sidecar": True}
    (row,) = place.look(metadata=rule).new

    assert row["video_id"] == "e1"
    assert (row["input"]["title"], row["input"]["metadata"]) == (
        "Пчёлы",
        {"show": "show-1", "studio": "B", "year": "2024"},
    )


@pytest.mark.parametrize(
    ("rule", "files", "reason"),
    [
        ({"path": r"(?P<show>\d+)/"}, {}, "does not fit the pattern"),
        ({"path": r"(?P<video_id>.*)"}, {}, "is not a video id"),
        ({"path": r"(?P<x>(a+)+)$"}, {}, ""),
        ({"sidecar": True}, {}, "waits for one"),
        ({"sidecar": True}, {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!.json": b"[1]"}, "no JSON object"),
        ({"sidecar": True}, {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!.json": b"{"}, "is not JSON"),
        ({"table": "t.csv"}, {}, "does not exist"),
        ({"table": "t.csv"}, {"t.csv": b"name\nx\n"}, "no column 'file'"),
        ({"table": "t.csv"}, {"t.csv": b"file\nx\n"}, "has no line for"),
        ({"table": "/etc/passwd"}, {}, "outside the folders"),
    ],
)
def test_what_cannot_be_started_says_why_and_is_looked_at_again(place, rule, files, reason):
    """Nothing else is held up; when it is in order it is taken."""
    place.put("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!.mp4")
    for name, data in files.items():
        place.put(name, data)
    found = place.look(metadata=rule)

    assert counts(found) == {"refused": 1}
    assert reason in found.refused[0]["reason"]
    assert place.items.page(state="refused")[0]["reason"] == found.refused[0]["reason"]
    assert counts(place.look()) == {"new": 1}
    assert len(place.start_all()) == 1


def test_what_no_database_can_hold_is_left_out_of_what_is_known(place):
    """Zero characters and halves of characters in the JSON beside a video."""
    place.put("a.mp4")
    place.put("a.json", rb'{"title": "a\u0000b\ud800", "k\u0000": {"x": "\udfff"}}')
    (row,) = place.look(metadata={"sidecar": True}).new
    assert (row["input"]["title"], list(row["input"]["metadata"])) == ("ab", ["k"])


def test_two_files_never_share_a_video_id(place):
    """The second is refused by name: its results would replace those of the first."""
    place.put("2024/e1.mp4")
    place.put("2025/e1.mp4", at=NOON + timedelta(hours=1))
    found = place.look(metadata={"path": r"\d+/(?P<video_id>\w+)"})

    assert counts(found) == {"new": 1, "refused": 1}
    assert f"Its video id 'e1' is that of '{place.folder}/2024/e1.mp4'" in found.refused[0]["reason"]


def test_only_what_failed_by_itself_is_restarted_in_its_interval(place, database):
    """What succeeded, what somebody stopped and what belongs to another interval stays."""
    for name in ("good.mp4", "bad.mp4", "stopped.mp4"):
        place.put(name)
    place.look(interval=NOON)
    assert len(place.start_all(NOON)) == 3
    runs = {row["video_id"]: row["run_id"] for row in place.items.page()}
    results = ResultRepository(database)
    for name, run_id in runs.items():
        run = RunKey(dag_id="w", run_id=run_id)
        state, cause = (
            ("success", "")
            if name.startswith("good")
            else ("failed", MARKED_FAILED if name.startswith("stopped") else "task_failure")
        )
        results.record_state(run, state, cause)

    assert place.items.restart_failed(NOON + DAY) == 0
    assert place.items.restart_failed(NOON) == 1
    assert [(row["video_id"][:3], row["state"]) for row in place.items.to_start(NOON, 10)] == [("bad", "again")]


def test_a_bucket_is_looked_at_as_a_folder(database, emulator):
    """With ETags of OSS; folders and other prefixes are left out."""
    client = oss_client(emulator)
    prefix = f"sources/{datetime.now(UTC).timestamp()}"
    for name in ("a b.mp4", "deep/视频+%20.mov", "a b.vtt", "deep/"):
        client.put(f"{prefix}/{name}", b"" if name.endswith("/") else b"data")
    client.put(f"{prefix}-other/c.mp4", b"data")
    source = Source(slug="oss", name="O", location=f"oss://media-ai/{prefix}", workflow="w")
    listing = list_source(source, lambda kind: oss_credentials(emulator))

    assert [file.key for file in listing.videos] == ["a b.mp4", "deep/视频+%20.mov"]
    assert listing.beside("a b.mp4", (".srt", ".vtt")) == "a b.vtt"
    assert listing.videos[0].etag == client.head(f"{prefix}/a b.mp4").etag


def test_a_folder_that_is_not_there_is_said(tmp_path):
    """Not taken for one in which everything was deleted."""
    with pytest.raises(InputError, match="is not a folder"):
        list_source(Source(slug="s", name="S", location=str(tmp_path / "none"), workflow="w"), lambda kind: None)
