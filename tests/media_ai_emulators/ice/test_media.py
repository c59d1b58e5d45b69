"""The media library of IMS, by the real SDK."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import oss2
import pytest
from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException

from media_ai_emulators.testing import Emulator


@pytest.fixture
def ice(emulator: Emulator, config_of: Callable[..., Any]) -> Client:
    """The SDK's client for IMS."""
    return Client(config_of(emulator))


def _url() -> str:
    return f"oss://another-bucket/{uuid.uuid4().hex}.mp4"


def _register(ice: Client, **fields: Any) -> str:
    answer = ice.register_media_info(models.RegisterMediaInfoRequest(**{"input_url": _url(), **fields}))
    return str(answer.body.media_id)


def _code(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientException) as caught:
        call()
    return str(caught.value.code)


def test_an_asset_becomes_readable_after_a_while(private_emulator: Emulator, config_of: Callable[..., Any]) -> None:
    """A registered asset is not found at first, then Preparing, then Normal."""
    ice = Client(config_of(private_emulator))
    media_id = _register(ice, title="标题 & t=1", media_tags="a,b")
    request = models.GetMediaInfoRequest(media_id=media_id)
    assert _code(lambda: ice.get_media_info(request)) == "ResourceNotFound"
    private_emulator.advance(61)
    assert ice.get_media_info(request).body.media_info.media_basic_info.status == "Preparing"
    private_emulator.advance(61)
    info = ice.get_media_info(request).body.media_info
    assert info.media_basic_info.status == "Normal"
    assert (info.media_basic_info.title, info.media_basic_info.media_tags) == ("标题 & t=1", "a,b")
    assert (info.media_basic_info.media_type, info.media_basic_info.source) == ("video", "oss")
    assert info.file_info_list[0].file_basic_info.file_size.isdigit()


def test_an_object_that_is_missing_fails(
    private_emulator: Emulator, config_of: Callable[..., Any], make_bucket: Callable[..., oss2.Bucket]
) -> None:
    """An object of a bucket here is looked up: its size is shown, and without it the asset fails."""
    make_bucket(private_emulator).put_object("视频 1.mp4", b"12345")
    ice = Client(config_of(private_emulator))
    there = _register(ice, input_url="https://media-ai.oss-cn-shanghai.aliyuncs.com/%E8%A7%86%E9%A2%91%201.mp4")
    missing = _register(ice, input_url="oss://media-ai/missing.mp4")
    private_emulator.advance(121)
    found = ice.get_media_info(models.GetMediaInfoRequest(media_id=there)).body.media_info
    assert found.file_info_list[0].file_basic_info.file_size == "5"
    lost = ice.get_media_info(models.GetMediaInfoRequest(media_id=missing)).body.media_info
    assert lost.media_basic_info.status == "PrepareFail"


def test_an_address_is_registered_once(ice: Client) -> None:
    """The second registration is refused; with Overwrite it replaces the asset, under a new id."""
    url = _url()
    first = _register(ice, input_url=url, overwrite=False)
    assert _code(lambda: _register(ice, input_url=url)) == "MediaAlreadyExist"
    second = _register(ice, input_url=url, overwrite=True)
    assert second != first
    time.sleep(0.3)
    found = ice.get_media_info(models.GetMediaInfoRequest(input_url=url)).body.media_info
    assert found.media_id == second


