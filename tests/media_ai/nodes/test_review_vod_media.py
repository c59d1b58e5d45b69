"""The review by VOD as a node."""

import pytest

from media_ai.errors import ServiceError
from media_ai.nodes.review_vod_media import Inputs, Params, _labels, _suggestion, run
from media_ai.waiting import RemoteJobPending, leave
from media_ai_emulators.vod.reviews import BLOCKED, SUSPECT
from media_ai_emulators.vod.videos import FAILING
from tests.vod import asset, count, vod_job


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr("media_ai.clients.vod_calls.SETTLE_S", 0.05)


def review(folder, emulator, given, *, job=None, **params):
    review.job = job or vod_job(folder, emulator)
    return run(Params(**params), Inputs(asset=given), review.job).review


@pytest.mark.parametrize(
    ("word", "suggestion", "labels", "seconds"),
    [
        ("", "pass", (), []),
        (SUSPECT, "review", ("porn", "sexy"), [10, 12, 44]),
        (BLOCKED, "block", ("porn",), [10, 12, 44]),
    ],
)
def test_a_verdict_has_labels_and_moments(tmp_path, emulator, word, suggestion, labels, seconds):
    """What was found, and when it was seen."""
    found = review(tmp_path, emulator, asset(emulator, tmp_path, f"t {word}"), ai_template="t")

    assert (found.suggestion, found.labels) == (suggestion, labels)
    assert [float(moment.time.seconds) for moment in found.moments] == seconds
    assert {(moment.scene, round(moment.score, 6)) for moment in found.moments} <= {("porn", 0.999)}
    assert found.modules == (("video",) if word else ())
    assert emulator.calls("vod", "SubmitAIMediaAuditJob")[0].params["TemplateId"] == "t"


def test_moments_come_from_the_pictures_too(tmp_path, emulator):
    """All pages of them; or nothing is asked."""
    video = asset(emulator, tmp_path, BLOCKED)
    found = review(tmp_path / "a", emulator, video, moments="pictures")
    assert [float(moment.time.seconds) for moment in found.moments] == [10, 12, 44]
    assert len(emulator.calls("vod", "GetMediaAuditResultDetail")) == 2

    assert review(tmp_path / "b", emulator, video, moments="none").moments == ()
    assert emulator.calls("vod", "GetMediaAuditResultTimeline") == []


def test_a_suggestion_that_nobody_knows_is_for_people(tmp_path, emulator):
    """And it is told."""
    job = vod_job(tmp_path, emulator)
    assert _suggestion({"Suggestion": "maybe"}, job) == "review"
    assert any("maybe" in notice for notice in job.notices)


def test_labels_of_all_parts_are_collected():
    """Each once; what is normal is none."""
    verdict = {
        "Label": "porn,ad",
        "VideoResult": {"Label": "porn", "AdResult": {"Label": "qrcode"}, "LogoResult": {"Label": "normal"}, "x": 1},
        "AudioResult": [{"Label": "abuse"}],
        "TextResult": [{"Label": "normal"}, {"Label": None}],
        "ImageResult": None,
    }
    assert _labels(verdict) == ("porn", "ad", "qrcode", "abuse")


@pytest.mark.parametrize("kind", ["cut", "server_error", "error_body", "throttle"])
def test_nothing_is_submitted_twice(tmp_path, emulator, kind):
    """Whatever trouble there is."""
    video = asset(emulator, tmp_path, BLOCKED)
    operations = ("GetAIMediaAuditJob", "GetMediaAuditResultTimeline", "ListJobInfo")
    for operation in operations:
        emulator.faults().add("vod", kind, operation=operation)
    emulator.faults().add("vod", kind, operation="SubmitAIMediaAuditJob", times=2)

    assert review(tmp_path, emulator, video).suggestion == "block"
    assert count(emulator, "SubmitAIMediaAuditJob") == 1


def test_a_submission_that_a_killed_process_made_is_found(tmp_path, emulator):
    """By the list of the video's jobs."""
    video = asset(emulator, tmp_path)
    with pytest.raises(RemoteJobPending):
        review(tmp_path, emulator, video, job=vod_job(tmp_path, emulator, wait=leave))
    (step,) = (tmp_path / "store").rglob("review.1.json")
    begun = emulator.state.clock.now()
    step.write_text(f'{{"begun": {begun}, "beat": {begun}, "state": "in_doubt"}}')
    review(tmp_path, emulator, video)

    assert count(emulator, "SubmitAIMediaAuditJob") == 1


def test_a_failure_is_told_and_a_restart_submits_anew(tmp_path, emulator):
    """With VOD's code."""
    video = asset(emulator, tmp_path, FAILING)
    for number in (1, 2):
        with pytest.raises(ServiceError, match="EmulatedFailure"):
            review(tmp_path, emulator, video)
        assert count(emulator, "SubmitAIMediaAuditJob") == number


def test_no_signed_address_is_kept(tmp_path, emulator):
    """Pictures of the review have none in the result."""
    found = review(tmp_path, emulator, asset(emulator, tmp_path, BLOCKED), moments="pictures")
    assert "auth_key" not in found.model_dump_json()
