"""Tagging a registered video with IMS: paid for once, read as labels."""

import time
import uuid
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from media_ai.clients.ims_rules import RegisterMedia
from media_ai.errors import ConfigurationError, ErrorKind, InputError, ServiceError
from media_ai.model.services import ServiceAsset
from media_ai.nodes import tag_ims_media
from media_ai.nodes.tag_ims_media import Inputs, Outputs, Params
from media_ai.testing import make_job
from media_ai.waiting import RemoteJobPending, leave
from media_ai_emulators.testing import Emulator
from tests.media_ai.nodes.ims import ims_job, library


def asset(emulator: Emulator, **fields: Any) -> ServiceAsset:
    """Register a new address, wait until it is ready, and forget the calls."""
    url = f"oss://other/{uuid.uuid4().hex}.mp4"
    media_id = library(emulator).register(RegisterMedia(input_url=url, client_token=uuid.uuid4().hex, **fields))
    time.sleep(0.5)
    emulator.state.calls.clear()
    return ServiceAsset(service="ims", region="cn-shanghai", id=media_id, uri=url, state="Normal")


def tag(folder: Path, emulator: Emulator, given: ServiceAsset, *, job: Any = None, **params: Any) -> Outputs:
    """Run the node."""
    tag.job = job or ims_job(folder, emulator, title="The task's title")
    return tag_ims_media.run(Params(**params), Inputs(asset=given), tag.job)


def test_labels_come_with_their_times(tmp_path, emulator):
    """What the service recognized, and its own words beside it."""
    labels = tag(tmp_path, emulator, asset(emulator), options={"needOcrData": True}, content="c").labels
    assert labels.model == "ims/S00000103-000001"
    assert labels.labels[0].name.startswith("emulated-")
    assert str(labels.labels[0].times[0]) == "0:00:00.000 - 0:00:01.000"
    assert [result["type"] for result in labels.raw] == ["VideoLabel", "Meta"]
    (call,) = emulator.calls("ice", "SubmitSmarttagJob")
    assert (call.params["Title"], call.params["Params"]) == ("The task's title", '{"needOcrData": true}')


def test_a_restart_submits_nothing(tmp_path, emulator):
    """The job is known."""
    given = asset(emulator)
    first = tag(tmp_path, emulator, given)
    assert tag(tmp_path, emulator, given) == first
    assert len(emulator.calls("ice", "SubmitSmarttagJob")) == 1


def test_what_the_registration_began_is_taken(tmp_path, emulator):
    """Instead of paying twice, and said; a new one only where that was chosen."""
    given = asset(emulator, smart_tag_template="S00000103-000001")
    assert tag(tmp_path, emulator, given).labels.labels
    assert emulator.calls("ice", "SubmitSmarttagJob") == []
    assert "begun before was taken" in tag.job.notices[0]
    (tmp_path / "new").mkdir()
    tag(tmp_path / "new", emulator, given, takes_existing=False)
    assert len(emulator.calls("ice", "SubmitSmarttagJob")) == 1
    assert tag.job.notices == []


@pytest.mark.parametrize("takes_existing", [True, False])
@pytest.mark.parametrize("has_old", [True, False])
def test_a_lost_answer_is_not_paid_twice(tmp_path, emulator, takes_existing, has_old):
    """The next try finds the job that the asset has now and did not have before."""
    given = asset(emulator, **({"smart_tag_template": "S00000103-000001"} if has_old and not takes_existing else {}))
    emulator.faults().add("ice", "cut", operation="SubmitSmarttagJob")
    with pytest.raises(ServiceError) as caught:
        tag(tmp_path, emulator, given, takes_existing=takes_existing)
    assert caught.value.kind is ErrorKind.TRANSIENT
    assert tag(tmp_path, emulator, given, takes_existing=takes_existing).labels.labels
    assert len(emulator.calls("ice", "SubmitSmarttagJob")) == 1


def test_what_was_refused_is_submitted_by_the_next_try(tmp_path, emulator):
    """An answer that says 'unavailable' leaves it in doubt, and the asset tells that there is no job."""
    given = asset(emulator)
    emulator.faults().add("ice", "server_error", operation="SubmitSmarttagJob")
    with pytest.raises(ServiceError):
        tag(tmp_path, emulator, given)
    assert tag(tmp_path, emulator, given).labels.labels
    assert len(emulator.calls("ice", "SubmitSmarttagJob")) == 2


def test_a_job_that_failed_is_submitted_anew_by_a_restart(tmp_path, emulator, monkeypatch):
    """And is not taken for an existing one."""
    from media_ai_emulators.ice.smart_tags import SmartTagJobs

    given = asset(emulator)
    with monkeypatch.context() as patch:
        patch.setattr(SmartTagJobs, "status", lambda self, job_id: "Fail")
        with pytest.raises(ServiceError, match="failed"):
            tag(tmp_path, emulator, given)
    known = library(emulator).get(given.id)
    assert known is not None
    with monkeypatch.context() as patch:
        status = SmartTagJobs.status
        patch.setattr(
            SmartTagJobs, "status", lambda self, job_id: "Fail" if job_id == known.tags_job else status(self, job_id)
        )
        assert tag(tmp_path, emulator, given).labels.labels
    assert len(emulator.calls("ice", "SubmitSmarttagJob")) == 2


def test_the_wait_is_left_to_others(tmp_path, emulator):
    """As in Airflow; later the labels are collected."""
    given = asset(emulator)
    with pytest.raises(RemoteJobPending) as pending:
        tag(tmp_path, emulator, given, job=ims_job(tmp_path, emulator, wait=leave))
    assert pending.value.job.kind == "ims.smart_tags"
    time.sleep(0.3)
    assert tag(tmp_path, emulator, given, job=ims_job(tmp_path, emulator, wait=leave)).labels.labels


def test_what_is_done_at_once_is_waited_for(tmp_path, emulator):
    """To come back later would take a new process."""
    patient = ims_job(tmp_path, emulator, wait=partial(leave, patience_s=5))
    assert tag(tmp_path, emulator, asset(emulator), job=patient).labels.labels


def test_hints_are_cut_and_said(tmp_path, emulator):
    """Bytes, as everywhere."""
    tag(tmp_path, emulator, asset(emulator), media_title="视" * 86, content="c" * 1025)
    assert len(tag.job.notices) == 2
    (call,) = emulator.calls("ice", "SubmitSmarttagJob")
    assert call.params["Title"] == "视" * 85


def test_assets_of_others_are_refused(tmp_path, emulator):
    """One of VOD, and one that was deleted."""
    other = ServiceAsset(service="vod", region="cn-shanghai", id="v", uri="vod://v", state="Normal")
    with pytest.raises(InputError, match="register_ims_media"):
        tag(tmp_path, emulator, other)
    with pytest.raises(InputError, match="IMS has no asset gone"):
        tag(tmp_path, emulator, other.model_copy(update={"service": "ims", "id": "gone"}))
    assert emulator.calls("ice", "SubmitSmarttagJob") == []


def test_without_credentials_nothing_begins(tmp_path):
    """The connection is named."""
    given = ServiceAsset(service="ims", region="r", id="m", uri="oss://b/k", state="Normal")
    with pytest.raises(ConfigurationError, match="Alibaba Cloud IMS"):
        tag_ims_media.run(Params(), Inputs(asset=given), make_job(tmp_path))
