"""The two digests of OSS: MD5 (the ETag) and CRC-64 in its ECMA form. Both run in C."""

import base64
import hashlib
from collections.abc import Callable
from functools import lru_cache

import crcmod  # type: ignore[import-untyped]  # has no types; its C extension comes with oss2

_POLYNOMIAL = 0x142F0E1EBA9EA3693
_MASK = 0xFFFFFFFFFFFFFFFF
_crc: Callable[[bytes, int], int] = crcmod.mkCrcFun(_POLYNOMIAL, initCrc=0, xorOut=_MASK, rev=True)


class Digests:
    """The size, MD5 and CRC-64 of a stream of bytes."""

    def __init__(self) -> None:
        self._md5 = hashlib.md5(usedforsecurity=False)
        self.size = 0
        self.crc64 = 0

    def update(self, chunk: bytes) -> None:
        """Add bytes."""
        self._md5.update(chunk)
        self.crc64 = _crc(chunk, self.crc64)
        self.size += len(chunk)

    @property
    def md5(self) -> str:
        """The MD5 in upper-case hex, as an ETag has it."""
        return self._md5.hexdigest().upper()

    @property
    def content_md5(self) -> str:
        """The MD5 in Base64, as the header Content-MD5 has it."""
        return base64.b64encode(self._md5.digest()).decode()


def combine_crc64(first: int, second: int, second_size: int) -> int:
    """
    Return the CRC-64 of two pieces from the CRC of each and the byte size of the second, without reading them again.

    Appending a zero byte is linear over GF(2), so that `second_size` of them are powers of one matrix (zlib's crc32_combine).
    """
    return _times(_zeros(second_size), first) ^ second


@lru_cache(maxsize=64)
def _zeros(size: int) -> list[int]:
    """Return the matrix that appends `size` zero bytes; parts have few different sizes."""
    if size == 0:
        return [1 << n for n in range(64)]
    if size == 1:
        reversed_polynomial = int(f"{_POLYNOMIAL & _MASK:064b}"[::-1], 2)
        return _square(_square(_square([reversed_polynomial, *(1 << n for n in range(63))])))
    even = _square(_zeros(size // 2))
    return [_times(_zeros(1), row) for row in even] if size % 2 else even


def _times(matrix: list[int], vector: int) -> int:
    total = 0
    for row in matrix:
        if not vector:
            break
        if vector & 1:
            total ^= row
        vector >>= 1
    return total


def _square(matrix: list[int]) -> list[int]:
    return [_times(matrix, row) for row in matrix]


def multipart_etag(part_md5s: list[str]) -> str:
    """Return the ETag of an object made of parts: the MD5 of their MD5s, and how many there are."""
    joined = hashlib.md5("".join(part_md5s).encode(), usedforsecurity=False)
    return f"{joined.hexdigest().upper()}-{len(part_md5s)}"
