"""Content made into vectors by the emulated models, and by a server that speaks OpenAI's protocol."""

import json
from fractions import Fraction
from pathlib import Path
from struct import unpack

import cv2
import numpy as np
import pytest

from media_ai.clients.access import Access
from media_ai.errors import ConfigurationError, InputError, ServiceError
from media_ai.media.pictures import fitting_jpeg
from media_ai.model.artifacts import Artifact
from media_ai.model.embeddings import Embeddings
from media_ai.model.speech import Segment, Transcript
from media_ai.model.text import Chapter, Summary, SummaryMethod, TextContent, TextRegion, TextSource
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Analyses, Analysis, Coverage, Frame, FrameSet
from media_ai.nodes import node_type
from media_ai.nodes.embed_content import Inputs, Params, run
from media_ai.testing import make_job
from media_ai_emulators.testing import Emulator
from tests.emulated import cloud_access, model_studio_credentials
from tests.local_server import LocalServer

SEES = "modelstudio/tongyi-embedding-vision-plus"
BLOCKED = "EMULATOR-BLOCKED-CONTENT"


def span(start: int, end: int) -> TimeRange:
    return TimeRange(start=Timecode.of_seconds(start), end=Timecode.of_seconds(end))


def coverage() -> Coverage:
    return Coverage(span=span(0, 9), sampled=1, kept=1, largest_gap=Fraction(1))


def said(*texts: str) -> Transcript:
    lines = tuple(Segment(time=span(at, at + 1), text=text) for at, text in enumerate(texts))
    return Transcript(source="srt", segments=lines)


def picture(level: int) -> bytes:
    return bytes(cv2.imencode(".jpg", np.full((90, 160, 3), level, np.uint8))[1])


def shown(job, *jpegs: bytes) -> FrameSet:
    frames = tuple(
        Frame(time=Timecode.of_seconds(2 * at), image=job.store.put_bytes(jpeg, "image/jpeg"))
        for at, jpeg in enumerate(jpegs)
    )
    return FrameSet(width=160, height=90, frames=frames, coverage=coverage())


def job_of(folder: Path, emulator: Emulator, **credentials: str):
    if not credentials:
        return make_job(folder, access=cloud_access(emulator))
    known = model_studio_credentials(emulator, **credentials)
    return make_job(folder, access=Access(credentials_of=lambda _: known))


def job_of_new(tmp_path, emulator):
    folder = tmp_path / "new"
    folder.mkdir()
    return job_of(folder, emulator)


def embed(job, inputs: dict[str, Artifact], **params) -> Embeddings:
    return run(Params(**params), Inputs(**inputs), job).embeddings


def rows(job, embeddings: Embeddings) -> list[tuple[float, ...]]:
    size = 4 * embeddings.dimension
    data = job.store.read(embeddings.vectors)
    assert len(data) == size * embeddings.rows
    return [unpack(f"<{embeddings.dimension}f", data[at * size : (at + 1) * size]) for at in range(embeddings.rows)]


def test_every_text_gets_a_vector_in_one_blob(tmp_path, emulator):
    """float32 rows beside the list of what they belong to; nothing of them is in the artifact's JSON."""
    job = job_of(tmp_path, emulator)
    found = embed(job, {"transcript": said("a waggle dance", "the waggle dance", "bread at night")})
    vectors = rows(job, found)

    assert (found.model, found.dimension, found.counts()) == (
        "modelstudio/text-embedding-v4",
        1024,
        {"items": 3, "vectors": 3},
    )
    assert [(item.kind, item.text, item.row) for item in found.items] == [
        ("speech", "a waggle dance", 0),
        ("speech", "the waggle dance", 1),
        ("speech", "bread at night", 2),
    ]
    near, far = (sum(a * b for a, b in zip(vectors[0], other, strict=True)) for other in vectors[1:])
    assert near > far + 0.1
    assert len(job.store.read(job.store.save(found).body)) < 2_000
    assert job.store.load(job.store.save(found)) == found


