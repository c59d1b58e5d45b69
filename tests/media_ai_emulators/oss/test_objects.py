"""oss2 stores, reads, lists and deletes objects, signed in both ways."""

from pathlib import Path

import oss2
import pytest

from media_ai_emulators.oss.digests import Digests, combine_crc64
from media_ai_emulators.testing import running_emulator

_KEY = "in/视频 1+2&x=y.mp4"


def test_an_object_comes_back_as_it_went(bucket: oss2.Bucket) -> None:
    """Bytes, MD5, CRC, type and metadata survive, under a key with every kind of character."""
    put = bucket.put_object(_KEY, b"hello world", headers={"x-oss-meta-sha256": "abc"})
    assert (put.etag, put.crc) == ("5EB63BBBE01EEED093CB22BB8F5ACDC3", 5981764153023615706)
    got = bucket.get_object(_KEY)
    assert got.read() == b"hello world"
    assert got.content_type == "video/mp4"
    assert got.headers["x-oss-meta-sha256"] == "abc"
    assert bucket.head_object(_KEY).content_length == 11
    assert bucket.get_object_meta(_KEY).content_length == 11


def test_an_empty_object(bucket: oss2.Bucket) -> None:
    """No bytes are an object too."""
    bucket.put_object("empty", b"")
    assert bucket.get_object("empty").read() == b""


@pytest.mark.parametrize(
    ("asked", "status", "expected"),
    [
        ((0, 4), 206, b"hello"),
        ((6, None), 206, b"world"),
        ((None, 3), 206, b"rld"),
        ((0, 100), 200, b"hello world"),
        ((50, 60), 200, b"hello world"),
    ],
)
def test_ranges(bucket: oss2.Bucket, asked: tuple[int | None, int | None], status: int, expected: bytes) -> None:
    """A range that does not fit is ignored, as OSS does by default."""
    bucket.put_object("range", b"hello world")
    got = bucket.get_object("range", byte_range=asked)
    assert (got.status, got.read()) == (status, expected)


def test_ranges_by_the_standard(bucket: oss2.Bucket) -> None:
    """x-oss-range-behavior: standard cuts a range at the end, and refuses one beyond it."""
    bucket.put_object("range", b"hello world")
    standard = {"x-oss-range-behavior": "standard"}
    assert bucket.get_object("range", byte_range=(6, 100), headers=standard).read() == b"world"
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.get_object("range", byte_range=(50, 60), headers=standard)
    assert (caught.value.status, caught.value.code) == (416, "InvalidRange")


def test_overwriting_can_be_forbidden(bucket: oss2.Bucket) -> None:
    """x-oss-forbid-overwrite refuses the second upload with FileAlreadyExists and keeps the first."""
    bucket.put_object("once", b"1")
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.put_object("once", b"2", headers={"x-oss-forbid-overwrite": "true"})
    assert (caught.value.status, caught.value.code) == (409, "FileAlreadyExists")
    assert bucket.get_object("once").read() == b"1"


def test_conditions_of_reading(bucket: oss2.Bucket) -> None:
    """If-Match, If-None-Match and If-Modified-Since give 412 and 304."""
    etag = bucket.put_object("conditional", b"1").etag
    assert bucket.get_object("conditional", headers={"If-Match": f'"{etag}"'}).read() == b"1"
    with pytest.raises(oss2.exceptions.PreconditionFailed):
        bucket.get_object("conditional", headers={"If-Match": '"other"'})
    with pytest.raises(oss2.exceptions.NotModified):
        bucket.get_object("conditional", headers={"If-None-Match": f'"{etag}"'})
    with pytest.raises(oss2.exceptions.NotModified):
        bucket.get_object("conditional", headers={"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"})


def test_what_is_not_there(bucket: oss2.Bucket) -> None:
    """A missing object and bucket have their own errors, also without a body; deleting what is missing succeeds."""
    with pytest.raises(oss2.exceptions.NoSuchKey) as caught:
        bucket.get_object("missing")
    assert caught.value.ec == "0026-00000001"
    with pytest.raises(oss2.exceptions.NoSuchKey):
        bucket.head_object("missing")
    assert not bucket.object_exists("missing")
    assert bucket.delete_object("missing").status == 204
    other = oss2.Bucket(bucket.auth, bucket.endpoint, "no-such-bucket", region="cn-hangzhou")
    with pytest.raises(oss2.exceptions.NoSuchBucket):
        other.get_object("a")


