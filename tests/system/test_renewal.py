"""Old tasks on a newer version of their workflow: what is new is run and paid for, nothing else."""

import pytest

from tests.system.callers import client_of
from tests.system.helpers import ended, graph, publish, start, states

pytestmark = pytest.mark.system


def tries(system, slug, run_id):
    return {item["task_id"]: item["try_number"] for item in system.api.task_instances(slug, run_id)}


def test_a_new_node_is_run_for_old_tasks_and_what_follows_it(system, samples):
    """By REST for one, on the command line for the others; a task that is up to date is not touched again."""
    slug = "renewed"
    published = ({"id": "publish", "type": "publish_results"},)
    wires = (("input.video", "publish.results"), ("distinct.frames", "publish.results"))
    publish(system, graph(slug, more=published, wires=wires))
    runs = [start(system, slug, samples / "honeybees.mp4", video_id=f"renewed-{number}") for number in range(3)]
    assert [ended(system, slug, run_id) for run_id in runs] == ["success"] * 3

    with client_of(system) as api:
        answer = api.post(f"/workflows/{slug}/renew", json={})
        assert answer.json() == {"results": [], "left": 0}

        more = (*published, {"id": "sound", "type": "transcribe_speech", "params": {"model": "local/voice-activity"}})
        sound = (("input.video", "sound.video"), ("sound.transcript", "publish.results"))
        publish(system, graph(slug, more=more, wires=wires + sound))
        answer = api.post(f"/workflows/{slug}/renew", json={"limit": 1})
        assert answer.status_code == 202, answer.text
        assert [item["run_id"] for item in answer.json()["results"]] == runs[:1]
        assert answer.json()["left"] == 2
    assert ended(system, slug, runs[0]) == "success"
    assert tries(system, slug, runs[0]) == {"input": 1, "frames": 1, "distinct": 1, "sound": 1, "publish": 2}
    assert states(system, slug, runs[0])["sound"] == "success"

    done = system.cli("task", "renew", slug, "--first", "1")
    assert done.returncode == 0, done.stderr
    assert "0 are left" in done.stdout
    assert [ended(system, slug, run_id) for run_id in runs] == ["success"] * 3
    for run_id in runs:
        assert tries(system, slug, run_id) == {"input": 1, "frames": 1, "distinct": 1, "sound": 1, "publish": 2}
