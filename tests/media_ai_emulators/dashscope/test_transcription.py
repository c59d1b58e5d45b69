"""Recognition of recorded speech, by the SDK's 1.x classes: submit, poll, fetch the document."""

import time
from collections.abc import Callable
from typing import Any

import dashscope
import oss2
import requests
from dashscope.audio.asr import Transcription
from dashscope.audio.qwen_asr import QwenTranscription

from media_ai_emulators.testing import Emulator


def _submit(emulator: Emulator, urls: list[str], model: str = "fun-asr", **parameters: Any) -> Any:
    dashscope.base_http_api_url = emulator.dashscope_url
    return Transcription.async_call(model=model, file_urls=urls, api_key=emulator.keys.api_key, **parameters)


def _wait(emulator: Emulator, task_id: str) -> Any:
    for _ in range(50):
        answer = Transcription.fetch(task=task_id, api_key=emulator.keys.api_key)
        if answer.output.task_status not in {"PENDING", "RUNNING"}:
            return answer
        time.sleep(0.05)
    raise AssertionError("The task did not end.")


def test_a_file_is_heard(emulator: Emulator, make_bucket: Callable[..., oss2.Bucket]) -> None:
    """A task goes from PENDING to SUCCEEDED; its document has sentences and words with times and speakers."""
    bucket = make_bucket(emulator)
    bucket.put_object("talk.mp4", b"sound", headers={"x-oss-meta-emulator-text": "Good morning. How are you?"})
    url = bucket.sign_url("GET", "talk.mp4", 600, slash_safe=True)
    submitted = _submit(emulator, [url, "https://example.com/other.mp4"], diarization_enabled=True, speaker_count=2)
    assert submitted.output.task_status == "PENDING"
    answer = _wait(emulator, submitted.output.task_id)
    assert answer.output.task_status == "SUCCEEDED"
    assert answer.usage["duration"] == 6 + 12
    document = requests.get(answer.output.results[0]["transcription_url"], timeout=5).json()
    sentences = document["transcripts"][0]["sentences"]
    assert [sentence["text"] for sentence in sentences] == ["Good morning.", "How are you?"]
    assert [sentence["speaker_id"] for sentence in sentences] == [0, 1]
    assert sentences[1]["begin_time"] == 3000
    assert [word["text"] for word in sentences[0]["words"]] == ["Good", "morning"]
    assert len(emulator.calls("dashscope", "transcription")) == 1
    assert "Signature" not in str(emulator.calls())


def test_one_file_may_fail(emulator: Emulator) -> None:
    """A task succeeds although a file fails; silence is an error of its own; if all fail, so does the task."""
    urls = ["https://example.com/a.mp4", "https://example.com/silence.mp4", f"{emulator.url}/media-ai/unsigned.mp4"]
    answer = _wait(emulator, _submit(emulator, urls).output.task_id)
    assert answer.output.task_status == "SUCCEEDED"
    assert [result.get("code") for result in answer.output.results] == [
        None,
        "SUCCESS_WITH_NO_VALID_FRAGMENT",
        "InvalidFile.DownloadFailed",
    ]
    failed = _wait(emulator, _submit(emulator, urls[2:]).output.task_id)
    assert (failed.output.task_status, failed.output.code) == ("FAILED", "InvalidFile.DownloadFailed")


def test_an_address_that_expires_in_the_queue_fails(
    private_emulator: Emulator, make_bucket: Callable[..., oss2.Bucket]
) -> None:
    """A file is looked up when the task starts to run, not when it is submitted."""
    bucket = make_bucket(private_emulator)
    bucket.put_object("late.mp4", b"sound")
    task_id = _submit(private_emulator, [bucket.sign_url("GET", "late.mp4", 3, slash_safe=True)]).output.task_id
    private_emulator.advance(61)
    assert _wait(private_emulator, task_id).output.code == "InvalidFile.DownloadFailed"


def test_qwen_takes_one_file(emulator: Emulator) -> None:
    """qwen3-asr-flash-filetrans has one file_url, one result and seconds."""
    dashscope.base_http_api_url = emulator.dashscope_url
    submitted = QwenTranscription.async_call(
        model="qwen3-asr-flash-filetrans",
        file_url="https://example.com/a.mp4",
        language="zh",
        api_key=emulator.keys.api_key,
    )
    answer = _wait(emulator, submitted.output.task_id)
    assert answer.usage["seconds"] == 12
    document = requests.get(answer.output.result["transcription_url"], timeout=5).json()
    assert document["transcripts"][0]["sentences"][0]["text"] == "这是a的第1句话。"


def test_tasks_that_end_otherwise(private_emulator: Emulator) -> None:
    """A waiting task can be cancelled; an unknown one is UNKNOWN; a wrong model and a wrong address are refused."""
    task_id = _submit(private_emulator, ["https://example.com/a.mp4"]).output.task_id
    assert Transcription.cancel(task_id, api_key=private_emulator.keys.api_key).status_code == 200
    assert Transcription.fetch(task_id, api_key=private_emulator.keys.api_key).output.task_status == "CANCELED"
    again = Transcription.cancel(task_id, api_key=private_emulator.keys.api_key)
    assert (again.status_code, again.code) == (400, "UnsupportedOperation")
    assert Transcription.fetch("nothing", api_key=private_emulator.keys.api_key).output.task_status == "UNKNOWN"
    assert _submit(private_emulator, ["https://example.com/a.mp4"], model="qwen-plus").code == "ModelNotFound"
    assert _submit(private_emulator, ["ftp://example.com/a.mp4"]).code == "InvalidURL"
