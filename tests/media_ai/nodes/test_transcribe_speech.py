"""Transcribing: what is sent to a model, what is made of its answers, and what needs none."""

import email
import io
import wave
from pathlib import Path

import numpy as np
import pytest

from media_ai.clients.access import Access
from media_ai.errors import ErrorKind, ServiceError
from media_ai.media.probe import probe
from media_ai.model.media import SubtitleFile, Video
from media_ai.nodes._sound_file import RATE, SoundFile
from media_ai.nodes.transcribe_speech import Inputs, Params, run
from media_ai.testing import make_job
from tests.local_server import LocalServer
from tests.media_ai.media.test_sound import write_with_sound


class Recognizer(LocalServer):
    """A server with OpenAI's transcription endpoint; `answer` turns (number of the part, its seconds) into a reply."""

    def __init__(self, answer):
        self.parts, self.fields = [], []
        self._reply = answer
        super().__init__(self._answer)

    def _answer(self, headers, body):
        head = f"content-type: {headers['content-type']}\r\n\r\n".encode()
        form = {
            part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
            for part in email.message_from_bytes(head + body).get_payload()
        }
        with wave.open(io.BytesIO(form.pop("file"))) as file:
            assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, 16000, 2)
            self.parts.append(file.getnframes() / 16000)
        self.fields.append({name: value.decode() for name, value in form.items()})
        return self._reply(len(self.parts) - 1, self.parts[-1])


def segment(start: float, end: float, text: str, **more) -> dict:
    return {"start": start, "end": end, "text": text, "avg_logprob": -0.1, "no_speech_prob": 0.01} | more


def transcribe(tmp_path: Path, video: Path, *, server=None, file: bytes | None = None, **params):
    changes = {} if server is None else {"access": Access(credentials_of=lambda _: server.credentials)}
    job = make_job(tmp_path, **changes)
    info = probe(video, name=video.name)
    given = file and SubtitleFile(name="a.srt", content=job.store.put_bytes(file, "text/plain"))
    inputs = Inputs(video=Video(uri=str(video), sha256="0" * 64, info=info), subtitles=given)
    return run(Params(**params), inputs, job), job


@pytest.fixture
def bees(samples) -> Path:
    return samples / "honeybees.mp4"


def test_without_a_model_speech_is_found_and_no_word_is_made_up(tmp_path, bees):
    """The sound is described; the transcript is empty, and a notice says why."""
    done, job = transcribe(tmp_path, bees)

    assert done.transcript.segments == ()
    assert len(done.sound.speech) > 5
    assert done.sound.loudness_lufs == pytest.approx(-21.7, abs=0.5)
    assert any("No words were written" in notice for notice in job.notices)


def test_parts_are_cut_at_pauses_and_their_lines_put_on_the_videos_clock(tmp_path, bees):
    """No part is longer than allowed; a line at second one of a part is one second after the part's start."""
    with Recognizer(
        lambda n, seconds: (200, {"text": "", "language": "english", "segments": [segment(1, 2, f"part {n}")]})
    ) as server:
        done, job = transcribe(tmp_path, bees, server=server, model="openai/w", longest_part=30, language="en-GB")
    starts = [float(line.time.start.seconds) for line in done.transcript.segments]

    assert len(server.parts) == len(starts) >= 4
    assert max(server.parts) <= 30
    assert server.fields[0]["language"] == "en"
    assert server.fields[0]["response_format"] == "verbose_json"
    assert starts[0] == pytest.approx(1 + float(done.sound.speech[0].start.seconds), abs=0.001)
    assert starts == sorted(starts)
    assert [line.text for line in done.transcript.segments] == [f"part {n}" for n in range(len(starts))]
    assert sum(usage.audio_seconds for usage in job.usage) == pytest.approx(sum(server.parts), abs=0.1)
    assert done.transcript.source == "openai/w"


def test_a_server_without_times_gives_a_line_for_each_part(tmp_path, bees):
    """The text is there with the part's times."""
    with Recognizer(lambda *_: (200, {"text": "hello bees"})) as server:
        done, _ = transcribe(tmp_path, bees, server=server, model="openai/w", longest_part=60)

    assert {line.text for line in done.transcript.segments} == {"hello bees"}
    assert [float(line.time.duration) for line in done.transcript.segments] == pytest.approx(server.parts, abs=0.01)


