"""Transcribing by a task of Model Studio: submitted once whatever happens, waited for elsewhere, collected."""

from functools import partial
from pathlib import Path

import pytest

from media_ai.clients.access import Access
from media_ai.clients.model_studio_tasks import SpeechTask, poll_task, submit_speech
from media_ai.clients.remote import RemoteState
from media_ai.errors import ConfigurationError, ErrorKind, ServiceError
from media_ai.media.probe import probe
from media_ai.model.media import Video
from media_ai.nodes import transcribe_speech
from media_ai.nodes.transcribe_speech import Inputs, Outputs, Params
from media_ai.testing import make_job, no_credentials
from media_ai.waiting import RemoteJobPending, leave
from media_ai_emulators.testing import Emulator
from tests.emulated import cloud_access, oss_client

MODEL = "modelstudio/fun-asr"


def transcribe(folder: Path, samples: Path, emulator: Emulator, *, wait=None, access=None, **params) -> Outputs:
    changes = {"wait": wait} if wait else {}
    job = make_job(folder, access=access or cloud_access(emulator), **changes)
    video = samples / "honeybees.mp4"
    inputs = Inputs(video=Video(uri=str(video), sha256="0" * 64, info=probe(video, name=video.name)))
    done = transcribe_speech.run(Params(**{"model": MODEL} | params), inputs, job)
    transcribe.job = job
    return done


def left_pending(folder: Path, samples: Path, emulator: Emulator):
    """Have a try leave while the task runs, however slow this machine is: the question about it is refused. Return its job."""
    # The SDK asks three times within one question.
    emulator.faults().add("dashscope", "throttle", operation="task", times=3)
    with pytest.raises(RemoteJobPending) as pending:
        # A task that a stop would cancel is left at once, however patient the process is.
        transcribe(folder, samples, emulator, wait=partial(leave, patience_s=60))
    emulator.faults().clear()
    return pending.value.job


def submitted(emulator: Emulator) -> int:
    """Return how many tasks the service has taken, whatever became of the answer."""
    return sum(call.fault in {"", "cut", "slow"} for call in emulator.calls("dashscope", "transcription"))


def test_lines_words_and_speakers_come_on_the_videos_clock(tmp_path, samples, emulator):
    """The service counts from the lent stretch; the transcript counts from the start of the video."""
    done = transcribe(tmp_path, samples, emulator, speakers=True, speaker_count=2, language="en-GB")
    lines, words = done.transcript.segments, done.transcript.words
    begin = float(done.sound.speech[0].start.seconds)

    assert [line.text for line in lines] == [line.text for line in lines if line.text.startswith("This is sentence")]
    assert len(lines) == 4
    assert float(lines[0].time.start.seconds) == pytest.approx(begin, abs=0.01)
    assert [line.speaker for line in lines] == ["Speaker 1", "Speaker 2"] * 2
    assert len(words) > 12
    assert [float(word.time.start.seconds) for word in words] == sorted(float(w.time.start.seconds) for w in words)
    assert done.transcript.source == MODEL
    assert transcribe.job.usage[0].audio_seconds == 12
    (call,) = emulator.calls("dashscope", "transcription")
    assert call.params["model"] == "fun-asr"


def test_the_lent_sound_is_taken_back(tmp_path, samples, emulator):
    """After the transcript is there, nothing of it stays in the bucket."""
    before = [item.key for item in oss_client(emulator).list("media-ai/lent/")]
    transcribe(tmp_path, samples, emulator)
    assert [item.key for item in oss_client(emulator).list("media-ai/lent/")] == before
    assert len(emulator.calls("oss", "DeleteObject")) == 1


def test_a_model_of_single_files_is_asked_in_its_own_way(tmp_path, samples, emulator):
    """qwen3-asr takes one address in another field, tells the language of each sentence and knows no speakers."""
    done = transcribe(tmp_path, samples, emulator, model="modelstudio/qwen3-asr-flash-filetrans", speakers=True)
    assert len(done.transcript.segments) == 4
    assert {line.speaker for line in done.transcript.segments} == {None}
    assert done.transcript.language == "en"


def test_no_process_waits_and_the_next_try_collects(tmp_path, samples, emulator):
    """The first try leaves; the second finds sound and task and submits nothing."""
    assert left_pending(tmp_path, samples, emulator).id
    assert "Signature" not in (tmp_path / "store").rglob("*.json").__next__().read_text()
    uploads = len(emulator.calls("oss", "PutObject"))
    emulator.advance(5)

    done = transcribe(tmp_path, samples, emulator, wait=leave)
    assert len(done.transcript.segments) == 4
    assert submitted(emulator) == 1
    assert len(emulator.calls("oss", "PutObject")) == uploads


@pytest.mark.parametrize("model", [MODEL, "modelstudio/qwen3-asr-flash-filetrans"])
def test_a_task_whose_answer_was_lost_is_found_again(tmp_path, samples, emulator, model):
    """The connection is cut after the service took the task: the next try finds it among the account's tasks."""
    emulator.faults().add("dashscope", "cut", operation="transcription")
    with pytest.raises(ServiceError) as lost:
        transcribe(tmp_path, samples, emulator, model=model)
    assert lost.value.kind is ErrorKind.TRANSIENT
    emulator.advance(5)

    assert len(transcribe(tmp_path, samples, emulator, model=model).transcript.segments) == 4
    assert submitted(emulator) == 1


