"""Waking those who wait for a service."""

import asyncio
import time

import pytest

from media_ai.catalog.service_events import ServiceEvents
from media_ai.clients.remote import RemoteJob, subjects_of
from operators.hints import Hints

pytestmark = pytest.mark.postgres


def event(number: int, subject: str, **details: str) -> dict:
    return {"identity": f"{number:064x}", "source": "vod", "subject": subject, "kind": "K", "details": details}


def test_an_event_about_the_job_or_its_asset_wakes_and_others_do_not(database, monkeypatch):
    """Of three who wait, the two that the service speaks of go on at once; the third sleeps its time."""
    monkeypatch.setenv(
        "MEDIA_AI_DATABASE_URL", database.engine.url.render_as_string(hide_password=False).replace("+psycopg2", "")
    )
    events = ServiceEvents(database)
    by_job = subjects_of(RemoteJob(kind="vod.cover", id="job-1", details={"video_id": "video-1"}))
    by_asset = subjects_of(RemoteJob(kind="vod.video", id="video-2"))
    other = subjects_of(RemoteJob(kind="vod.video", id="video-3"))

    async def scene() -> tuple[list[bool], list[float]]:
        hints, begun = Hints(), time.monotonic()
        ends: list[float] = []

        async def wait(subjects, seconds):
            woken = await hints.wait(subjects, seconds)
            ends.append(time.monotonic() - begun)
            return woken

        tasks = [asyncio.create_task(wait(subjects, 6)) for subjects in (by_job, by_asset, other)]
        await asyncio.sleep(1.5)
        events.add(event(1, "vod:video-9", JobId="job-1"))
        events.add(event(2, "vod:video-2"))
        return await asyncio.gather(*tasks), ends

    woken, ends = asyncio.run(scene())
    assert woken == [True, True, False]
    assert max(ends[:2]) < 5


def test_without_a_catalog_everybody_sleeps_his_time(monkeypatch):
    """Hints are a help, not a need."""
    monkeypatch.setenv("MEDIA_AI_DATABASE_URL", "postgresql://nobody:x@127.0.0.1:9/none")
    assert asyncio.run(Hints().wait(frozenset({"vod:x"}), 1.2)) is False