def test_made_up_lines_are_left_out(tmp_path, bees):
    """What the model itself doubts, what lies in silence, and endless repetitions do not reach the transcript."""

    def answer(number, seconds):
        if number:
            return 200, {"text": "", "segments": []}
        doubted = segment(1, 2, "Thanks for watching!", avg_logprob=-2.0, no_speech_prob=0.9)
        # The first silence of the sample is from 5.63 to 6.43 s; the part begins at about 0.7 s.
        in_silence = segment(5.2, 5.5, "you")
        loop = [segment(7 + n / 10, 7.05 + n / 10, "la la") for n in range(12)]
        return 200, {"text": "", "segments": [segment(0.2, 2, "Welcome"), doubted, in_silence, *loop]}

    with Recognizer(answer) as server:
        done, job = transcribe(tmp_path, bees, server=server, model="openai/w", longest_part=300)

    assert [line.text for line in done.transcript.segments] == ["Welcome", "la la", "la la", "la la"]
    assert any("nobody speaks where the model put them" in notice for notice in job.notices)
    assert any("caught in a loop" in notice for notice in job.notices)


def test_times_beyond_the_part_are_brought_back(tmp_path, bees):
    """A model that counts wrongly cannot put a line outside its part."""
    with Recognizer(lambda n, s: (200, {"text": "", "segments": [segment(-3, s + 900, "x")]})) as server:
        done, _ = transcribe(tmp_path, bees, server=server, model="openai/w", longest_part=1200)

    assert float(done.transcript.segments[-1].time.end.seconds) < 98


def test_silence_costs_nothing(tmp_path):
    """Where nobody speaks no model is asked, and an empty transcript is valid."""
    write_with_sound(tmp_path / "tone.mkv", [(2.0, 6.0)])
    with Recognizer(lambda *_: (500, {})) as server:
        done, job = transcribe(tmp_path, tmp_path / "tone.mkv", server=server, model="openai/w")

    assert server.parts == []
    assert done.transcript.segments == ()
    assert any("Nobody speaks" in notice for notice in job.notices)


def test_subtitles_of_the_task_are_taken_for_the_words(tmp_path, bees):
    """No model is asked unless the subtitles are to be ignored."""
    text = b"1\n00:00:01,000 --> 00:00:02,000\nBees\n"
    with Recognizer(lambda *_: (200, {"text": "heard"})) as server:
        taken, _ = transcribe(tmp_path, bees, server=server, file=text, model="openai/w")
        assert server.parts == []
        ignored, _ = transcribe(tmp_path, bees, server=server, file=text, model="openai/w", subtitles="ignore")

    assert [line.text for line in taken.transcript.segments] == ["Bees"]
    assert {line.text for line in ignored.transcript.segments} == {"heard"}


def test_a_video_without_sound_is_told(tmp_path):
    """The transcript is empty, and so is the sound."""
    from tests.media_ai.nodes.test_extract_frames import CONSTANT, write_numbered

    write_numbered(tmp_path / "mute.mp4", CONSTANT[:50])
    done, job = transcribe(tmp_path, tmp_path / "mute.mp4")

    assert (done.sound.duration, done.sound.speech, done.transcript.segments) == (0, (), ())
    assert "The video has no sound." in job.notices


def test_a_refusal_names_the_model(tmp_path, bees):
    """A wrong key ends the node, without the key in the sentence."""
    refusal = {"error": {"message": "bad key sk-sentinel", "code": "invalid_api_key"}}
    with (
        Recognizer(lambda *_: (401, refusal)) as server,
        pytest.raises(ServiceError, match="openai/w failed") as caught,
    ):
        transcribe(tmp_path, bees, server=server, model="openai/w")

    assert caught.value.kind is ErrorKind.AUTH
    assert "sk-sentinel" not in caught.value.message


def test_unbroken_speech_is_cut_at_its_quietest_moment(tmp_path):
    """Where there is no pause a part ends where it is least loud, in its second half."""
    file = SoundFile(tmp_path / "sound.pcm")
    sound = np.full(60 * RATE, 0.5, np.float32)
    sound[int(14.2 * RATE) : int(14.3 * RATE)] = 0.01
    list(file.keep([sound]))
    parts = file.parts_of([(0.0, 60.0)], 20)

    assert parts[0][1] == pytest.approx(14.25, abs=0.05)
    assert max(end - start for start, end in parts) <= 20
    assert [start for start, _ in parts[1:]] == [end for _, end in parts[:-1]]


@pytest.mark.parametrize(
    ("reply", "texts"),
    [
        ({"text": "hello there", "segments": []}, {"hello there"}),
        ({"text": "", "segments": [{"start": None, "end": None, "text": "x"}]}, {"x"}),
    ],
)
def test_odd_replies_lose_no_words(tmp_path, bees, reply, texts):
    """A server without segments, or without their times, still gives its text."""
    with Recognizer(lambda *_: (200, reply)) as server:
        done, _ = transcribe(tmp_path, bees, server=server, model="openai/w", longest_part=1200)

    assert {line.text for line in done.transcript.segments} == texts
