"""Multipart uploads by oss2, in pieces and resumed."""

import hashlib
import json
import uuid
from pathlib import Path

import oss2
import pytest

from media_ai_emulators.oss.objects import Bucket
from media_ai_emulators.testing import Emulator


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


@pytest.fixture
def of_parts(bucket: oss2.Bucket) -> bytes:
    """The bytes of the object mp/parts, uploaded in three parts."""
    data = hashlib.shake_256(b"parts").digest(250_000)
    upload_id = bucket.init_multipart_upload("mp/parts", headers={"Content-Type": "video/mp4"}).upload_id
    parts = [
        oss2.models.PartInfo(number, bucket.upload_part("mp/parts", upload_id, number, data[start:end]).etag)
        for number, (start, end) in enumerate([(0, 102_400), (102_400, 204_800), (204_800, 250_000)], 1)
    ]
    bucket.complete_multipart_upload("mp/parts", upload_id, parts)
    return data


@pytest.mark.parametrize(
    ("first", "last"), [(0, 9), (102_399, 102_400), (100_000, 240_000), (204_800, None), (0, None)]
)
def test_ranges_go_over_the_borders_of_parts(
    bucket: oss2.Bucket, of_parts: bytes, first: int, last: int | None
) -> None:
    """An object of parts is read like any other."""
    end = None if last is None else last + 1
    assert bucket.get_object("mp/parts", byte_range=(first, last)).read() == of_parts[first:end]


def test_a_reader_keeps_what_it_began_with(bucket: oss2.Bucket, of_parts: bytes) -> None:
    """Also where the object is replaced while its first part is sent."""
    reader = bucket.get_object("mp/parts")
    start = reader.read(10)
    bucket.put_object("mp/parts", b"another")
    assert start + reader.read() == of_parts
    assert bucket.get_object("mp/parts").read() == b"another"


def test_an_object_of_parts_survives_a_restart(emulator: Emulator, bucket: oss2.Bucket, of_parts: bytes) -> None:
    """Its record names all of its files; those of older versions name one."""
    folder = emulator.state.folder / "oss/buckets/media-ai"
    assert b"".join(Bucket("media-ai", folder).read(Bucket("media-ai", folder).get("mp/parts"), 0, 250_000)) == of_parts
    bucket.delete_object("mp/parts")

    name = uuid.uuid4().hex
    bucket.put_object("mp/old", b"old")
    (record,) = [path for path in folder.glob("*.json") if '"mp/old"' in path.read_text()]
    fields = json.loads(record.read_text())
    (folder / f"{name}.data").write_bytes((folder / fields.pop("files")[0]).read_bytes())
    (folder / f"{name}.json").write_text(json.dumps({**fields, "key": "mp/older", "data": f"{name}.data"}))
    restarted = Bucket("media-ai", folder)
    assert b"".join(restarted.read(restarted.get("mp/older"), 0, 3)) == b"old"
    restarted.delete("mp/older")
    assert not list(folder.glob(f"{name}*"))


def test_parts_are_copied_from_objects(bucket: oss2.Bucket, of_parts: bytes) -> None:
    """Ranges or the whole, on condition; a range that does not fit is refused."""
    bucket.put_object("mp/plain", b"x" * 5)
    upload_id = bucket.init_multipart_upload("mp/copied").upload_id
    etag = bucket.head_object("mp/parts").etag
    name = bucket.bucket_name
    first = bucket.upload_part_copy(
        name, "mp/parts", (50, 150_000), "mp/copied", upload_id, 1, headers={"x-oss-copy-source-if-match": f'"{etag}"'}
    )
    second = bucket.upload_part_copy(name, "mp/plain", None, "mp/copied", upload_id, 2)
    assert b"<ETag>" in first.resp.read() + second.resp.read()
    for source, span, code, more in (
        ("mp/plain", (3, 5), "InvalidRange", {}),
        ("mp/plain", None, "PreconditionFailed", {"x-oss-copy-source-if-match": '"0"'}),
        ("mp/none", None, "NoSuchKey", {}),
    ):
        with pytest.raises(oss2.exceptions.ServerError) as caught:
            bucket.upload_part_copy(name, source, span, "mp/copied", upload_id, 3, headers=more)
        assert caught.value.code == code
    parts = [oss2.models.PartInfo(number, part.etag) for number, part in enumerate((first, second), 1)]
    bucket.complete_multipart_upload("mp/copied", upload_id, parts)
    assert bucket.get_object("mp/copied").read() == of_parts[50:150_001] + b"x" * 5
