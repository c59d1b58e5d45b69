"""
The checksums by which OSS and this client know that the same bytes arrived: CRC-64/XZ, or MD5 where it cannot be had fast.

liblzma, which Python's own lzma module uses, computes the CRC at several GB/s and without the interpreter's lock; crcmod, which
oss2 uses, at a tenth of that, and where it was not compiled at 1 MB/s.
"""

import base64
import ctypes
import hashlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import crcmod  # type: ignore[import-untyped]  # has no types; comes with oss2
import oss2

_POLYNOMIAL = 0xC96C5795D7870F42
"""ECMA-182, lowest bit first."""
_BLOCK = 1 << 20
Crc64 = Callable[[bytes, int], int]


def _fastest() -> Crc64 | None:
    for name in ("liblzma.so.5", "liblzma.5.dylib"):
        try:
            found = ctypes.CDLL(name).lzma_crc64
        except (OSError, AttributeError):
            continue
        found.argtypes, found.restype = (ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64), ctypes.c_uint64
        return lambda data, start: int(found(data, len(data), start))
    if find_spec("crcmod._crcfunext") is None:
        return None
    compiled: Crc64 = crcmod.mkCrcFun(0x142F0E1EBA9EA3693, initCrc=0, rev=True, xorOut=0xFFFFFFFFFFFFFFFF)
    return compiled


_crc64 = _fastest()


def crc64(data: bytes, before: int = 0) -> int | None:
    """Return the CRC-64 of what has the CRC `before`, followed by `data`; None where it would take minutes."""
    return None if _crc64 is None else _crc64(data, before)


def md5_header(data: bytes) -> dict[str, str]:
    """Return the header by which OSS checks what arrives, where there is no CRC."""
    if _crc64 is not None:
        return {}
    return {"Content-MD5": base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()}


def digest_file(path: Path) -> tuple[str, int | None]:
    """Return the SHA-256 and the CRC-64 of a file, in one pass."""
    sha256, crc = hashlib.sha256(), crc64(b"")
    with path.open("rb", buffering=0) as stream:
        while block := stream.read(_BLOCK):
            sha256.update(block)
            crc = None if crc is None else crc64(block, crc)
    return sha256.hexdigest(), crc


def require_same(mine: int | None, of_oss: int | None) -> None:
    """
    Compare CRCs, where both are known.

    Raises:
        oss2.exceptions.InconsistentError: They differ: the bytes changed on their way.
    """
    if mine is not None and of_oss is not None and mine != of_oss:
        raise oss2.exceptions.InconsistentError("the CRC of this client differs from that of OSS")


def combine(first: int, second: int, size: int) -> int:
    """
    Return the CRC-64 of two pieces from the CRC of each and the byte size of the second.

    Appending a zero byte is linear over GF(2), so that `size` of them are one matrix (zlib's crc32_combine).
    """
    return _times(_zeros(size), first) ^ second


@lru_cache(maxsize=64)
def _zeros(size: int) -> tuple[int, ...]:
    if size == 0:
        return tuple(1 << bit for bit in range(64))
    if size == 1:
        bit = (_POLYNOMIAL, *(1 << n for n in range(63)))
        return _square(_square(_square(bit)))
    even = _square(_zeros(size // 2))
    return tuple(_times(_zeros(1), row) for row in even) if size % 2 else even


def _square(matrix: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(_times(matrix, row) for row in matrix)


def _times(matrix: tuple[int, ...], vector: int) -> int:
    total = 0
    for row in matrix:
        if vector & 1:
            total ^= row
        vector >>= 1
    return total


class PartOfWhole(Protocol):
    """A part of an upload: its bytes, and its CRC-64 where OSS told it."""

    @property
    def size(self) -> int: ...

    @property
    def crc(self) -> int | None: ...


def crc_of_parts(parts: Iterable[PartOfWhole]) -> int | None:
    """Return the CRC-64 of the whole that the parts make in their order, None if that of one of them is not known."""
    whole = 0
    for part in parts:
        if part.crc is None:
            return None
        whole = combine(whole, part.crc, part.size)
    return whole