def test_a_client_token_makes_it_idempotent(ice: Client) -> None:
    """The same ClientToken gives the same asset, with no error."""
    url, token = _url(), uuid.uuid4().hex
    assert _register(ice, input_url=url, client_token=token) == _register(ice, input_url=url, client_token=token)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"input_url": None}, "MissingParameter"),
        ({"input_url": "oss://b-1/a.mp4?x-oss-signature=1"}, "InvalidParameter"),
        ({"input_url": "http://127.0.0.1/a.mp4"}, "InvalidParameter"),
        ({"title": "视" * 43}, "InvalidParameter"),
        ({"description": "视" * 342}, "InvalidParameter"),
        ({"cover_url": "https://a/" + "x" * 120}, "InvalidParameter"),
        ({"media_tags": ",".join(f"t{n}" for n in range(17))}, "InvalidParameter"),
        ({"media_tags": "视" * 11}, "InvalidParameter"),
        ({"user_data": "no json"}, "InvalidParameter"),
        ({"user_data": json.dumps({"a": "x" * 1024})}, "InvalidParameter"),
        ({"client_token": "short"}, "InvalidParameter"),
        ({"reference_id": "a b c d e f"}, "InvalidParameter"),
        ({"media_type": "film"}, "InvalidParameter"),
        ({"media_type": "text"}, "InvalidParameter"),
        ({"input_url": "oss://b-1/no-extension"}, "InvalidParameter"),
        ({"business_type": "other"}, "InvalidParameter"),
        ({"register_config": "[]"}, "InvalidParameter"),
        ({"smart_tag_template_id": "unknown"}, "InvalidParameter"),
    ],
)
def test_what_registration_refuses(ice: Client, fields: dict[str, Any], code: str) -> None:
    """The limits of the reference are kept; lengths are bytes."""
    assert _code(lambda: _register(ice, **fields)) == code


def test_limits_are_bytes(ice: Client) -> None:
    """What just fits is taken: 42 CJK characters are 126 bytes."""
    assert _register(ice, title="视" * 42, description="视" * 341, media_tags="视" * 10, reference_id=uuid.uuid4().hex)


def test_updating_and_deleting(ice: Client) -> None:
    """Tags are appended or replaced; a deleted asset is named in IgnoredList the second time."""
    media_id = _register(ice, media_tags="a,b")
    time.sleep(0.3)
    ice.update_media_info(
        models.UpdateMediaInfoRequest(media_id=media_id, media_tags="b,c", append_tags=True, title="new")
    )
    basic = ice.get_media_info(models.GetMediaInfoRequest(media_id=media_id)).body.media_info.media_basic_info
    assert (basic.media_tags, basic.title) == ("a,b,c", "new")
    assert ice.delete_media_infos(models.DeleteMediaInfosRequest(media_ids=media_id)).body.ignored_list == []
    assert ice.delete_media_infos(models.DeleteMediaInfosRequest(media_ids=media_id)).body.ignored_list == [media_id]


def test_listing_and_searching(ice: Client) -> None:
    """Lists are paged newest first; a search matches fields; a batch names what it did not find."""
    title = uuid.uuid4().hex
    ids = [_register(ice, title=f"{title} {n}", media_type="audio") for n in range(3)]
    time.sleep(0.3)
    listed: list[str] = []
    token = None
    while True:
        request = models.ListMediaBasicInfosRequest(max_results=1, media_type="audio", next_token=token)
        body = ice.list_media_basic_infos(request).body
        listed += [info.media_id for info in body.media_infos]
        token = body.next_token
        if not token:
            break
    assert listed == ids[::-1]
    match = f"title = '{title} 1' and mediaType in ('audio', 'video')"
    found = ice.search_media(models.SearchMediaRequest(match=match)).body
    assert ([info.media_id for info in found.media_info_list], found.total) == ([ids[1]], 1)
    assert _code(lambda: ice.search_media(models.SearchMediaRequest(match="title ="))) == "ErrorMatchSyntax"
    batch = ice.batch_get_media_infos(models.BatchGetMediaInfosRequest(media_ids=f"{ids[0]},nothing")).body
    assert ([info.media_id for info in batch.media_infos], batch.ignored_list) == ([ids[0]], ["nothing"])


