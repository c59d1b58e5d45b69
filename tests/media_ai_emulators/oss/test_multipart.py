"""Multipart uploads by oss2, in pieces and resumed."""

import hashlib
from pathlib import Path

import oss2
import pytest


def test_a_resumable_upload(bucket: oss2.Bucket, tmp_path: Path) -> None:
    """The SDK's own resumable upload works, its CRC included; the ETag counts the parts and is no MD5."""
    data = hashlib.shake_256(b"seed").digest(1_000_000)
    (tmp_path / "file").write_bytes(data)
    store = oss2.ResumableStore(root=str(tmp_path))
    result = oss2.resumable_upload(
        bucket,
        "mp/a b.bin",
        str(tmp_path / "file"),
        multipart_threshold=200_000,
        part_size=300_000,
        num_threads=2,
        store=store,
    )
    assert result.etag.endswith("-4")
    assert bucket.get_object("mp/a b.bin").read() == data
    assert bucket.head_object("mp/a b.bin").object_type == "Multipart"


def test_parts_are_listed_and_checked(bucket: oss2.Bucket) -> None:
    """Parts and uploads are listed; a wrong ETag, a wrong order and a small part that is not the last are refused."""
    upload_id = bucket.init_multipart_upload("mp/b", headers={"x-oss-meta-name": "n"}).upload_id
    large, small = b"x" * 102_400, b"y"
    parts = [
        oss2.models.PartInfo(number, bucket.upload_part("mp/b", upload_id, number, data).etag)
        for number, data in ((1, large), (2, small), (3, small))
    ]
    assert [part.part_number for part in oss2.PartIterator(bucket, "mp/b", upload_id, max_parts=2)] == [1, 2, 3]
    assert upload_id in [upload.upload_id for upload in oss2.MultipartUploadIterator(bucket, prefix="mp/b")]
    for wrong, code in (
        ([oss2.models.PartInfo(1, "0" * 32)], "InvalidPart"),
        ([parts[1], parts[2]], "EntityTooSmall"),
    ):
        with pytest.raises(oss2.exceptions.ServerError) as caught:
            bucket.complete_multipart_upload("mp/b", upload_id, wrong)
        assert caught.value.code == code
    bucket.complete_multipart_upload("mp/b", upload_id, parts[:2])
    assert bucket.get_object("mp/b").read() == large + small
    assert bucket.head_object("mp/b").headers["x-oss-meta-name"] == "n"


def test_an_aborted_upload_is_gone(bucket: oss2.Bucket) -> None:
    """After abort there is no such upload, and no object."""
    upload_id = bucket.init_multipart_upload("mp/c").upload_id
    bucket.upload_part("mp/c", upload_id, 1, b"1")
    bucket.abort_multipart_upload("mp/c", upload_id)
    with pytest.raises(oss2.exceptions.NoSuchUpload):
        bucket.upload_part("mp/c", upload_id, 1, b"1")
    assert not bucket.object_exists("mp/c")