def test_all_inputs_are_embedded_with_their_kinds_and_times(tmp_path, emulator):
    """Speech that was joined into the text counts once; chapters read as the search index has them."""
    job = job_of(tmp_path, emulator)
    image = job.store.put_bytes(picture(0), "image/jpeg")
    text = TextContent(
        model="local/rapidocr",
        frames_read=1,
        regions=(
            TextRegion(time=span(0, 1), text="Hello.", source=TextSource.SPEECH),
            TextRegion(time=span(0, 5), text="蜜蜂", source=TextSource.SCREEN),
        ),
    )
    items = (
        Analysis(time=Timecode.of_seconds(1), image=image, text="A meadow"),
        Analysis(time=Timecode.of_seconds(2), image=image),
    )
    summary = Summary(
        method=SummaryMethod.GENERATIVE,
        model="m/x",
        text="Bees dance.",
        chapters=(Chapter(time=span(0, 4), title="Dance", text="They turn."), Chapter(time=span(4, 9), title="Sleep")),
    )
    inputs = {
        "transcript": said("Hello."),
        "text": text,
        "analyses": Analyses(model="m/x", items=items, coverage=coverage()),
        "summary": summary,
    }
    found = embed(job, inputs)

    assert [(item.kind, item.text, str(item.time)[:7], str(item.time)[14:21]) for item in found.items] == [
        ("speech", "Hello.", "0:00:00", "0:00:01"),
        ("screen", "蜜蜂", "0:00:00", "0:00:05"),
        ("chapter", "Dance. They turn.", "0:00:00", "0:00:04"),
        ("summary", "Bees dance.", "0:00:00", "0:00:09"),
        ("analysis", "A meadow", "0:00:01", "0:00:01"),
        ("chapter", "Sleep.", "0:00:04", "0:00:09"),
    ]
    only = embed(job_of_new(tmp_path, emulator), inputs, kinds=("chapter",))
    assert {item.kind for item in only.items} == {"chapter"}


def test_texts_go_in_calls_of_what_the_model_takes_and_equal_ones_once(tmp_path, emulator):
    """Ten a call for text-embedding-v4; what is empty is left out; each place keeps its item."""
    job = job_of(tmp_path, emulator)
    texts = [f"line {number}" for number in range(23)]
    found = embed(job, {"transcript": said(*texts, "line 1", "line 1", " ", "\n\t", "line 2")})

    assert (found.rows, len(found.items)) == (23, 26)
    assert [call.params["texts_count"] for call in emulator.calls("dashscope")] == ["10", "10", "3"]
    assert len({item.row for item in found.items if item.text == "line 1"}) == 1
    assert len(job.usage) == 3
    assert all(usage.input_tokens and usage.request_id for usage in job.usage)


def test_a_text_that_is_too_long_is_cut_and_told(tmp_path, emulator):
    """The item keeps the whole text: it is what people find."""
    job = job_of(tmp_path, emulator)
    long = "word " * 20_000
    found = embed(job, {"transcript": said(long, "short")})

    assert [len(item.text) for item in found.items] == [len(long), 5]
    assert job.notices == [
        "1 texts are longer than the 8,192 tokens that modelstudio/text-embedding-v4 takes; only their beginnings were embedded."
    ]


def test_frames_need_a_model_that_sees(tmp_path, emulator):
    """Otherwise they are left out, and the notice says which model to choose."""
    job = job_of(tmp_path, emulator)
    inputs = {"frames": shown(job, picture(0), picture(90)), "transcript": said("a")}
    found = embed(job, inputs)

    assert [item.kind for item in found.items] == ["speech"]
    assert "modelstudio/text-embedding-v4 does not see: 2 frames were left out" in job.notices[0]
    assert embed(job_of_new(tmp_path, emulator), inputs, kinds=("speech",)).rows == 1


def test_frames_and_texts_share_the_space_of_a_model_that_sees(tmp_path, emulator):
    """Equal pictures are embedded once; a frame lasts until the next."""
    job = job_of(tmp_path, emulator)
    found = embed(job, {"frames": shown(job, picture(0), picture(90), picture(0)), "transcript": said("a")}, model=SEES)
    frames = [item for item in found.items if item.kind == "frame"]

    assert (found.dimension, found.rows) == (1152, 3)
    assert [(item.row, item.text, str(item.time)[5:7], str(item.time)[19:21]) for item in frames] == [
        (1, "", "00", "02"),
        (2, "", "02", "04"),
        (1, "", "04", "09"),
    ]
    assert {item.image.content_type for item in frames} == {"image/jpeg"}
    assert job.notices == []
    assert [call.params["contents_count"] for call in emulator.calls("dashscope")] == ["1", "2"]


def test_a_picture_that_is_too_large_for_the_model_is_shrunk(tmp_path, emulator):
    """Three megabytes are the most that it takes."""
    job = job_of(tmp_path, emulator)
    noisy = np.random.default_rng(1).integers(0, 255, (1500, 2400, 3), np.uint8)
    large = bytes(cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 100])[1])
    assert len(large) > 3 << 20
    assert len(fitting_jpeg(large, 3 << 20)) <= 3 << 20
    assert fitting_jpeg(picture(3), 3 << 20) == picture(3)

    assert embed(job, {"frames": shown(job, large)}, model=SEES).rows == 1


def test_refused_content_is_told_and_the_rest_is_embedded(tmp_path, emulator):
    """The refused ones of a call are found by halves; their neighbours keep their own vectors."""
    job = job_of(tmp_path, emulator)
    texts = ["a", "b", BLOCKED, "d", "e", "f"]
    frames = shown(job, picture(0), picture(60) + BLOCKED.encode(), picture(120))
    found = embed(job, {"transcript": said(*texts), "frames": frames}, model=SEES)
    other = job_of_new(tmp_path, emulator)
    alone = embed(other, {"transcript": said("d")}, model=SEES)

    assert [item.text for item in found.items if item.text] == ["a", "b", "d", "e", "f"]
    assert rows(job, found)[2] == rows(other, alone)[0]
    assert sum("refused by the content filter" in notice for notice in job.notices) == 2
    assert found.rows == 7


