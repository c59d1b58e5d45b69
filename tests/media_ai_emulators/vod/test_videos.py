"""VOD by the real SDKs: upload with its temporary keys, look after the video, run jobs on it."""

import base64
import json
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import oss2
import pytest
import requests
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_vod20170321 import models
from alibabacloud_vod20170321.client import Client

from media_ai_emulators.testing import Emulator
from media_ai_emulators.vod.reviews import BLOCKED


@pytest.fixture
def vod(emulator: Emulator, config_of: Callable[..., Any]) -> Client:
    """The SDK's client for VOD."""
    return Client(config_of(emulator))


def _code(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientException) as caught:
        call()
    return str(caught.value.code)


def _create(vod: Client, **fields: Any) -> Any:
    request = models.CreateUploadVideoRequest(**{"title": "标题", "file_name": "a b.MP4", **fields})
    return vod.create_upload_video(request).body


def _bucket(body: Any) -> tuple[oss2.Bucket, str]:
    address = json.loads(base64.b64decode(body.upload_address))
    auth = json.loads(base64.b64decode(body.upload_auth))
    keys = oss2.StsAuth(
        auth["AccessKeyId"], auth["AccessKeySecret"], auth["SecurityToken"], auth_version=oss2.AUTH_VERSION_4
    )
    return oss2.Bucket(keys, address["Endpoint"], address["Bucket"], region=auth["Region"]), address["FileName"]


def _ready(vod: Client, **fields: Any) -> str:
    body = _create(vod, **fields)
    bucket, key = _bucket(body)
    bucket.put_object(key, b"video")
    time.sleep(0.25)
    return str(body.video_id)


def _status(vod: Client, video_id: str) -> str:
    return str(vod.get_video_info(models.GetVideoInfoRequest(video_id=video_id)).body.video.status)


def test_a_video_is_uploaded(private_emulator: Emulator, config_of: Callable[..., Any]) -> None:
    """The temporary keys open the one object; the video goes from Uploading to Normal."""
    vod = Client(config_of(private_emulator))
    body = _create(vod)
    bucket, key = _bucket(body)
    assert _status(vod, body.video_id) == "Uploading"
    with pytest.raises(oss2.exceptions.AccessDenied):
        bucket.put_object("elsewhere.mp4", b"video")
    bucket.put_object(key, b"video")
    assert _status(vod, body.video_id) == "UploadSucc"
    private_emulator.advance(31)
    assert _status(vod, body.video_id) == "Transcoding"
    private_emulator.advance(31)
    assert _status(vod, body.video_id) == "Normal"
    assert vod.get_video_info(models.GetVideoInfoRequest(video_id=body.video_id)).body.video.size == 5


def test_a_long_upload_outlives_its_keys(private_emulator: Emulator, config_of: Callable[..., Any]) -> None:
    """After 3,000 seconds the keys have expired; RefreshUploadVideo gives new ones for the same multipart upload."""
    vod = Client(config_of(private_emulator))
    body = _create(vod)
    bucket, key = _bucket(body)
    upload_id = bucket.init_multipart_upload(key).upload_id
    first = bucket.upload_part(key, upload_id, 1, b"x" * 102_400).etag
    private_emulator.advance(3001)
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.upload_part(key, upload_id, 2, b"y")
    assert caught.value.code == "SecurityTokenExpired"
    again, same_key = _bucket(vod.refresh_upload_video(models.RefreshUploadVideoRequest(video_id=body.video_id)).body)
    assert same_key == key
    second = again.upload_part(key, upload_id, 2, b"y").etag
    parts = [oss2.models.PartInfo(1, first), oss2.models.PartInfo(2, second)]
    again.complete_multipart_upload(key, upload_id, parts)
    assert _status(vod, body.video_id) == "UploadSucc"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": None}, "MissingParameter"),
        ({"title": "视" * 129}, "LengthExceededMax"),
        ({"file_name": "no-extension"}, "InvalidFileName.Extension"),
        ({"tags": ",".join(f"t{n}" for n in range(17))}, "TagsExceededMax"),
        ({"tags": "视" * 33}, "LengthExceededMax"),
        ({"user_data": "no json"}, "IllegalUserData"),
        ({"reference_id": "short"}, "InvalidParameter"),
    ],
)
def test_what_an_upload_refuses(vod: Client, fields: dict[str, Any], code: str) -> None:
    """The limits of CreateUploadVideo are kept; lengths are characters."""
    assert _code(lambda: _create(vod, **fields)) == code
    assert _create(vod, title="视" * 128, tags="视" * 32).video_id


def test_a_reference_is_unique(vod: Client) -> None:
    """A ReferenceId is taken once, and finds the video."""
    reference = uuid.uuid4().hex
    video_id = _create(vod, reference_id=reference).video_id
    assert _code(lambda: _create(vod, reference_id=reference)) == "InvalidParameter"
    assert vod.get_video_info(models.GetVideoInfoRequest(reference_id=reference)).body.video.video_id == video_id


