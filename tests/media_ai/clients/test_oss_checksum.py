"""CRC-64/XZ: the same from every implementation, and from pieces."""

import ctypes
import hashlib
import random
from base64 import b64encode

import oss2
import pytest

from media_ai.clients import oss_checksum
from media_ai.clients.oss_body import FilePart
from media_ai.errors import InputError


def test_it_is_the_crc_of_oss():
    """The check value of CRC-64/XZ, and what oss2 computes."""
    data = random.Random(1).randbytes(100_000)
    of_oss2 = oss2.utils.Crc64()
    of_oss2.update(data)

    assert oss_checksum.crc64(b"123456789") == 0x995DC9BBDF1939FA
    assert oss_checksum.crc64(data) == of_oss2.crc
    assert oss_checksum.crc64(data[500:], oss_checksum.crc64(data[:500])) == of_oss2.crc
    assert oss_checksum.crc64(b"") == 0


def test_without_liblzma_crcmod_does_it(monkeypatch):
    """Slower, and the same."""

    def nowhere(name):
        raise OSError

    fast = oss_checksum.crc64(b"data" * 1000)
    monkeypatch.setattr(ctypes, "CDLL", nowhere)
    monkeypatch.setattr(oss_checksum, "_crc64", oss_checksum._fastest())

    assert oss_checksum.crc64(b"data" * 1000) == fast
    assert oss_checksum.crc64(b"a" * 600, oss_checksum.crc64(b"b" * 7)) == oss_checksum.crc64(b"b" * 7 + b"a" * 600)


def test_where_neither_is_fast_md5_is_sent(monkeypatch):
    """crcmod's Python fallback takes minutes for a video: OSS compares an MD5 instead."""
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    monkeypatch.setattr(oss_checksum, "find_spec", lambda name: None)
    monkeypatch.setattr(oss_checksum, "_crc64", oss_checksum._fastest())

    assert oss_checksum.crc64(b"data") is None
    assert oss_checksum.md5_header(b"data") == {"Content-MD5": b64encode(hashlib.md5(b"data").digest()).decode()}
    oss_checksum.require_same(None, 5)


@pytest.mark.parametrize("sizes", [(1, 1), (5, 0), (0, 5), (1000, 3), (7, 65_536), (100, 99_999), (1 << 20, 1)])
def test_pieces_are_combined_without_reading_them_again(sizes):
    """Of any sizes, empty ones included."""
    first, second = (random.Random(size).randbytes(size) for size in sizes)

    assert oss_checksum.combine(
        oss_checksum.crc64(first), oss_checksum.crc64(second), len(second)
    ) == oss_checksum.crc64(first + second)


def test_a_file_is_digested_in_one_pass(tmp_path):
    """Both digests, of an empty file as well."""
    for data in (b"", random.Random(2).randbytes(3 << 20)):
        (tmp_path / "file").write_bytes(data)
        assert oss_checksum.digest_file(tmp_path / "file") == (
            hashlib.sha256(data).hexdigest(),
            oss_checksum.crc64(data),
        )


def test_a_range_of_a_file_is_a_body(tmp_path):
    """It ends where the range does, and its CRC is that of what was read."""
    data = random.Random(3).randbytes(1000)
    (tmp_path / "file").write_bytes(data)
    with FilePart(tmp_path / "file", 100, 500) as body:
        assert (body.len, body.peek()) == (500, data[100:600])
        assert body.read(300) + body.read() + body.read() == data[100:600]
    assert body.crc == oss_checksum.crc64(data[100:600])


def test_a_file_that_shrinks_is_an_error(tmp_path):
    """OSS would wait for bytes that never come."""
    (tmp_path / "file").write_bytes(b"x" * 100)
    with FilePart(tmp_path / "file", 50, 100) as body:
        assert len(body.read()) == 50
        with pytest.raises(InputError, match="became shorter"):
            body.read()
