"""`media-ai ims` in a process of its own, against the emulator and a real catalog."""

from datetime import UTC, datetime

import pytest

from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.model.run import RunInput
from media_ai.model.services import ServiceAsset
from media_ai.store.artifacts import ArtifactStore, StoredResult
from media_ai.store.file_store import FileStore
from tests.emulated import oss_client
from tests.media_ai.cli.test_commands import cli
from tests.media_ai.nodes.ims import library
from tests.media_ai.nodes.test_tag_ims_media import asset


@pytest.fixture
def ims(emulator) -> dict[str, str]:
    """The variables of the emulated IMS."""
    keys = emulator.keys
    fields = {
        "REGION": "cn-shanghai",
        "ENDPOINT": emulator.url,
        "KEY_ID": keys.access_key_id,
        "SECRET": keys.access_key_secret,
    }
    return {f"MEDIA_AI_IMS_{name}": value for name, value in fields.items()}


def test_assets_are_shown_and_deleted(emulator, ims, tmp_path):
    """By id; what is not there is said; without an id, or with a wrong key, nothing is done."""
    given = asset(emulator, title="[b]Title")
    home = {"MEDIA_AI_HOME": str(tmp_path), **ims}
    shown = cli("ims", "show", given.id, "nothing", **home)
    assert [line.split()[:2] for line in shown.stdout.splitlines()[1:]] == [[given.id, "Normal"], ["nothing", "(not"]]
    assert "[b]Title" in shown.stdout
    deleted = cli("ims", "delete", given.id, "nothing", **home)
    assert deleted.stdout.splitlines() == [f"Deleted {given.id}", "nothing was not there"]
    assert library(emulator).get(given.id) is None
    none = cli("ims", "delete", **home)
    assert (none.returncode, none.stderr) == (2, "No asset is named; give media ids, or --task WORKFLOW TASK.\n")
    wrong = cli("ims", "delete", given.id, **{**home, "MEDIA_AI_IMS_SECRET": "sentinel"})
    assert wrong.returncode == 2
    assert "Check the access key id" in wrong.stderr
    assert "sentinel" not in wrong.stderr


@pytest.mark.postgres
def test_what_a_task_registered_is_deleted_with_its_file(emulator, ims, database, postgres, tmp_path):
    """Only when it is asked for, and confirmed."""
    bucket = oss_client(emulator)
    bucket.put("task.mp4", b"video")
    given = _registered(emulator, "oss://media-ai/task.mp4")
    store, results = ArtifactStore(FileStore(tmp_path / "store")), ResultRepository(database)
    run = RunKey(dag_id="flow", run_id="r1")
    results.record_run(run, RunInput(video="/v.mp4"), version=1, overrides={})
    stored = StoredResult(
        node_type="register_ims_media",
        type_version=1,
        key="k",
        outputs={"asset": store.save(given)},
        seconds=1,
        finished=datetime.now(UTC),
    )
    results.record_node(run, "register", stored, is_reused=False)
    places = {
        "MEDIA_AI_HOME": str(tmp_path),
        "MEDIA_AI_DATABASE_URL": postgres.url("catalog"),
        "MEDIA_AI_STORE_URL": (tmp_path / "store").as_uri(),
        **ims,
    }
    refused = cli("ims", "delete", "--task", "flow", "r1", "--files", **places)
    assert refused.returncode == 1
    assert library(emulator).get(given.id) is not None
    deleted = cli("ims", "delete", "--task", "flow", "r1", "--files", "--yes", **places)
    assert deleted.stdout == f"Deleted {given.id} and its file\n"
    assert "task.mp4" not in {found.key for found in bucket.list("")}
    unknown = cli("ims", "delete", "--task", "flow", "r2", **places)
    assert unknown.returncode == 2


def _registered(emulator, url: str) -> ServiceAsset:
    import time
    import uuid

    from media_ai.clients.ims_rules import RegisterMedia

    media_id = library(emulator).register(RegisterMedia(input_url=url, client_token=uuid.uuid4().hex))
    time.sleep(0.5)
    return ServiceAsset(service="ims", region="cn-shanghai", id=media_id, uri=url, state="Normal")
