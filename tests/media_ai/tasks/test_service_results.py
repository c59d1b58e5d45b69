"""What cloud services keep and recognize, in the result of a task."""

import subprocess
import sys
from datetime import UTC, datetime

from media_ai.catalog.projection import Entry, entries_of
from media_ai.model.services import Label, Labels, ServiceAsset
from media_ai.model.time import Timecode, TimeRange
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.file_store import FileStore
from media_ai.tasks.result import NodeView, assemble

ASSET = ServiceAsset(service="ims", region="cn-shanghai", id="m1", uri="oss://b/a.mp4", state="Normal")
LABELS = Labels(
    model="ims/t",
    labels=(
        Label(name="beach", times=(TimeRange(start=Timecode.of_seconds(1), end=Timecode.of_seconds(3)),)),
        Label(name="travel"),
    ),
)


def test_assets_and_labels_are_in_the_result(tmp_path):
    """An asset that passed through two nodes counts once."""
    store = ArtifactStore(FileStore(tmp_path))
    asset, labels = store.save(ASSET), store.save(LABELS)
    node = {"node_type": "t", "type_version": 1, "reused": False, "seconds": 0, "notices": [], "usage": []}
    nodes = [
        NodeView(node_id="a", outputs={"asset": asset}, **node),
        NodeView(node_id="b", outputs={"labels": labels, "asset": asset}, **node),
    ]
    row = {
        "dag_id": "d",
        "run_id": "r",
        "state": "success",
        "workflow_version": 1,
        "created_at": datetime.now(UTC),
        "ended_at": None,
    }
    result = assemble(row, video=None, nodes=nodes, store=store)
    assert [found.id for found in result.assets] == ["m1"]
    assert [(found.name, [(time.start_s, time.end_s) for time in found.times]) for found in result.labels] == [
        ("beach", [(1, 3)]),
        ("travel", []),
    ]


def test_labels_are_found_where_they_are():
    """A search leads to the second; what has no time is not in the index."""
    assert list(entries_of(LABELS)) == [Entry(kind="label", start_s=1, end_s=3, text="beach")]


def test_an_artifact_is_read_wherever_its_class_is():
    """Who opens a result need not have imported the node that made it."""
    code = (
        "from media_ai.model.artifacts import ArtifactKind, artifact_class; "
        "assert all(artifact_class(kind).kind is kind for kind in ArtifactKind)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": "include"})


def test_an_asset_is_the_same_however_it_looks():
    """What was built on it is reused when only its state or texts have changed."""
    assert ASSET.identity() == ASSET.model_copy(update={"state": "Preparing", "attributes": {"title": "t"}}).identity()
    assert ASSET.identity() != ASSET.model_copy(update={"id": "m2"}).identity()
    assert ASSET.identity() != ASSET.model_copy(update={"region": "cn-beijing"}).identity()