def test_smart_tags(private_emulator: Emulator, config_of: Callable[..., Any]) -> None:
    """A tagging job goes from Submitted to Success with results; one for a missing object fails."""
    ice = Client(config_of(private_emulator))

    def submit(media: str) -> str:
        source = models.SubmitSmarttagJobRequestInput(media=media, type="OSS")
        request = models.SubmitSmarttagJobRequest(
            input=source, template_id="S00000103-000001", title="t", user_data="{}"
        )
        return str(ice.submit_smarttag_job(request).body.job_id)

    good, bad = submit("oss://another-bucket/a.mp4"), submit("oss://media-ai/missing.mp4")
    asked = models.QuerySmarttagJobRequest(job_id=good)
    assert ice.query_smarttag_job(asked).body.job_status == "Submitted"
    private_emulator.advance(20)
    assert ice.query_smarttag_job(asked).body.job_status == "Processing"
    private_emulator.advance(61)
    done = ice.query_smarttag_job(models.QuerySmarttagJobRequest(job_id=good)).body
    assert done.job_status == "Success"
    assert json.loads(done.results.result[0].data)["autoLabels"]
    assert ice.query_smarttag_job(models.QuerySmarttagJobRequest(job_id=bad)).body.job_status == "Fail"
    media_id = _register(ice, smart_tag_template_id="S00000103-000001")
    private_emulator.advance(121)
    info = ice.get_media_info(models.GetMediaInfoRequest(media_id=media_id)).body.media_info
    assert info.ai_rough_data.standard_smart_tag_job.status == "Success"


def test_an_asset_remembers_its_tagging(private_emulator: Emulator, config_of: Callable[..., Any]) -> None:
    """A job for an asset is shown with it; one for an asset that is not there is refused."""
    ice = Client(config_of(private_emulator))
    media_id = _register(ice)
    private_emulator.advance(121)

    def submit(media: str) -> str:
        source = models.SubmitSmarttagJobRequestInput(media=media, type="Media")
        request = models.SubmitSmarttagJobRequest(input=source, template_id="S00000103-000001")
        return str(ice.submit_smarttag_job(request).body.job_id)

    job_id = submit(media_id)
    info = ice.get_media_info(models.GetMediaInfoRequest(media_id=media_id)).body.media_info
    assert (info.ai_rough_data.ai_job_id, info.ai_rough_data.status) == (job_id, "Submitted")
    assert _code(lambda: submit("nothing")) == "ResourceNotFound"


def test_search_libraries(ice: Client) -> None:
    """A library that is not there is said with HTTP 200 and Success "false"."""
    name = f"lib{uuid.uuid4().hex}"
    lost = ice.search_media(models.SearchMediaRequest(search_lib_name=name)).body
    assert (lost.success, lost.code) == ("false", "SearchLibNotExist")
    assert ice.create_search_lib(models.CreateSearchLibRequest(search_lib_name=name)).body.success == "true"
    assert ice.create_search_lib(models.CreateSearchLibRequest(search_lib_name=name)).body.success == "false"
    assert ice.query_search_lib(models.QuerySearchLibRequest(search_lib_name=name)).body.status == "Normal"
    assert ice.search_media(models.SearchMediaRequest(search_lib_name=name)).body.success == "true"
    assert (
        _code(lambda: ice.create_search_lib(models.CreateSearchLibRequest(search_lib_name="a b"))) == "InvalidParameter"
    )


def test_files_are_deleted_only_when_asked(
    ice: Client, emulator: Emulator, make_bucket: Callable[..., oss2.Bucket]
) -> None:
    """DeletePhysicalFiles removes the object; without it the object stays."""
    bucket = make_bucket(emulator)
    for name, flag in (("kept.mp4", None), ("gone.mp4", True)):
        bucket.put_object(name, b"1")
        media_id = _register(ice, input_url=f"oss://media-ai/{name}")
        time.sleep(0.3)
        ice.delete_media_infos(models.DeleteMediaInfosRequest(media_ids=media_id, delete_physical_files=flag))
    assert (bucket.object_exists("kept.mp4"), bucket.object_exists("gone.mp4")) == (True, False)
