"""Quotes before a task is started, against what it then used."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from media_ai.catalog.costs import Costs
from media_ai.catalog.prices import Prices
from media_ai.catalog.results import RunKey
from media_ai.clients.prices import PriceTable
from media_ai.errors import MediaAIError
from media_ai.settings import Settings
from media_ai.sources.library import SourceLibrary
from media_ai.sources.quoting import quote_source
from media_ai.sources.schema import Source, Window
from media_ai.store.media_files import MediaFiles
from media_ai.tasks.quotes import Quotes
from media_ai.tasks.quoting import quote_task
from media_ai.testing import no_credentials
from tests.media_ai.tasks.quoted import clip, publish, talk_about, work

pytestmark = pytest.mark.postgres

FILES = MediaFiles([Path("/")])


def quote(database, video, slug="talk", **overrides):
    """Quote a task over a video."""
    return quote_task(database, FILES, slug, {"video": str(video)}, overrides)


def spent(database, run):
    """Return what a task cost."""
    return sum(item.cost for item in Costs(database).by("task") if item.key == run.run_id)


def test_a_quote_from_history_is_near_what_the_task_costs(database, emulator, samples, tmp_path):
    """Within a fifth, for videos that are shorter and longer than all that were seen."""
    plan = publish(database, talk_about("talk"))
    clips = {
        seconds: clip(samples / "honeybees.mp4", tmp_path / f"clip{seconds}.mp4", seconds)
        for seconds in (20, 30, 40, 50, 65)
    }
    for seconds in (30, 40, 50):
        work(database, emulator, plan, clips[seconds], tmp_path / "store")
    for seconds in (20, 65):
        made = quote(database, clips[seconds])
        actual = spent(database, work(database, emulator, plan, clips[seconds], tmp_path / "store"))
        print(f"{seconds} s: quoted {made.cost:.5f}, was {actual:.5f}")
        assert made.basis == "history"
        assert abs(made.cost / actual - 1) < Decimal("0.2")
        assert {node.node_id: node.tasks for node in made.nodes}["analyses"] >= 3


def test_without_history_a_quote_is_by_rules_of_thumb(database, samples):
    """It says so; frames follow from the interval, tokens from frames, prices and time from both."""
    publish(database, talk_about("talk"))
    made = quote(database, samples / "honeybees.mp4")
    nodes = {node.node_id: node for node in made.nodes}
    assert (made.basis, nodes["analyses"].basis, nodes["frames"].basis) == ("estimate", "estimate", "nothing")
    assert nodes["frames"].frames == nodes["analyses"].frames == float(made.video_seconds) // 5 + 1
    assert made.cost == nodes["analyses"].cost + nodes["summary"].cost > 0
    dense = quote(database, samples / "honeybees.mp4", frames={"interval": 1.0})
    assert 4 < {node.node_id: node.frames for node in dense.nodes}["analyses"] / nodes["analyses"].frames < 6
    half = quote(database, samples / "honeybees.mp4", analyses={"at_half_price": True})
    assert {node.node_id: node.cost for node in half.nodes}["analyses"] == nodes["analyses"].cost / 2


def test_history_of_other_parameters_is_none(database, emulator, samples, tmp_path):
    """Of the node itself, or of one before it; a version that changes something else keeps it."""
    plan = publish(database, talk_about("talk"))
    video = clip(samples / "honeybees.mp4", tmp_path / "a.mp4", 20)
    work(database, emulator, plan, video, tmp_path / "store")
    assert {node.node_id: node.basis for node in quote(database, video).nodes}["analyses"] == "history"
    assert quote(database, video, frames={"interval": 1.0}).basis == "estimate"
    other = quote(database, video, summary={"max_sentences": 3})
    assert {node.node_id: node.basis for node in other.nodes if node.models} == {
        "analyses": "history", "summary": "estimate",
    }  # fmt: skip
    changed = talk_about("talk").model_dump(mode="json")
    changed["nodes"][2]["params"] = {"threshold": 0.5}
    publish(database, talk_about("talk").model_validate(changed))
    assert quote(database, video).basis == "history"


def test_a_model_without_a_price_is_named(database, samples):
    """The cost is that of the others; of none it is absent, and not nothing."""
    publish(database, talk_about("talk", model="openai/own"))
    made = quote(database, samples / "honeybees.mp4")
    assert made.unpriced_models == ["openai/own"]
    assert made.cost == {node.node_id: node.cost for node in made.nodes}["summary"]
    Prices(database).save(PriceTable(currency="USD"))
    assert quote(database, samples / "honeybees.mp4").cost is None


def test_a_quote_is_kept_with_its_task(database, emulator, samples, tmp_path):
    """And read as it was made."""
    plan = publish(database, talk_about("talk"))
    video = clip(samples / "honeybees.mp4", tmp_path / "a.mp4", 20)
    made = quote(database, video)
    run = work(database, emulator, plan, video, tmp_path / "store")
    Quotes(database).keep(run, made)
    assert Quotes(database).of(run) == made
    assert Quotes(database).of(RunKey(dag_id="talk", run_id="other")) is None


def test_a_source_is_quoted_by_a_few_of_its_videos(database, samples, tmp_path):
    """Their lengths are measured, those of the others follow from the size; one that is no video is left out."""
    publish(database, talk_about("talk"))
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(8):
        shutil.copyfile(samples / "honeybees.mp4", folder / f"v{number}.mp4")
    (folder / "broken.mp4").write_bytes(b"no video")
    one = quote(database, samples / "honeybees.mp4")
    SourceLibrary(database).save(Source(slug="in", name="In", location=str(folder), workflow="talk"))
    settings = Settings(home=tmp_path, media_roots=str(folder))
    window = Window(start=datetime.now(UTC) - timedelta(days=1), end=datetime.now(UTC) + timedelta(days=1))
    saved = SourceLibrary(database).get("in")
    # Files that have just been written may still be: they are left for a later look.
    assert quote_source(saved, database, settings, no_credentials, window).videos == 0
    for path in folder.iterdir():
        age(path)
    made = quote_source(saved, database, settings, no_credentials, window)
    assert (made.videos, made.probed) == (9, 4)
    assert made.cost == pytest.approx(one.cost * 8, rel=Decimal("0.1"))
    for path in folder.glob("v*"):
        path.unlink()
    with pytest.raises(MediaAIError, match="None of the videos"):
        quote_source(saved, database, settings, no_credentials, window)


def age(path):
    """Have a file changed an hour ago."""
    then = datetime.now(UTC).timestamp() - 3600
    os.utime(path, (then, then))
