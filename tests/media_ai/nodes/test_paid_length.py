"""Jobs of IMS and VOD that are paid by the length of the video, with the emulated services and a real catalog."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from media_ai.catalog import tables
from media_ai.catalog.budgets import BudgetKey, Budgets, Payer
from media_ai.catalog.costs import Costs
from media_ai.catalog.prices import Prices, parse_prices
from media_ai.catalog.spending import CatalogSpending
from media_ai.errors import BudgetError, ServiceError
from media_ai.graph.foresight import Expected
from media_ai.nodes import node_type, review_vod_media, tag_ims_media, transcode_vod_media
from media_ai_emulators.vod.videos import FAILING
from tests.media_ai.nodes import test_tag_ims_media
from tests.media_ai.nodes.ims import ims_access, ims_job
from tests.vod import asset, count, vod_access, vod_job

pytestmark = pytest.mark.postgres

LENGTH = {"attributes": {"duration_s": 90}}
TASK = BudgetKey(scope="task", dag_id="w", name="r")
PRICES = {"vod/*": {"audio_hour": "36"}, "ims/smart-tags": {"audio_hour": "36"}}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr("media_ai.clients.vod_calls.SETTLE_S", 0.05)


@pytest.fixture
def spending(database):
    """Spending of one task, with a price of a cent a second."""
    Prices(database).save(parse_prices({"currency": "CNY", "prices": PRICES}), by="t")
    return CatalogSpending(database, Payer(dag_id="w", run_id="r", node_id="n"))


def in_vod(folder, emulator, spending):
    """Return a job of a task; in the same folder a restart of it."""
    return vod_job(folder, emulator, access=replace(vod_access(emulator), spending=spending))


def counted(database):
    """Return (calls, seconds, cost) by model, and how much is still promised."""
    with database.transaction() as connection:
        promised = connection.execute(select(func.count()).select_from(tables.promises)).scalar_one()
    return {item.key: (item.calls, item.audio_seconds, item.cost) for item in Costs(database).by("model")}, promised


def review(folder, emulator, spending, video):
    """Review a video."""
    job = in_vod(folder, emulator, spending)
    review_vod_media.run(review_vod_media.Params(), review_vod_media.Inputs(asset=video), job)
    return job


def test_a_review_is_paid_by_the_length_of_the_video_and_once(tmp_path, emulator, database, spending):
    """A restart that finds it done is counted with the same job."""
    video = asset(emulator, tmp_path, **LENGTH)
    for _ in range(2):
        job = review(tmp_path, emulator, spending, video)
        assert [(usage.model, usage.audio_seconds) for usage in job.usage] == [("vod/review", 90)]
    assert counted(database) == ({"vod/review": (1, 90, Decimal("0.9"))}, 0)


def test_a_lost_answer_is_counted_once(tmp_path, emulator, database, spending):
    """The job that it began is found and collected."""
    video = asset(emulator, tmp_path, **LENGTH)
    emulator.faults().add("vod", "cut", operation="SubmitAIMediaAuditJob")
    review(tmp_path, emulator, spending, video)
    assert count(emulator, "SubmitAIMediaAuditJob") == 1
    assert counted(database) == ({"vod/review": (1, 90, Decimal("0.9"))}, 0)


def test_each_stream_is_paid(tmp_path, emulator, database, spending):
    """By its own length, where VOD tells it."""
    job = in_vod(tmp_path, emulator, spending)
    given = transcode_vod_media.Inputs(asset=asset(emulator, tmp_path, **LENGTH))
    streams = transcode_vod_media.run(transcode_vod_media.Params(template_group="g"), given, job).streams.streams
    seconds = sum(stream.duration_s or 0 for stream in streams)
    assert seconds > 0
    assert counted(database) == ({"vod/transcode": (len(streams), seconds, Decimal(seconds) / 100)}, 0)


def test_a_workflow_counts_as_a_stream(tmp_path, emulator, database, spending):
    """VOD does not tell what it made."""
    job = in_vod(tmp_path, emulator, spending)
    given = transcode_vod_media.Inputs(asset=asset(emulator, tmp_path, **LENGTH))
    transcode_vod_media.run(transcode_vod_media.Params(workflow="w"), given, job)
    assert counted(database) == ({"vod/transcode": (1, 90, Decimal("0.9"))}, 0)


def test_what_failed_is_not_paid(tmp_path, emulator, database, spending):
    """And nothing stays promised."""
    with pytest.raises(ServiceError):
        review(tmp_path, emulator, spending, asset(emulator, tmp_path, f"t {FAILING}", **LENGTH))
    assert counted(database) == ({}, 0)


def test_a_budget_stops_the_job_before_it_is_submitted(tmp_path, emulator, database, spending):
    """It would be crossed, or cannot be kept because the job has no price; raised, the task goes on."""
    video = asset(emulator, tmp_path, **LENGTH)
    Budgets(database).set(TASK, Decimal("0.89"), by="t")
    with pytest.raises(BudgetError, match=r"vod/review was not asked: the budget of this task is 0\.8900 CNY"):
        review(tmp_path, emulator, spending, video)
    Prices(database).save(parse_prices({"currency": "CNY", "prices": {}}), by="t")
    with pytest.raises(BudgetError, match="it has no price"):
        review(tmp_path, emulator, spending, video)
    assert count(emulator, "SubmitAIMediaAuditJob") == 0

    Prices(database).save(parse_prices({"currency": "CNY", "prices": PRICES}), by="t")
    Budgets(database).set(TASK, Decimal("0.9"), by="t")
    review(tmp_path, emulator, spending, video)
    assert counted(database)[1] == 0


def test_a_video_that_is_not_ready_yet_has_its_length_later(tmp_path, emulator, database, spending):
    """VOD says it when the video is ready."""
    video = asset(emulator, tmp_path, state="Uploading")
    job = review(tmp_path, emulator, spending, video)
    assert job.usage[0].audio_seconds > 0


def test_only_a_new_analysis_of_ims_is_paid(tmp_path, emulator, database, spending):
    """One that had been begun before is taken, even where a budget could pay for no other."""
    for name, fields, budget, paid in (
        ("old", {"smart_tag_template": "S00000103-000001"}, "0", 0),
        ("new", {}, "1", 1),
    ):
        Budgets(database).set(TASK, Decimal(budget), by="t")
        (tmp_path / name).mkdir()
        given = test_tag_ims_media.asset(emulator, **fields).model_copy(update=LENGTH)
        job = ims_job(tmp_path / name, emulator, access=replace(ims_access(emulator), spending=spending))
        tag_ims_media.run(tag_ims_media.Params(), tag_ims_media.Inputs(asset=given), job)
        assert [usage.model for usage in job.usage] == ["ims/smart-tags"] * paid
    assert counted(database) == ({"ims/smart-tags": (1, 90, Decimal("0.9"))}, 0)


@pytest.mark.parametrize("kind", ["review_vod_media", "transcode_vod_media", "tag_ims_media"])
def test_a_quote_foresees_the_length(kind):
    """So that a quote for a backfill holds what services are paid for."""
    found = node_type(kind)
    work = found.foresee(found.params(), Expected(video_s=60))
    assert (work.calls, work.audio_s) == (1, 60)
    assert work.model.startswith(("vod/", "ims/"))
