"""Publishing on the real scheduler: versions in flight, restart, unpublish, broken workflows."""

import pytest

from media_ai.catalog.publications import Publication, PublicationLog
from media_ai.errors import GraphError, InputError
from media_ai.workflows.publishing import check_dag, wait_until_runnable
from tests.system.helpers import ended, graph, log_text, publish, start, states, until

pytestmark = pytest.mark.system

MORE = ({"id": "statistics", "type": "analyze_frames"},)
WIRE = (("distinct.frames", "statistics.frames"),)


def test_a_run_in_flight_stays_on_its_version(system, samples):
    """A version published while a task runs does not change that task; a new task runs the new version."""
    publish(system, graph("flight", interval=0.1))
    old = start(system, "flight", samples / "honeybees.mp4")
    until(lambda: states(system, "flight", old).get("frames") == "running", 60)
    publish(system, graph("flight", interval=9.0, more=MORE, wires=WIRE))
    new = start(system, "flight", samples / "honeybees.mp4")

    assert [ended(system, "flight", run_id) for run_id in (new, old)] == ["success", "success"]
    assert set(states(system, "flight", old)) == {"input", "frames", "distinct"}
    assert set(states(system, "flight", new)) == {"input", "frames", "distinct", "statistics"}
    sampled = {
        run_id: system.api.get(f"/media-ai/api/v1/tasks/flight/{run_id}/result")["frames"][0]["coverage"]["sampled"]
        for run_id in (old, new)
    }
    assert sampled[old] > 500
    assert sampled[new] < 15


@pytest.mark.parametrize(("on_latest", "nodes"), [(False, 3), (True, 4)])
def test_a_restart_chooses_its_version(system, samples, on_latest, nodes):
    """Cleared on the original version a task runs the old graph again; on the latest it gets the new node."""
    slug = f"restart-{on_latest}".lower()
    publish(system, graph(slug))
    run_id = start(system, slug, samples / "honeybees.mp4")
    assert ended(system, slug, run_id) == "success"
    publish(system, graph(slug, more=MORE, wires=WIRE))
    system.api.clear(slug, run_id, on_latest_version=on_latest)
    until(lambda: system.api.run(slug, run_id)["state"] != "success", 30)

    assert ended(system, slug, run_id) == "success"
    assert len(states(system, slug, run_id)) == nodes
    assert "done before, result reused" in log_text(system, slug, run_id, "frames", 2)


def test_unpublishing_refuses_new_tasks_and_freezes_none(system, samples):
    """A task in flight finishes after its workflow is unpublished; a new one is refused; then the workflow goes."""
    publish(system, graph("leaving", interval=0.1))
    run_id = start(system, "leaving", samples / "honeybees.mp4")
    until(lambda: states(system, "leaving", run_id).get("frames") == "running", 60)
    wait_until_runnable(system.api, system.library.unpublish("leaving"))

    with pytest.raises(InputError, match="unpublished"):
        system.api.trigger("leaving", run_id="late", conf={"input": {"video": "/x.mp4"}})
    assert ended(system, "leaving", run_id) == "success"
    done = system.cli("workflow", "unpublish", "leaving")
    assert (done.returncode, "no longer published" in done.stdout) == (0, True)
    until(lambda: system.api.dag("leaving")["is_stale"], 30)


def test_a_broken_workflow_is_refused_and_the_others_run(system, samples):
    """A DAG that cannot be built never reaches the scheduler."""
    publish(system, graph("healthy"))
    plan = PublicationLog(system.database).current("healthy").plan
    broken = plan | {"slug": "broken", "steps": [{**plan["steps"][0], "params": {"nothing": 1}}]}

    with pytest.raises(GraphError, match=r"'broken' cannot become a DAG: .*unknown parameter 'nothing'"):
        check_dag(Publication(slug="broken", number=1, plan=broken))
    assert system.api.dag("broken") is None


def test_a_broken_file_is_one_import_error(system, samples):
    """A file that breaks on disk is named by Airflow; other workflows run on."""
    publish(system, graph("neighbour"))
    file = system.home / "bundles" / "workflows" / "current" / "torn.py"
    file.write_text("# airflow dag\nraise RuntimeError('torn')\n")
    try:
        publish(system, graph("neighbour", interval=7.0))
        errors = until(lambda: system.api.get("/api/v2/importErrors")["import_errors"], 60)
        run_id = start(system, "neighbour", samples / "honeybees.mp4")

        assert [error["filename"].rpartition("/")[2] for error in errors] == ["torn.py"]
        assert ended(system, "neighbour", run_id) == "success"
    finally:
        file.unlink()


def test_publishing_again_within_seconds_never_mixes_versions(system, samples):
    """Three versions in a row: a task that starts after each runs that version's graph and code."""
    seen = []
    for number in range(1, 4):
        publish(system, graph("fast", interval=10.0 * number))
        run_id = start(system, "fast", samples / "honeybees.mp4")
        assert ended(system, "fast", run_id) == "success"
        frames = system.api.get(f"/media-ai/api/v1/tasks/fast/{run_id}/result")
        seen.append((frames["workflow_version"], frames["frames"][0]["coverage"]["sampled"]))

    assert [version for version, _ in seen] == [1, 2, 3]
    assert seen[0][1] > seen[1][1] > seen[2][1]