def test_uploads_by_address(vod: Client, emulator: Emulator) -> None:
    """An address becomes a video after a while; one that cannot be read fails; a SessionId is good once."""
    good, bad = "https://example.com/a,b.mp4", f"{emulator.url}/media-ai/unsigned.mp4"
    session = uuid.uuid4().hex
    metadata = json.dumps([{"SourceURL": good, "Title": "my title"}])
    request = models.UploadMediaByURLRequest(
        upload_urls=",".join(quote(url, safe="") for url in (good, bad)), session_id=session, upload_metadatas=metadata
    )
    jobs = {job.source_url: job.job_id for job in vod.upload_media_by_url(request).body.upload_jobs}
    assert jobs.keys() == {good, bad}
    assert _code(lambda: vod.upload_media_by_url(request)) == "InvalidSessionId.Duplicate"
    time.sleep(0.25)
    asked = models.GetURLUploadInfosRequest(job_ids=f"{jobs[good]},{jobs[bad]},nothing")
    body = vod.get_urlupload_infos(asked).body
    assert [info.status for info in body.urlupload_info_list] == ["SUCCESS", "FAIL"]
    assert body.non_exists == ["nothing"]
    video = vod.get_video_info(models.GetVideoInfoRequest(video_id=body.urlupload_info_list[0].media_id)).body.video
    assert video.title == "my title"


def test_searching_changing_and_deleting(vod: Client) -> None:
    """A search finds by title; an update counts bytes; what is deleted is not found."""
    title = uuid.uuid4().hex
    video_id = _ready(vod, title=title)
    found = vod.search_media(models.SearchMediaRequest(match=f"Title in ('{title}') and Status = 'Normal'")).body
    assert ([media.media_id for media in found.media_list], found.total) == ([video_id], 1)
    vod.update_video_info(models.UpdateVideoInfoRequest(video_id=video_id, title="new", tags="a,b"))
    infos = vod.get_video_infos(models.GetVideoInfosRequest(video_ids=f"{video_id},nothing")).body
    assert ([video.title for video in infos.video_list], infos.non_exist_video_ids) == (["new"], ["nothing"])
    long = models.UpdateVideoInfoRequest(video_id=video_id, title="视" * 43)
    assert _code(lambda: vod.update_video_info(long)) == "LengthExceededMax"
    vod.delete_video(models.DeleteVideoRequest(video_ids=video_id))
    assert _code(lambda: _status(vod, video_id)) == "InvalidVideo.NotFound"


def test_playing(vod: Client) -> None:
    """The address of a video that is Normal works; one that is not ready is refused."""
    video_id = _ready(vod)
    info = vod.get_play_info(models.GetPlayInfoRequest(video_id=video_id)).body
    assert requests.get(info.play_info_list.play_info[0].play_url, timeout=5).content == b"video"
    assert vod.get_video_play_auth(models.GetVideoPlayAuthRequest(video_id=video_id)).body.play_auth
    early = models.GetPlayInfoRequest(video_id=_create(vod).video_id)
    assert _code(lambda: vod.get_play_info(early)) == "Forbidden.IllegalStatus"


def test_transcoding_and_snapshots(private_emulator: Emulator, config_of: Callable[..., Any]) -> None:
    """Jobs run for a while and then have results."""
    vod = Client(config_of(private_emulator))
    body = _create(vod)
    bucket, key = _bucket(body)
    bucket.put_object(key, b"video")
    private_emulator.advance(61)
    video_id = body.video_id
    submitted = vod.submit_transcode_jobs(
        models.SubmitTranscodeJobsRequest(video_id=video_id, template_group_id="group", session_id=uuid.uuid4().hex)
    ).body
    asked = models.GetTranscodeTaskRequest(transcode_task_id=submitted.transcode_task_id)
    assert vod.get_transcode_task(asked).body.transcode_task.task_status == "Processing"
    vod.submit_snapshot_job(models.SubmitSnapshotJobRequest(video_id=video_id, specified_offset_times=[0, 1000, 2000]))
    listing = models.ListSnapshotsRequest(video_id=video_id, snapshot_type="NormalSnapshot")
    assert vod.list_snapshots(listing).body.media_snapshot.total == 0
    private_emulator.advance(61)
    task = vod.get_transcode_task(asked).body.transcode_task
    assert task.task_status == "CompleteAllSucc"
    assert task.transcode_job_info_list[0].transcode_job_status == "TranscodeSuccess"
    snapshots = vod.list_snapshots(listing).body.media_snapshot
    assert (snapshots.total, len(snapshots.snapshots.snapshot)) == (3, 3)


def test_ai_images_and_review(vod: Client) -> None:
    """AI images are polled and are JSON in a text; the review passes or blocks by the title."""
    video_id = _ready(vod, title=f"x {BLOCKED}")
    incomplete = models.SubmitAIImageJobRequest(video_id=video_id)
    assert _code(lambda: vod.submit_aiimage_job(incomplete)) == "MissingParameter"
    wrong = models.SubmitAIImageJobRequest(video_id=video_id, aitemplate_id="t", user_data='{"a":1}')
    assert _code(lambda: vod.submit_aiimage_job(wrong)) == "IllegalUserData"
    good = models.SubmitAIImageJobRequest(video_id=video_id, aitemplate_id="t", user_data='{"Extend":{}}')
    job_id = vod.submit_aiimage_job(good).body.job_id
    audit_id = vod.submit_aimedia_audit_job(models.SubmitAIMediaAuditJobRequest(media_id=video_id)).body.job_id
    time.sleep(0.25)
    job = vod.get_aiimage_jobs(models.GetAIImageJobsRequest(job_ids=job_id)).body.aiimage_job_list[0]
    assert job.status == "success"
    assert json.loads(job.aiimage_result)[0]["Url"]
    audit = vod.get_aimedia_audit_job(models.GetAIMediaAuditJobRequest(job_id=audit_id)).body.media_audit_job
    assert (audit.status, audit.data.suggestion) == ("success", "block")
    result = vod.get_media_audit_result(models.GetMediaAuditResultRequest(media_id=video_id)).body
    assert result.media_audit_result.suggestion == "block"
