"""Questions to models: paid for once, and at half the price in a batch."""

import pytest

from media_ai.errors import ErrorKind, InputError, ServiceError
from media_ai.nodes.analyze_frames import Inputs, Params, run
from media_ai.testing import make_job
from media_ai.waiting import RemoteJobPending, leave
from tests.emulated import cloud_access
from tests.media_ai.nodes.test_analyze_frames import frame_set, picture

MODEL = "modelstudio/qwen3-vl-plus"


def job_of(folder, emulator, **changes):
    return make_job(folder, access=cloud_access(emulator), **changes)


def look(job, **params):
    frames = frame_set(job, [picture(20 * n) for n in range(8)])
    return run(Params(**{"model": MODEL, "batch_size": 2} | params), Inputs(frames=frames), job).analyses


def chats(emulator) -> int:
    return len(emulator.calls("dashscope", "multimodal-generation"))


def left_pending(folder, emulator):
    """Have a try leave while the batch runs, however slow this machine is: the question about it is refused. Return its job."""
    emulator.faults().add("dashscope", "throttle", operation="batch")
    with pytest.raises(RemoteJobPending) as pending:
        look(job_of(folder, emulator, wait=leave), at_half_price=True)
    emulator.faults().clear()
    return pending.value.job


def test_a_try_after_a_failure_asks_only_what_was_not_answered(tmp_path, emulator):
    """Two of four questions were answered when the service went away: the next try asks two, and counts four."""
    emulator.faults().add("dashscope", "server_error", operation="multimodal-generation", skip=2, times=5)
    with pytest.raises(ServiceError):
        look(job_of(tmp_path, emulator))
    answered = sum(call.status == 200 for call in emulator.calls("dashscope", "multimodal-generation"))
    assert answered == 2
    before = chats(emulator)

    again = job_of(tmp_path, emulator)
    assert len(look(again).items) == 8
    assert chats(emulator) == before + 2
    assert len(again.usage) == 4
    assert len({usage.request_id for usage in again.usage}) == 4


def test_other_questions_are_asked(tmp_path, emulator):
    """Another prompt, other frames, another model: nothing is taken for the same."""
    job = job_of(tmp_path, emulator)
    look(job)
    look(job, prompt="Who is there?")
    look(job, model="modelstudio/qwen3-vl-flash")
    assert chats(emulator) == 12


def test_a_batch_answers_what_is_asked_at_half_the_price(tmp_path, emulator):
    """One file, one batch, no single question; the usage says that it was a batch, and the files are removed."""
    job = job_of(tmp_path, emulator)
    analyses = look(job, at_half_price=True)
    assert len(analyses.items) == 8
    assert all(item.text for item in analyses.items)
    assert chats(emulator) == len(emulator.calls("dashscope", "chat.completions")) == 0
    assert len(emulator.calls("dashscope", "batches")) == 1
    assert [usage.is_batch for usage in job.usage] == [True] * 4
    assert sum(usage.input_tokens for usage in job.usage) > 0
    assert len(emulator.calls("dashscope", "file.delete")) == 2


def test_no_process_waits_for_a_batch(tmp_path, emulator):
    """The first try leaves, the second one collects; nothing is sent twice."""
    left_pending(tmp_path, emulator)
    emulator.advance(5)
    assert len(look(job_of(tmp_path, emulator, wait=leave), at_half_price=True).items) == 8
    assert len(emulator.calls("dashscope", "files")) == len(emulator.calls("dashscope", "batches")) == 1


def test_a_batch_whose_answer_was_lost_is_found_again(tmp_path, emulator):
    """The connection was cut after the service took the batch: it is not paid for twice."""
    emulator.faults().add("dashscope", "cut", operation="batches")
    with pytest.raises(ServiceError) as lost:
        look(job_of(tmp_path, emulator), at_half_price=True)
    assert lost.value.kind is ErrorKind.TRANSIENT
    assert len(look(job_of(tmp_path, emulator), at_half_price=True).items) == 8
    assert len(emulator.calls("dashscope", "batches")) == 1


def test_what_a_batch_refused_is_found_one_by_one(tmp_path, emulator):
    """A content filter refuses all: each frame says so, as it does without a batch."""
    job = job_of(tmp_path, emulator)
    analyses = look(job, at_half_price=True, prompt="EMULATOR-BLOCKED-CONTENT")
    assert [item.attributes for item in analyses.items] == [{"blocked": True}] * 8
    assert any("4 of 4 questions" in notice for notice in job.notices)


def test_other_providers_have_no_batches(tmp_path, emulator):
    """The wish is refused before anything is sent."""
    with pytest.raises(InputError, match="half the price"):
        look(job_of(tmp_path, emulator), model="openai/gpt", at_half_price=True)


def test_a_cancelled_batch_is_submitted_again(tmp_path, emulator):
    """Somebody cancelled it at the service: the next try submits anew."""
    from media_ai.clients.model_studio_batch import cancel_batch

    cancel_batch(left_pending(tmp_path, emulator), cloud_access(emulator))
    assert len(look(job_of(tmp_path, emulator), at_half_price=True).items) == 8
    assert len(emulator.calls("dashscope", "batches")) == 2


def test_a_try_that_died_after_reading_the_batch_goes_on(tmp_path, emulator, monkeypatch):
    """Killed while the batch's files were removed: what was read is there, and the next try needs no file."""

    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("media_ai.clients.model_studio_batch.remove_files", die)
        with pytest.raises(Killed):
            look(job_of(tmp_path, emulator), at_half_price=True)
    assert len(look(job_of(tmp_path, emulator), at_half_price=True).items) == 8
    assert len(emulator.calls("dashscope", "batches")) == 1
    assert chats(emulator) == 0


@pytest.mark.parametrize("status", ["expired", "cancelled"])
def test_what_a_batch_answered_before_it_ended_early_counts(tmp_path, emulator, status, monkeypatch):
    """It was paid for; only the rest would be asked one by one."""
    from media_ai.clients import model_studio_batch

    asked = model_studio_batch._json

    def early(method, path, access, **options):
        body = asked(method, path, access, **options)
        return body | {"status": status} if method == "GET" and body.get("output_file_id") else body

    monkeypatch.setattr(model_studio_batch, "_json", early)
    assert len(look(job_of(tmp_path, emulator), at_half_price=True).items) == 8
    assert len(emulator.calls("dashscope", "batches")) == 1
    assert chats(emulator) == 0


def test_a_throttled_batch_is_waited_out(tmp_path, emulator):
    """What was certainly refused is asked again within the try."""
    emulator.faults().add("dashscope", "throttle", operation="batches", times=2)
    assert len(look(job_of(tmp_path, emulator), at_half_price=True).items) == 8
