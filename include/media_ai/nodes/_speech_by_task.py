"""Speech recognized by a service that takes minutes: the sound is lent to it, the task submitted once, and collected later."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from media_ai.clients.credentials import ModelStudioCredentials
from media_ai.clients.models import split_model
from media_ai.clients.speech import SpeechReply, SpokenLine
from media_ai.errors import ServiceError
from media_ai.job import Job
from media_ai.model.speech import Sound
from media_ai.nodes._heard_lines import Heard
from media_ai.nodes._sound_file import RATE, SoundFile
from media_ai.store.artifacts import Usage

if TYPE_CHECKING:
    from media_ai.nodes.transcribe_speech import Params

PROVIDER = "modelstudio"
_LONGEST_S = 20 * 3600.0
"""Results are kept for a day."""
_NOT_FETCHED = frozenset({"InvalidFile.DownloadFailed", "FILE_403_FORBIDDEN", "FILE_DOWNLOAD_FAILED"})
_LANGUAGE_LISTS = ("fun-asr", "paraformer", "sensevoice")


def check_task_model(job: Job) -> None:
    """
    Refuse before anything is decoded.

    Raises:
        ConfigurationError: There are no credentials of the model, or no place to lend the sound from.
    """
    job.access.credentials_of(ModelStudioCredentials)
    job.lending.check("The sound for Model Studio")


def listen_and_lend(listen: Callable[[SoundFile], Sound], job: Job) -> tuple[Sound, dict[str, Any]]:
    """Measure the sound and lend what is spoken in; a try that collects later finds both done."""

    def work() -> dict[str, Any]:
        before = len(job.notices)
        file = SoundFile(job.workdir / "sound.pcm")
        sound = listen(file)
        lent = _lend(file, sound, job) if sound.speech else None
        return {"sound": sound.model_dump(mode="json"), "lent": lent, "notices": job.notices[before:]}

    kept = job.keep("sound", work)
    job.notices.extend(notice for notice in kept["notices"] if notice not in job.notices)
    return Sound.model_validate(kept["sound"]), kept["lent"] or {}


def recognize_by_task(params: "Params", lent: Mapping[str, Any], job: Job) -> Heard:
    """
    Have the lent sound recognized.

    Raises:
        ServiceError: The service refused or failed.
    """
    from media_ai.clients.model_studio_tasks import SpeechTask, find_speech, job_name, submit_speech

    _, model = split_model(params.model)

    def task() -> SpeechTask:
        return SpeechTask(
            model=model,
            links=(job.lending.link(lent["address"]),),
            parameters=_parameters(params),
            seconds=float(lent["end"]) - float(lent["start"]),
        )

    try:
        done = job.remote(
            "task",
            lambda: submit_speech(task(), job.access),
            recover=lambda since: find_speech(task(), since, job.access),
            longest_s=_LONGEST_S,
        )
    except ServiceError as exc:
        if exc.code in _NOT_FETCHED:
            job.forget("sound")
        raise
    reply = _reply(params.model, done)
    job.access.spending.collect(job_name(done), reply.usage)
    job.usage.extend(reply.usage)
    job.lending.take_back(lent["address"])
    return Heard(part=(lent["start"], lent["end"]), reply=reply)


def _lend(file: SoundFile, sound: Sound, job: Job) -> dict[str, Any]:
    """Lend the stretch from the first word to the last: what lies outside would be paid for."""
    start, end = (float(edge.seconds) for edge in (sound.speech[0].start, sound.speech[-1].end))
    path = job.workdir / "sound.flac"
    file.write_flac(path, (start, end))
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
    # Its own for this work: it is taken back when this work has been done.
    digest.update(job.work.encode())
    address = job.lending.put(path, f"{digest.hexdigest()[:40]}.flac", content_type="audio/flac")
    return {"address": address, "start": start, "end": end, "rate": RATE}


def _parameters(params: "Params") -> dict[str, Any]:
    _, model = split_model(params.model)
    language = params.language.split("-")[0].lower() if params.language else None
    if not model.startswith(_LANGUAGE_LISTS):
        return {"enable_words": True, "enable_itn": False} | ({"language": language} if language else {})
    given: dict[str, Any] = {"language_hints": [language]} if language else {}
    if params.speakers:
        given["diarization_enabled"] = True
        if params.speaker_count:
            given["speaker_count"] = params.speaker_count
    return given


def _reply(model: str, done: Mapping[str, Any]) -> SpeechReply:
    """Fetch the documents of a task that has ended. In a file without any speech there is none, and nothing is wrong."""
    from media_ai.clients.model_studio_tasks import read_document

    output, used = done["output"], done.get("usage") or {}
    results = [*(output.get("results") or ()), output.get("result") or {}]
    addresses = [str(result["transcription_url"]) for result in results if result.get("transcription_url")]
    documents = [read_document(address) for address in addresses]
    sentences = [sentence for document in documents for sentence in _sentences(document)]
    usage = Usage(
        model=model,
        request_id=done.get("request_id"),
        audio_seconds=float(used.get("duration") or used.get("seconds") or 0),
    )
    told = [str(sentence["language"]) for sentence in sentences if sentence.get("language")]
    lines = tuple(line for sentence in sentences if (line := _line(sentence)))
    return SpeechReply(lines=lines, language=max(set(told), key=told.count) if told else None, usage=(usage,))


def _sentences(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for channel in document.get("transcripts") or ():
        yield from channel.get("sentences") or ()


def _line(sentence: Mapping[str, Any]) -> SpokenLine | None:
    text = str(sentence.get("text") or "").strip()
    if not text:
        return None
    speaker = sentence.get("speaker_id")
    start, end = _span(sentence)
    return SpokenLine(
        start_s=start,
        end_s=end,
        text=text,
        speaker=None if speaker is None else f"Speaker {int(speaker) + 1}",
        words=tuple((*_span(word), str(word["text"])) for word in sentence.get("words") or () if word.get("text")),
    )


def _span(item: Mapping[str, Any]) -> tuple[float, float]:
    return float(item.get("begin_time") or 0) / 1000, float(item.get("end_time") or 0) / 1000
