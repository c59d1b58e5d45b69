"""Bytes of a text file to text: by the byte order mark, the zeros of UTF-16, UTF-8, then the likeliest charset."""

import codecs
import re
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LIKELY = ["gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1252", "cp1250", "cp1251"]
_WESTERN = frozenset(map(chr, range(128))) | frozenset(
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüßœÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒ¿¡«»‘’“”„–—…°€\u00a0"
)
_SAMPLE = 200_000
_UNUSABLE = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")


@dataclass(frozen=True, kw_only=True)
class DecodedText:
    """Text that any database and any JSON can hold, the charset it was read as, and what to tell the reader."""

    text: str
    encoding: str
    notices: tuple[str, ...] = ()


def decode_text(data: bytes) -> DecodedText:
    """
    Decode a text file whose charset nobody declared; never fails, because every byte is a Latin-1 character.

    Lone surrogates, zero and control characters are left out, since PostgreSQL and UTF-8 cannot hold them.
    A guess, and bytes that the charset does not know, are told in a notice.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    if utf16 := _utf16_without_mark(data):
        return _decoded(data, utf16)
    if _is_mostly_utf8(data):
        return _decoded(data, "utf-8")
    encoding = _guess(data)
    return _decoded(data, encoding, f"The file does not say its encoding; it was read as {encoding}.")


def clean_text(text: str) -> str:
    """Return `text` without lone surrogates, control characters (line ends stay) and stray byte order marks."""
    return _UNUSABLE.sub("", text)


def _decoded(data: bytes, encoding: str, *notices: str) -> DecodedText:
    text = data.decode(encoding, "replace")
    replaced = text.count("\ufffd") - _honest_replacements(data, encoding)
    if replaced > 0:
        notices = (*notices, f"{replaced} characters could not be read as {encoding} and show as \ufffd.")
    return DecodedText(text=clean_text(text), encoding=encoding, notices=notices)


def _honest_replacements(data: bytes, encoding: str) -> int:
    """Count the replacement characters that the file itself holds."""
    return data.count("\ufffd".encode(encoding, "ignore")) if encoding.startswith("utf") else 0


def _utf16_without_mark(data: bytes) -> str | None:
    # Every subtitle file holds arrows, and every text line ends: in UTF-16 those ASCII characters have zero bytes.
    if (at := data.find(b"-\0-\0>")) >= 0:
        return "utf-16-be" if at % 2 else "utf-16-le"
    head = data[:_SAMPLE]
    if not head or head.count(0) < 0.3 * len(head):
        return None
    return "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"


def _is_mostly_utf8(data: bytes) -> bool:
    """Accept a UTF-8 file with a few damaged bytes, such as one cut inside a character."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        damaged = text.count("\ufffd")
        intact = sum(char > "\x7f" for char in text) - damaged
        return intact > 20 * damaged
    return True


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    sample = data[:_SAMPLE]
    # Whole lines only: half a character at the end would rule out the right charset.
    sample = sample[: sample.rfind(b"\n") + 1] or sample
    best = from_bytes(sample, cp_isolation=_LIKELY).best()
    if best is None:
        return "latin-1"
    return _corrected(best.encoding, sample)


def _corrected(guess: str, sample: bytes) -> str:
    """Decide between charsets that look alike to charset-normalizer in short files, by the letters that they give."""
    if guess in ("cp1250", "cp1252"):
        letters = set(sample.decode("cp1252", "replace"))
        # Hungarian in cp1250 shows as these two letters, without the others that French or Portuguese has beside them.
        is_hungarian = bool(letters & set("õû")) and not letters & set("ãçêèàâîô")
        return "cp1252" if letters <= _WESTERN and not is_hungarian else "cp1250"
    if guess == "cp949":
        text = sample.decode(guess, "replace")
        chinese = sum("\u4e00" <= char <= "\u9fff" for char in text)
        korean = sum("\uac00" <= char <= "\ud7a3" for char in text)
        return "gb18030" if chinese > 0.2 * (chinese + korean) else guess  # Korean hardly uses Chinese characters
    return guess
