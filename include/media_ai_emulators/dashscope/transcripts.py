"""What the emulated speech recognition hears: four sentences that follow from the file's name, or the text in its metadata."""

import re
from pathlib import PurePosixPath
from typing import Any

from media_ai_emulators.dashscope.media import MediaFile

_SENTENCE_MS = 3000
_PAUSE_MS = 200
_SPLIT = re.compile(r"(?<=[.!?。！？])\s*")


def sentences_of(file: MediaFile, language: str) -> list[str]:
    """Return what is said. An object's x-oss-meta-emulator-text is spoken as it is."""
    if file.note:
        return [part for part in _SPLIT.split(file.note.strip()) if part]
    name = PurePosixPath(file.name).stem
    if language == "zh":
        return [f"这是{name}的第{number}句话。" for number in range(1, 5)]
    return [f"This is sentence {number} of {name}." for number in range(1, 5)]


def duration_s(sentences: list[str]) -> int:
    """Return the seconds that the sentences take."""
    return len(sentences) * _SENTENCE_MS // 1000


def transcript(file_url: str, sentences: list[str], *, speakers: int, is_qwen: bool, language: str) -> dict[str, Any]:
    """
    Return the document that transcription_url leads to; times are milliseconds.

    Args:
        speakers: How many take turns; with 0 there is no speaker_id.
        is_qwen: Write it as qwen3-asr-flash-filetrans does, which knows no speakers.
    """
    entries = []
    for at, text in enumerate(sentences):
        begin = at * _SENTENCE_MS
        entry: dict[str, Any] = {
            "begin_time": begin,
            "end_time": begin + _SENTENCE_MS - _PAUSE_MS,
            "text": text,
            "sentence_id": at + 1,
            "words": _words(text, begin, begin + _SENTENCE_MS - _PAUSE_MS),
        }
        if is_qwen:
            entry |= {"language": language, "emotion": "neutral"}
        elif speakers:
            entry["speaker_id"] = at % speakers
        entries.append(entry)
    whole: dict[str, Any] = {
        "channel_id": 0,
        "content_duration_in_milliseconds": len(sentences) * _SENTENCE_MS,
        "text": ("" if language == "zh" else " ").join(sentences),
        "sentences": entries,
    }
    head: dict[str, Any] = {"file_url": file_url}
    if is_qwen:
        head["audio_info"] = {"format": "mp4", "sample_rate": 16000}
    else:
        head["properties"] = {
            "audio_format": "aac",
            "channels": [0],
            "original_sampling_rate": 16000,
            "original_duration_in_milliseconds": len(sentences) * _SENTENCE_MS,
        }
    return {**head, "transcripts": [whole]}


def _words(text: str, begin: int, end: int) -> list[dict[str, Any]]:
    found = re.findall(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff.,!?。，！？]+", text) or [text]
    step = (end - begin) / len(found)
    words = [
        {
            "begin_time": int(begin + at * step),
            "end_time": int(begin + (at + 1) * step),
            "text": word,
            "punctuation": "",
        }
        for at, word in enumerate(found)
    ]
    if text[-1] in ".!?。！？":
        words[-1]["punctuation"] = text[-1]
    return words
