"""Jobs on videos by the real SDK: lists of them, workflows, failures, the details of a review."""

import base64
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import oss2
import pytest
import requests
from alibabacloud_vod20170321 import models
from alibabacloud_vod20170321.client import Client

from media_ai_emulators.testing import Emulator
from media_ai_emulators.vod.reviews import BLOCKED, SUSPECT
from media_ai_emulators.vod.videos import FAILING


@pytest.fixture
def vod(emulator: Emulator, config_of: Callable[..., Any]) -> Client:
    """The SDK's client for VOD."""
    return Client(config_of(emulator))


def _ready(vod: Client, title: str = "t", **fields: Any) -> str:
    body = vod.create_upload_video(models.CreateUploadVideoRequest(title=title, file_name="a.mp4", **fields)).body
    address, auth = (json.loads(base64.b64decode(text)) for text in (body.upload_address, body.upload_auth))
    keys = oss2.StsAuth(
        auth["AccessKeyId"], auth["AccessKeySecret"], auth["SecurityToken"], auth_version=oss2.AUTH_VERSION_4
    )
    bucket = oss2.Bucket(keys, address["Endpoint"], address["Bucket"], region=auth["Region"])
    bucket.put_object(address["FileName"], b"video")
    time.sleep(0.25)
    return str(body.video_id)


def test_videos_are_found_and_deleted_by_reference(vod: Client) -> None:
    """Several operations take ReferenceIds as well; what is not there is named."""
    reference = uuid.uuid4().hex
    video_id = _ready(vod, reference_id=reference)
    found = vod.get_video_infos(models.GetVideoInfosRequest(reference_ids=f"{reference},nothing")).body
    assert [one.video_id for one in found.video_list] == [video_id]
    assert found.non_exist_reference_ids == ["nothing"]
    vod.delete_video(models.DeleteVideoRequest(reference_ids=reference))
    assert vod.get_video_infos(models.GetVideoInfosRequest(video_ids=video_id)).body.non_exist_video_ids == [video_id]


def test_a_search_is_paged_by_number_and_by_token(vod: Client) -> None:
    """Both ways give every video once, and pages beyond 5,000 need the token."""
    tag = uuid.uuid4().hex[:16]
    videos = [
        vod.create_upload_video(models.CreateUploadVideoRequest(title="t", file_name="a.mp4", tags=tag)).body.video_id
        for _ in range(5)
    ]
    match, by_number, by_token, token = f"Tags in ('{tag}')", [], [], None
    for number in (1, 2, 3):
        page = vod.search_media(models.SearchMediaRequest(match=match, page_size=2, page_no=number)).body
        by_number += [one.media_id for one in page.media_list]
    while token != "":
        page = vod.search_media(models.SearchMediaRequest(match=match, page_size=2, scroll_token=token)).body
        by_token, token = by_token + [one.media_id for one in page.media_list], page.scroll_token
    assert by_number == by_token == videos[::-1]
    with pytest.raises(Exception, match="InvalidParameter"):
        vod.search_media(models.SearchMediaRequest(match=match, page_size=100, page_no=51))


def test_jobs_are_listed_by_video(vod: Client) -> None:
    """Each type on its own, with details; AI jobs of both kinds together."""
    video_id = _ready(vod)
    task_id = vod.submit_transcode_jobs(
        models.SubmitTranscodeJobsRequest(video_id=video_id, template_group_id="g")
    ).body.transcode_task_id
    snapshot = models.SubmitSnapshotJobRequest(video_id=video_id, count=2, sprite_snapshot_config='{"Columns":"3"}')
    snapshot_id = vod.submit_snapshot_job(snapshot).body.snapshot_job.job_id
    image_id = vod.submit_aiimage_job(models.SubmitAIImageJobRequest(video_id=video_id, aitemplate_id="t")).body.job_id
    audit_id = vod.submit_aimedia_audit_job(models.SubmitAIMediaAuditJobRequest(media_id=video_id)).body.job_id
    time.sleep(0.25)

    def listed(kind: str) -> list[str]:
        body = vod.list_job_info(models.ListJobInfoRequest(media_id=video_id, job_type=kind)).body
        return [one.job_id for one in body.job_info_list]

    assert (len(listed("transcode")), listed("snapshot")) == (1, [snapshot_id])
    assert set(listed("ai")) == {image_id, audit_id}
    details = vod.get_job_detail(models.GetJobDetailRequest(job_id=snapshot_id, job_type="snapshot")).body
    assert (details.snapshot_job_detail.status, details.snapshot_job_detail.trigger) == ("Success", "Manual")
    kinds = {
        vod.get_job_detail(models.GetJobDetailRequest(job_id=one, job_type="ai")).body.aijob_detail.job_type
        for one in (image_id, audit_id)
    }
    assert kinds == {"AIImage", "AIMediaAudit"}
    tasks = vod.list_transcode_task(models.ListTranscodeTaskRequest(video_id=video_id)).body.transcode_task_list
    assert [(task.transcode_task_id, task.task_status, task.trigger) for task in tasks] == [
        (task_id, "CompleteAllSucc", "Manual")
    ]
    later = models.ListTranscodeTaskRequest(video_id=video_id, start_time="2100-01-01T00:00:00Z")
    assert vod.list_transcode_task(later).body.transcode_task_list == []
    sprites = models.ListSnapshotsRequest(video_id=video_id, snapshot_type="SpriteSnapshot")
    assert vod.list_snapshots(sprites).body.media_snapshot.total == 2