def test_what_was_paid_for_is_kept_for_the_next_try(tmp_path, emulator):
    """A service that fails after hundreds of texts costs none of them twice, and all usage is in the result."""
    texts = [f"line {number}" for number in range(430)]
    emulator.faults().add("dashscope", "expired_token", skip=30)
    with pytest.raises(ServiceError):
        embed(job_of(tmp_path, emulator), {"transcript": said(*texts)})
    asked = len(emulator.calls("dashscope"))
    again = job_of(tmp_path, emulator)
    found = embed(again, {"transcript": said(*texts)})

    assert found.rows == 430
    assert asked == 31
    assert len(emulator.calls("dashscope")) - asked == 23  # the first 20 calls are known
    assert len({usage.request_id for usage in again.usage}) == 43


def test_kept_vectors_that_are_lost_are_made_anew(tmp_path, emulator):
    """A note of a call must not outlive what the call brought."""
    embed(job_of(tmp_path, emulator), {"transcript": said("a", "b")})
    for blob in (tmp_path / "store" / "blobs").rglob("*"):
        if blob.is_file():
            blob.unlink()
    job = job_of(tmp_path, emulator)
    found = embed(job, {"transcript": said("a", "b")})

    assert len(rows(job, found)) == 2
    assert len(job.usage) == 1


def test_equal_work_is_equal(tmp_path, emulator):
    """The same content gives the same artifact, so that what is built on it is reused."""
    first = embed(job_of(tmp_path, emulator), {"transcript": said("a", "蜜蜂 🐝")})
    second = embed(job_of_new(tmp_path, emulator), {"transcript": said("a", "蜜蜂 🐝")})

    assert first.identity() == second.identity()


def test_nothing_to_embed_is_a_valid_result(tmp_path, emulator):
    """A silent video; no model is asked."""
    job = job_of(tmp_path, emulator)
    found = embed(job, {"transcript": said()})

    assert (found.rows, found.dimension, found.items) == (0, 0, ())
    assert job.notices == ["There was nothing to embed."]
    assert emulator.calls() == []


@pytest.mark.parametrize("dimension", [64, 2048])
def test_a_dimension_can_be_chosen(tmp_path, emulator, dimension):
    """In OpenAI's protocol too."""
    job = job_of(tmp_path, emulator, protocol="openai", base_url=emulator.openai_url)
    assert embed(job, {"transcript": said("a")}, dimension=dimension).dimension == dimension
    assert {call.operation for call in emulator.calls()} == {"embeddings"}


def test_a_server_of_ones_own_is_a_model_too(tmp_path):
    """With the own dimension of its model."""

    def answer(headers, body):
        given = json.loads(body)["input"]
        data = [{"object": "embedding", "index": at, "embedding": [len(text), 1]} for at, text in enumerate(given)]
        return 200, {"object": "list", "data": data, "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}}

    with LocalServer(answer) as server:
        job = make_job(tmp_path, access=Access(credentials_of=lambda _: server.credentials))
        found = embed(job, {"transcript": said("a", "bcd")}, model="openai/bge-m3")

    assert rows(job, found) == [(1.0, 1.0), (3.0, 1.0)]


def test_a_model_whose_vectors_change_their_length_is_refused(tmp_path):
    """Rows of one blob are of one length."""
    lengths = iter((2, 3))

    def answer(headers, body):
        length = next(lengths)
        given = json.loads(body)["input"]
        data = [{"object": "embedding", "index": at, "embedding": [1] * length} for at, _ in enumerate(given)]
        return 200, {"object": "list", "data": data, "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}}

    with LocalServer(answer) as server:
        job = make_job(tmp_path, access=Access(credentials_of=lambda _: server.credentials))
        with pytest.raises(ServiceError, match="vectors of 2 and of 3 numbers"):
            embed(job, {"transcript": said(*(f"line {number}" for number in range(40)))}, model="openai/m")


def test_nothing_wired_is_refused(tmp_path):
    """The message says what to connect."""
    with pytest.raises(InputError, match="connect text, a transcript"):
        embed(make_job(tmp_path), {})


def test_missing_credentials_are_named_before_any_node_runs(tmp_path):
    """The node says which service it needs."""
    with pytest.raises(ConfigurationError, match="Model Studio"):
        embed(make_job(tmp_path), {"transcript": said("a")})
    assert node_type("embed_content").services(Params(), None) == ("modelstudio",)


@pytest.mark.parametrize("params", [{"model": "local/bge"}, {"model": "v4"}, {"dimension": 1}, {"kinds": ["people"]}])
def test_params_that_cannot_work_are_issues(params):
    """Found before anything runs."""
    assert len(node_type("embed_content").params_issues("n", params)) == 1
