"""Subtitle files in VOD."""

import uuid

import pytest

from media_ai.clients.vod_attached import Subtitles, find_subtitles, upload_subtitles
from media_ai.errors import InputError
from tests.vod import count, vod_calls

SRT = "1\n00:00:01,000 --> 00:00:02,000\n字幕 🎬\n".encode()


def subtitles(name="a.srt", **more):
    return Subtitles(name=name, data=SRT, mark=f"for-{uuid.uuid4().hex[:20]}", **more)


@pytest.mark.parametrize("name", ["a.srt", "字幕.VTT", "a.b.ass"])
def test_subtitles_arrive_and_are_found(emulator, name):
    """By our mark, which no other file has."""
    calls, file = vod_calls(emulator), subtitles(name, language="zh-CN")
    kept = upload_subtitles(calls, file)

    assert kept["name"] == name
    assert find_subtitles(calls, file) == kept
    assert find_subtitles(calls, subtitles(name)) is None


def test_a_format_that_vod_does_not_take_is_refused(emulator):
    """Before anything is sent."""
    with pytest.raises(InputError, match=r"srt, ass, stl, ttml, vtt"):
        upload_subtitles(vod_calls(emulator), subtitles("a.txt"))
    assert emulator.calls("vod") == []


def test_a_file_that_never_arrived_is_begun_anew(emulator):
    """Its keys are lost with the answer; the entry without a file is not taken for ours."""
    emulator.faults().add("vod", "cut", operation="CreateUploadAttachedMedia")
    calls, file = vod_calls(emulator), subtitles()
    kept = upload_subtitles(calls, file)

    assert count(emulator, "CreateUploadAttachedMedia") == 2
    assert find_subtitles(calls, file) == kept


def test_a_file_that_arrived_is_not_sent_again(emulator):
    """The answer of the store was lost: the file is repeated to the same place, and is one."""
    emulator.faults().add("oss", "cut", operation="PutObject")
    calls, file = vod_calls(emulator), subtitles()

    assert find_subtitles(calls, file) is None
    kept = upload_subtitles(calls, file)
    assert count(emulator, "CreateUploadAttachedMedia") == 1
    assert find_subtitles(calls, file) == kept