def test_a_workflow_transcodes(vod: Client) -> None:
    """Its task succeeds after a while, and its transcoding is listed with the trigger Auto."""
    video_id = _ready(vod)
    task_id = vod.submit_workflow_job(models.SubmitWorkflowJobRequest(media_id=video_id, workflow_id="w")).body.task_id
    time.sleep(0.25)
    assert vod.get_workflow_task(models.GetWorkflowTaskRequest(task_id=task_id)).body.status == "succeeded"
    tasks = vod.list_transcode_task(models.ListTranscodeTaskRequest(video_id=video_id)).body.transcode_task_list
    assert [task.trigger for task in tasks] == ["Auto"]


def test_jobs_of_a_failing_video_fail(vod: Client) -> None:
    """With a reason, each in its own words."""
    video_id = _ready(vod, FAILING)
    task_id = vod.submit_transcode_jobs(
        models.SubmitTranscodeJobsRequest(video_id=video_id, template_group_id="g")
    ).body.transcode_task_id
    snapshot_id = vod.submit_snapshot_job(models.SubmitSnapshotJobRequest(video_id=video_id)).body.snapshot_job.job_id
    image_id = vod.submit_aiimage_job(models.SubmitAIImageJobRequest(video_id=video_id, aitemplate_id="t")).body.job_id
    audit_id = vod.submit_aimedia_audit_job(models.SubmitAIMediaAuditJobRequest(media_id=video_id)).body.job_id
    time.sleep(0.25)
    task = vod.get_transcode_task(models.GetTranscodeTaskRequest(transcode_task_id=task_id)).body.transcode_task
    assert (task.task_status, task.transcode_job_info_list[0].error_code) == ("CompleteAllFail", "EmulatedFailure")
    detail = vod.get_job_detail(models.GetJobDetailRequest(job_id=snapshot_id, job_type="snapshot")).body
    assert detail.snapshot_job_detail.status == "Fail"
    image = vod.get_aiimage_jobs(models.GetAIImageJobsRequest(job_ids=image_id)).body.aiimage_job_list[0]
    assert (image.status, image.code) == ("fail", "EmulatedFailure")
    audit = vod.get_aimedia_audit_job(models.GetAIMediaAuditJobRequest(job_id=audit_id)).body.media_audit_job
    assert audit.status == "fail"


def test_the_images_of_a_video_have_signed_addresses(vod: Client) -> None:
    """ListAIImageInfo signs what GetAIImageJobs only names."""
    video_id = _ready(vod)
    vod.submit_aiimage_job(models.SubmitAIImageJobRequest(video_id=video_id, aitemplate_id="t"))
    time.sleep(0.25)
    infos = vod.list_aiimage_info(models.ListAIImageInfoRequest(video_id=video_id)).body.aiimage_info_list
    assert requests.get(infos[0].file_url, timeout=5).content.startswith(b"GIF89a")


@pytest.mark.parametrize(
    ("word", "suggestion", "seen"), [(BLOCKED, "block", 3), (SUSPECT, "review", 3), ("", "pass", 0)]
)
def test_a_review_tells_where_it_saw_what(vod: Client, word: str, suggestion: str, seen: int) -> None:
    """The verdict, the places on the timeline and the pictures agree; pictures come 20 a page."""
    video_id = _ready(vod, f"t {word}")
    vod.submit_aimedia_audit_job(models.SubmitAIMediaAuditJobRequest(media_id=video_id))
    time.sleep(0.25)
    verdict = vod.get_media_audit_result(models.GetMediaAuditResultRequest(media_id=video_id)).body
    assert verdict.media_audit_result.suggestion == suggestion
    timeline = vod.get_media_audit_result_timeline(models.GetMediaAuditResultTimelineRequest(media_id=video_id)).body
    assert len(timeline.media_audit_result_timeline.porn) == seen
    pages = [
        vod.get_media_audit_result_detail(models.GetMediaAuditResultDetailRequest(media_id=video_id, page_no=number))
        for number in (1, 2)
    ]
    details = [page.body.media_audit_result_detail for page in pages]
    assert [(len(one.list), one.total) for one in details] == [(20, 25), (5, 25)]
    labels = [picture.porn_label for one in details for picture in one.list]
    assert sum(label != "normal" for label in labels) == seen