def test_a_task_that_was_not_taken_is_submitted_again(tmp_path, samples, emulator):
    """A 500 may mean anything; the service is asked, knows of no task, and gets it."""
    # Tasks of other tests, some of which were begun later by the emulator's clock, have ended: one under way might be ours.
    emulator.advance(60)
    emulator.faults().add("dashscope", "server_error", operation="transcription")
    with pytest.raises(ServiceError):
        transcribe(tmp_path, samples, emulator)
    assert len(transcribe(tmp_path, samples, emulator).transcript.segments) == 4
    assert submitted(emulator) == 1


def test_throttling_is_waited_out(tmp_path, samples, emulator):
    """What was certainly refused is simply asked again."""
    emulator.faults().add("dashscope", "throttle", operation="transcription", times=2)
    assert len(transcribe(tmp_path, samples, emulator).transcript.segments) == 4
    assert submitted(emulator) == 1


def test_questions_may_fail_while_the_task_runs(tmp_path, samples, emulator):
    """Neither throttling nor a broken connection of a question ends the wait."""
    emulator.faults().add("dashscope", "throttle", operation="task", times=3)
    emulator.faults().add("dashscope", "cut", operation="task", times=3)
    assert len(transcribe(tmp_path, samples, emulator).transcript.segments) == 4


def test_an_expired_task_is_submitted_anew(tmp_path, samples, emulator, monkeypatch):
    """Results live for a day; a task that nobody collected in time is gone, which the next try mends by itself."""
    lost = left_pending(tmp_path, samples, emulator)

    def poll(job, access):
        return RemoteState(is_done=False, is_gone=True, note="UNKNOWN") if job.id == lost.id else poll_task(job, access)

    monkeypatch.setattr("media_ai.clients.model_studio_tasks.poll_task", poll)
    assert len(transcribe(tmp_path, samples, emulator).transcript.segments) == 4
    assert submitted(emulator) == 2


def test_a_task_of_long_ago_is_gone(tmp_path, samples, emulator):
    """The service knows nothing of it any more, and says so in its own way."""
    lost = left_pending(tmp_path, samples, emulator)
    emulator.advance(25 * 3600)
    try:
        assert poll_task(lost, cloud_access(emulator)).is_gone
    finally:
        emulator.advance(-25 * 3600)


def test_a_file_that_the_service_cannot_fetch_is_lent_again_after_a_restart(tmp_path, samples, emulator):
    """The failure says what to look at, and the next try does not rely on the file that is gone."""
    left_pending(tmp_path, samples, emulator)
    for lent in oss_client(emulator).list("media-ai/lent/"):
        oss_client(emulator).delete(lent.key)
    emulator.advance(5)
    with pytest.raises(ServiceError, match="could not fetch the sound") as failed:
        transcribe(tmp_path, samples, emulator, wait=leave)
    assert not failed.value.kind.is_retryable
    assert "Signature" not in failed.value.message

    assert len(transcribe(tmp_path, samples, emulator).transcript.segments) == 4


def test_silence_is_a_valid_result(tmp_path, samples, emulator):
    """A task that failed because nobody speaks has ended well, with nothing said."""
    client = oss_client(emulator)
    client.put("in/silence.flac", b"fLaC")
    task = SpeechTask(model="fun-asr", links=(client.sign("in/silence.flac", ttl_s=600),))
    access = cloud_access(emulator)
    job = submit_speech(task, access)
    emulator.advance(5)
    state = poll_task(job, access)
    assert state.is_done
    assert not any("transcription_url" in result for result in state.data["output"].get("results", []))


def test_one_bad_file_does_not_take_the_others_along(tmp_path, samples, emulator):
    """A task with some failed files has ended; what was recognized is there."""
    client = oss_client(emulator)
    client.put("in/good.flac", b"fLaC")
    links = tuple(client.sign(f"in/{name}.flac", ttl_s=600) for name in ("good", "missing"))
    access = cloud_access(emulator)
    job = submit_speech(SpeechTask(model="fun-asr", links=links), access)
    emulator.advance(5)
    results = poll_task(job, access).data["output"]["results"]
    assert [result["subtask_status"] for result in results] == ["SUCCEEDED", "FAILED"]


def test_missing_credentials_are_told_before_anything_is_decoded(tmp_path, samples, emulator):
    """Neither the key nor the place to lend from is found out after an hour of work."""
    with pytest.raises(ConfigurationError, match="Model Studio"):
        transcribe(tmp_path, samples, emulator, access=Access(credentials_of=no_credentials))
    assert not list((tmp_path / "work").iterdir())


@pytest.mark.parametrize("kind", ["AUTH", "OVERDUE", "QUOTA", "PERMISSION", "STOPPED"])
def test_what_is_wrong_with_us_does_not_lose_the_task(tmp_path, samples, emulator, kind, monkeypatch):
    """The key was changed or the bill not paid while the task ran: after that it is collected, not submitted again."""
    left_pending(tmp_path, samples, emulator)

    def refuse(job, access):
        raise ServiceError("refused", service="modelstudio", code="X", kind=ErrorKind[kind])

    with monkeypatch.context() as patched:
        patched.setattr("media_ai.clients.model_studio_tasks.poll_task", refuse)
        with pytest.raises(ServiceError):
            transcribe(tmp_path, samples, emulator, wait=leave)
    emulator.advance(5)
    assert len(transcribe(tmp_path, samples, emulator).transcript.segments) == 4
    assert submitted(emulator) == 1
