"""Attached media and domains by the real SDK."""

import base64
import json
import uuid
from collections.abc import Callable
from typing import Any

import oss2
import pytest
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_vod20170321 import models
from alibabacloud_vod20170321.client import Client

from media_ai_emulators.testing import Emulator
from media_ai_emulators.vod.domains import DOMAIN


@pytest.fixture
def vod(emulator: Emulator, config_of: Callable[..., Any]) -> Client:
    """The SDK's client for VOD."""
    return Client(config_of(emulator))


def _bucket(body: Any) -> tuple[oss2.Bucket, str]:
    address, auth = (json.loads(base64.b64decode(text)) for text in (body.upload_address, body.upload_auth))
    keys = oss2.StsAuth(
        auth["AccessKeyId"], auth["AccessKeySecret"], auth["SecurityToken"], auth_version=oss2.AUTH_VERSION_4
    )
    return oss2.Bucket(keys, address["Endpoint"], address["Bucket"], region=auth["Region"]), address["FileName"]


def test_a_subtitle_is_uploaded_and_found_by_its_tag(vod: Client) -> None:
    """It is Uploading until its file is there, and a search for attached media finds it."""
    tag = uuid.uuid4().hex
    fields = {"business_type": "subtitle", "media_ext": "srt", "title": "字幕", "tags": tag}
    body = vod.create_upload_attached_media(models.CreateUploadAttachedMediaRequest(**fields)).body
    asked = models.GetAttachedMediaInfoRequest(media_ids=f"{body.media_id},nothing")
    assert vod.get_attached_media_info(asked).body.attached_media_list[0].status == "Uploading"
    bucket, key = _bucket(body)
    bucket.put_object(key, b"1\n00:00:01,000 --> 00:00:02,000\nhello\n")
    found = vod.get_attached_media_info(asked).body
    assert (found.attached_media_list[0].status, found.non_exist_media_ids) == ("Normal", ["nothing"])
    search = models.SearchMediaRequest(search_type="attached", match=f"Tags in ('{tag}')")
    listed = vod.search_media(search).body.media_list
    assert [(one.media_id, one.attached_media.business_type) for one in listed] == [(body.media_id, "subtitle")]


@pytest.mark.parametrize("fields", [{}, {"business_type": "subtitle", "media_ext": "mp4"}, {"business_type": "x"}])
def test_what_attached_media_refuse(vod: Client, fields: dict[str, Any]) -> None:
    """A type must be given and the extension be one of its own."""
    with pytest.raises(ClientException) as caught:
        vod.create_upload_attached_media(models.CreateUploadAttachedMediaRequest(**fields))
    assert caught.value.code in {"MissingParameter", "InvalidParameter"}


def test_upload_keys_do_not_read(vod: Client) -> None:
    """The keys of an upload write their object, and neither read it nor ask for its head."""
    body = vod.create_upload_video(models.CreateUploadVideoRequest(title="t", file_name="a.mp4")).body
    bucket, key = _bucket(body)
    bucket.put_object(key, b"video")
    for ask in (bucket.get_object, bucket.head_object):
        with pytest.raises(oss2.exceptions.ServerError) as caught:
            ask(key)
        assert caught.value.status == 403


def test_domains(vod: Client) -> None:
    """There is one domain; another is not found."""
    page = vod.describe_vod_user_domains(models.DescribeVodUserDomainsRequest(domain_name="emulator")).body
    assert [one.domain_name for one in page.domains.page_data] == [DOMAIN]
    detail = vod.describe_vod_domain_detail(models.DescribeVodDomainDetailRequest(domain_name=DOMAIN)).body
    assert detail.domain_detail.domain_status == "online"
    with pytest.raises(ClientException):
        vod.describe_vod_domain_detail(models.DescribeVodDomainDetailRequest(domain_name="other.example.com"))
