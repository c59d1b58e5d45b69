"""Sources on the real scheduler: looks, backfills, what changes and what fails in between."""

import json
import os
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from media_ai.catalog.source_items import SourceItems
from tests.system.callers import client_of
from tests.system.helpers import ended, graph, publish, until

pytestmark = pytest.mark.system

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
def api(system):
    with client_of(system) as client:
        yield client


@pytest.fixture
def archive(system, samples):
    """Two days of an archive, two videos each, in a folder that tasks may read; the last is no video."""
    folder = system.settings.uploads / "archive"
    folder.mkdir(parents=True)
    for day in (2, 3):
        for number in (1, 2):
            path = folder / f"day{day}" / f"video{number}.mp4"
            path.parent.mkdir(exist_ok=True)
            shutil.copyfile(samples / "honeybees.mp4", path)
            if (day, number) == (3, 2):
                path.write_text("no video")
            at = (TODAY - timedelta(days=4 - day, hours=-number)).timestamp()
            os.utime(path, (at, at))
    return folder


def backfilled(api, slug, **body):
    """Backfill and wait for its end."""
    window = {"start": (TODAY - timedelta(days=2)).isoformat(), "end": TODAY.isoformat()}
    made = api.post(f"/sources/{slug}/backfills", json=window | body)
    assert made.status_code == 201, made.text
    number = made.json()["id"]

    def is_over():
        found = next(item for item in api.get(f"/sources/{slug}/backfills").json() if item["id"] == number)
        return found["completed_at"]

    until(is_over, 180)


def test_an_archive_is_backfilled_once(system, api, archive, tmp_path):
    """Made on the command line; each interval starts its videos; a second time starts what failed and what is new, nothing else."""
    publish(system, graph("archived", interval=5.0))
    source = {
        "slug": "archive",
        "name": "Archive",
        "location": str(archive),
        "workflow": "archived",
        "schedule": "@daily",
        "metadata": {"path": "(?P<day>[^/]+)/"},
        "limits": {"max_active": 3},
    }
    (tmp_path / "source.json").write_text(json.dumps(source))
    made = system.cli("source", "save", str(tmp_path / "source.json"))
    assert made.returncode == 0, made.stderr
    until(lambda: (system.api.dag("source.archive") or {}).get("is_stale") is False, 60)
    assert "4 listed" in system.cli("source", "look", "archive").stdout

    backfilled(api, "archive")
    items = SourceItems(system.database, "archive")
    until(lambda: items.unfinished() == 0, 300)
    assert items.counts() == {"success": 3, "failed": 1}
    runs = {row["run_id"]: row for row in items.page()}
    assert len(runs) == 4
    assert {row["input"]["metadata"]["day"] for row in runs.values()} == {"day2", "day3"}
    listed = api.get("/tasks", params={"workflow": "archived"}).json()["tasks"]
    assert {item["owner"] for item in listed} == {"source archive"}

    # A second backfill: one was mended under the same name, one more came into an old day, the others stay.
    bad = archive / "day3" / "video2.mp4"
    at = bad.stat().st_mtime
    shutil.copyfile(archive / "day2" / "video1.mp4", archive / "day2" / "late.mp4")
    early = (archive / "day2" / "video1.mp4").stat().st_mtime
    os.utime(archive / "day2" / "late.mp4", (early, early))
    before = {run_id: system.api.run("archived", run_id)["end_date"] for run_id in runs}
    backfilled(api, "archive")
    until(lambda: items.unfinished() == 0, 180)
    assert items.counts() == {"success": 4, "failed": 1}
    again = {run_id for run_id in runs if system.api.run("archived", run_id)["end_date"] != before[run_id]}
    assert {runs[run_id]["address"] for run_id in again} == {str(bad)}

    shutil.copyfile(archive / "day2" / "video1.mp4", bad)
    os.utime(bad, (at, at))
    backfilled(api, "archive")
    until(lambda: items.unfinished() == 0, 180)
    assert items.counts() == {"success": 5, "gone": 1}


def test_a_look_takes_what_arrives_and_only_that(system, api, samples):
    """Scheduled looks leave the archive alone; a look by hand starts what came since; deleted and renamed files are shown."""
    publish(system, graph("arriving", interval=5.0))
    folder = system.settings.uploads / "arriving"
    folder.mkdir(parents=True)
    shutil.copyfile(samples / "honeybees.mp4", folder / "old.mp4")
    os.utime(folder / "old.mp4", (0, 86400))
    body = {
        "slug": "arriving",
        "name": "Arriving",
        "location": str(folder),
        "workflow": "arriving",
        "schedule": "0 0 1 1 *",
    }
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    made = api.put("/sources/arriving", json=body | {"since": since})
    assert made.status_code == 200, made.text
    assert api.put("/sources/arriving", json=body).status_code == 428
    assert api.put("/sources/arriving", json=body, headers={"If-Match": '"0"'}).status_code == 412
    until(lambda: (system.api.dag("source.arriving") or {}).get("is_stale") is False, 60)
    shutil.copyfile(samples / "honeybees.mp4", folder / "new.mp4")
    recent = datetime.now(UTC).timestamp() - 100
    os.utime(folder / "new.mp4", (recent, recent))

    seen = api.post("/sources/arriving/preview", json={}).json()
    assert [item["address"] for item in seen["new"]] == [str(folder / "new.mp4")]
    look = api.post("/sources/arriving/look").json()
    assert ended(system, "source.arriving", look["run_id"]) == "success"
    (file,) = api.get("/sources/arriving/files").json()["files"]
    assert ended(system, "arriving", file["run_id"]) == "success"

    os.rename(folder / "new.mp4", folder / "renamed.mp4")
    look = api.post("/sources/arriving/look").json()
    assert ended(system, "source.arriving", look["run_id"]) == "success"
    states = {
        os.path.basename(item["address"]): item["state"] for item in api.get("/sources/arriving/files").json()["files"]
    }
    assert states == {"new.mp4": "gone", "renamed.mp4": "renamed"}
    assert len(system.api.runs(dag_id="arriving", limit=10)) == 1

    assert api.delete("/sources/arriving").status_code == 204
    until(lambda: (dag := system.api.dag("source.arriving")) is None or dag["is_stale"], 60)
    assert SourceItems(system.database, "arriving").known()
