"""Subtitle tracks inside a video file, read with PyAV (FFmpeg)."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from media_ai.errors import MediaError
from media_ai.media.opening import open_media
from media_ai.media.subtitle_repair import Cue
from media_ai.media.subtitle_segments import segments_from
from media_ai.model.speech import Segment

TEXT_CODECS = frozenset({"subrip", "mov_text", "webvtt", "ass", "ssa", "text"})
"""Codecs whose packets hold text; the others hold pictures of text."""
_LANGUAGES = (
    "ara=ar ces=cs cze=cs chi=zh zho=zh dan=da deu=de ger=de dut=nl nld=nl ell=el gre=el eng=en fin=fi fra=fr fre=fr "
    "heb=he hin=hi hun=hu ind=id ita=it jpn=ja kor=ko nor=no pol=pl por=pt ron=ro rum=ro rus=ru spa=es swe=sv tha=th "
    "tur=tr ukr=uk vie=vi"
)
_SHORTER = dict(pair.split("=") for pair in _LANGUAGES.split())
"""ISO 639-2 to ISO 639-1."""
_RAW = frozenset({"subrip", "webvtt", "text"})


@dataclass(frozen=True, kw_only=True)
class EmbeddedSubtitles:
    """The lines of one track, its codec as FFmpeg calls it, and its language when the file says it."""

    codec: str
    language: str | None
    segments: tuple[Segment, ...]
    notices: tuple[str, ...]


def read_embedded_subtitles(path: Path) -> EmbeddedSubtitles | None:
    """
    Read the first text track of a video; None when there is none.

    Raises:
        MediaError: The file cannot be opened or is broken.
    """
    try:
        with open_media(path, name=path.name) as container:
            stream = next((s for s in container.streams.subtitles if _codec(s) in TEXT_CODECS), None)
            return None if stream is None else _read(container, stream)
    except (av.FFmpegError, OSError) as exc:
        raise MediaError(
            f"The subtitle track inside '{path.name}' cannot be read: {exc}. "
            "Set 'embedded' to 'ignore', or give a .srt file."
        ) from exc


def _read(container: Any, stream: Any) -> EmbeddedSubtitles:
    codec = _codec(stream)
    cues = [cue for packet in container.demux(stream) for cue in _cues_of(packet, codec, stream.time_base)]
    good = [cue for cue in cues if 0 <= cue.start <= cue.end]
    segments, notices = segments_from(good, unescape=codec == "webvtt")
    if len(good) < len(cues):
        notices = (
            f"{len(cues) - len(good)} cues of the subtitle track have impossible times and were left out.",
            *notices,
        )
    return EmbeddedSubtitles(codec=codec, language=_language(stream), segments=segments, notices=notices)


def _codec(stream: Any) -> str:
    # PyAV names the decoder ("srt"); the codec's own name ("subrip") is the one that probing reports.
    return str(stream.codec_context.codec.canonical_name) if stream.codec_context else ""


def _language(stream: Any) -> str | None:
    """Return the BCP 47 tag; containers write three letters, of which BCP 47 knows only those without a shorter form."""
    language = stream.language
    return None if language in (None, "", "und") else _SHORTER.get(str(language), str(language))


def _cues_of(packet: Any, codec: str, time_base: Fraction) -> Iterator[Cue]:
    if not packet.size or packet.pts is None:  # the empty packet that ends the stream
        return
    start = round(packet.pts * time_base * 1000)
    end = start + round((packet.duration or 0) * time_base * 1000)
    yield Cue(start, end, "\n".join(_texts(packet, codec)))


def _texts(packet: Any, codec: str) -> Iterator[str]:
    if codec in _RAW:  # undecoded, because decoding loses the voice tags of WebVTT
        yield bytes(packet).decode("utf-8", "replace")
        return
    for subtitle in packet.decode():
        yield bytes(subtitle.dialogue).decode("utf-8", "replace")
