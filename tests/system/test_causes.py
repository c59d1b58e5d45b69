"""Failures on the real scheduler: one cause of many tasks, mended and restarted as a group; quarantine."""

import shutil

import pytest

from media_ai.catalog.failures import Failures
from media_ai.catalog.results import RunKey
from tests.system.callers import client_of
from tests.system.helpers import ended, graph, publish, until

pytestmark = pytest.mark.system


@pytest.fixture
def api(system):
    with client_of(system) as client:
        yield client


def trigger(system, slug, video):
    """Start a run as Airflow's own REST does, which does not look for the file."""
    run_id = video.stem
    system.api.trigger(slug, run_id=run_id, conf={"input": {"video": str(video)}})
    return run_id


def test_one_cause_is_mended_and_its_tasks_are_restarted_as_a_group(system, api, samples):
    """Four tasks are one cause with its advice; in steps they all succeed; what a person stopped is left alone."""
    publish(system, graph("caused", interval=5.0))
    folder = system.settings.uploads / "caused"
    folder.mkdir(parents=True)
    videos = [folder / f"video{number}.mp4" for number in range(4)]
    runs = [trigger(system, "caused", video) for video in videos]
    assert {ended(system, "caused", run_id) for run_id in runs} == {"failed"}
    (cause,) = until(lambda: [item for item in api.get("/failures").json() if item["workflows"] == ["caused"]], 30)
    assert (cause["tasks"], cause["nodes"]) == (4, ["input"])
    assert "does not exist" in cause["message"]
    listed = system.cli("failures")
    assert f"{cause['cause_id']}  4 tasks" in listed.stdout

    # Not mended: two are tried, both fail again, the others are left alone.
    tried = api.post(f"/failures/{cause['cause_id']}/restart", json={"first": 2}).json()
    assert ended(system, tried["dag_id"], tried["run_id"]) == "failed"
    failed = [row["tries"] for row in Failures(system.database).tasks(cause["cause_id"])]
    assert sorted(failed) == [1, 1, 2, 2]

    for video in videos:
        shutil.copyfile(samples / "honeybees.mp4", video)
    done = system.cli("failures", "restart", cause["cause_id"])
    assert done.returncode == 0, done.stderr
    until(lambda: all(system.api.run("caused", run_id)["state"] == "success" for run_id in runs), 240)
    assert not [item for item in api.get("/failures").json() if item["workflows"] == ["caused"]]
    (again,) = system.api.runs(dag_id="media_ai_restart", limit=1)
    assert ended(system, "media_ai_restart", again["dag_run_id"]) == "success"


def test_a_task_that_fails_too_often_goes_into_quarantine(system, api, samples):
    """It is not restarted before somebody has released it."""
    publish(system, graph("quarantined", interval=5.0))
    video = system.settings.uploads / "quarantined.mp4"
    run_id = trigger(system, "quarantined", video)
    for times in range(3):
        assert ended(system, "quarantined", run_id) == "failed"
        is_kept = until(lambda: api.get(f"/tasks/quarantined/{run_id}").json()["status"] == "Failed", 30) and times == 2
        if not is_kept:
            assert api.post(f"/tasks/quarantined/{run_id}/restart", json={}).status_code == 200
            until(lambda times=times: tries(system, run_id) == times + 2, 60)
    run = RunKey(dag_id="quarantined", run_id=run_id)
    until(lambda: Failures(system.database).is_quarantined(run), 30)
    refused = api.post(f"/tasks/quarantined/{run_id}/restart", json={})
    assert (refused.status_code, "in quarantine" in refused.json()["detail"]) == (409, True)

    video.parent.mkdir(exist_ok=True)
    shutil.copyfile(samples / "honeybees.mp4", video)
    assert api.post(f"/tasks/quarantined/{run_id}/release").status_code == 204
    assert api.post(f"/tasks/quarantined/{run_id}/restart", json={}).status_code == 200
    until(lambda: system.api.run("quarantined", run_id)["state"] == "success", 120)


def tries(system, run_id):
    return next(
        item["try_number"] for item in system.api.task_instances("quarantined", run_id) if item["task_id"] == "input"
    )