@pytest.mark.parametrize("key", ["/leading", "a" * 1024])
def test_names_that_are_refused(bucket: oss2.Bucket, key: str) -> None:
    """The client lets through a key with a leading slash and one that is too long; the service does not."""
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.put_object(key, b"1")
    assert caught.value.code == "InvalidObjectName"


def test_listing(bucket: oss2.Bucket) -> None:
    """Lists of both versions page through keys and common prefixes in order."""
    keys = ["l/a", "l/b/1", "l/b/2", "l/c d+e", "l/视频"]
    for key in keys:
        bucket.put_object(key, b"1")
    assert [found.key for found in oss2.ObjectIteratorV2(bucket, prefix="l/", max_keys=2)] == keys
    assert [found.key for found in oss2.ObjectIterator(bucket, prefix="l/", max_keys=2)] == keys
    folders = oss2.ObjectIteratorV2(bucket, prefix="l/", delimiter="/", max_keys=1)
    assert [(found.key, found.is_prefix()) for found in folders] == [
        ("l/a", False),
        ("l/b/", True),
        ("l/c d+e", False),
        ("l/视频", False),
    ]
    assert [found.key for found in bucket.list_objects_v2(prefix="l/", start_after="l/c d+e").object_list] == ["l/视频"]


def test_batch_delete_and_copy(bucket: oss2.Bucket) -> None:
    """A copy keeps metadata; several objects are deleted at once."""
    bucket.put_object("copy/a", b"1", headers={"x-oss-meta-name": "n"})
    bucket.copy_object("media-ai", "copy/a", "copy/b 1+2")
    assert bucket.head_object("copy/b 1+2").headers["x-oss-meta-name"] == "n"
    deleted = bucket.batch_delete_objects(["copy/a", "copy/b 1+2"]).deleted_keys
    assert sorted(deleted) == ["copy/a", "copy/b 1+2"]
    assert not bucket.object_exists("copy/a")


def test_buckets(bucket: oss2.Bucket) -> None:
    """What a connection test asks of a bucket is answered."""
    assert bucket.get_bucket_info().name == "media-ai"
    assert bucket.get_bucket_location().location == "oss-cn-hangzhou"
    names = [
        found.name for found in oss2.BucketIterator(oss2.Service(bucket.auth, bucket.endpoint, region="cn-hangzhou"))
    ]
    assert "media-ai" in names


def test_what_is_not_implemented_says_so(bucket: oss2.Bucket) -> None:
    """An operation that is missing is refused with 501, not imitated."""
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.put_object_tagging("a", oss2.models.Tagging())
    assert (caught.value.status, caught.value.code) == (501, "NotImplemented")


def test_crc_of_pieces() -> None:
    """The CRC of two pieces is the CRC of the whole."""
    whole, first, second = Digests(), Digests(), Digests()
    whole.update(b"a" * 1000 + b"b" * 77)
    first.update(b"a" * 1000)
    second.update(b"b" * 77)
    assert combine_crc64(first.crc64, second.crc64, 77) == whole.crc64


def test_objects_survive_a_restart(tmp_path: Path) -> None:
    """A new emulator on the same folder serves the same objects and goes on with an upload."""
    with running_emulator(tmp_path) as first:
        auth = oss2.AuthV4(first.keys.access_key_id, first.keys.access_key_secret)
        bucket = oss2.Bucket(auth, first.url, "media-ai", region="cn-hangzhou")
        bucket.put_object("a", b"old")
        bucket.put_object("a", b"new", headers={"x-oss-meta-name": "视频".encode()})
        upload_id = bucket.init_multipart_upload("b").upload_id
        part = bucket.upload_part("b", upload_id, 1, b"part")
    with running_emulator(tmp_path) as second:
        bucket = oss2.Bucket(auth, second.url, "media-ai", region="cn-hangzhou")
        assert bucket.get_object("a").read() == b"new"
        bucket.complete_multipart_upload("b", upload_id, [oss2.models.PartInfo(1, part.etag)])
        assert bucket.get_object("b").read() == b"part"
