"""
Turn what is said, shown and written in a video into vectors, so that a search finds what is meant, whatever the words.

Wire any of the inputs; connect the result to Publish results. A text model (`modelstudio/text-embedding-v4`, `openai/<model>`)
takes texts; one that also sees (`modelstudio/tongyi-embedding-vision-plus`, `modelstudio/qwen3-vl-embedding`) takes frames too,
which a search then finds by words about what they show.
"""

import math
from collections.abc import Sequence

from pydantic import Field, field_validator

from media_ai.clients.embedding import Embedder, EmbeddingReply, batches_of, cut_text, open_embedder, tokens_in
from media_ai.clients.models import LOCAL, services_of, split_model
from media_ai.errors import InputError
from media_ai.graph.foresight import Expected, Work
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.artifacts import BlobRef
from media_ai.model.embeddings import EmbeddedItem, Embeddings
from media_ai.model.speech import Transcript
from media_ai.model.text import Summary, TextContent
from media_ai.model.vision import Analyses, FrameSet
from media_ai.nodes._embedding_parts import Kind, Part, of_kinds, picture_parts, text_parts
from media_ai.nodes._embedding_rows import RowWriter


class Params(NodeParams):
    """Which model, and what for."""

    model: str = Field(
        default="modelstudio/text-embedding-v4",
        title="Model",
        description="provider/model. Searches ask the same model, so that all videos should be given to one.",
    )
    dimension: int | None = Field(
        default=None,
        ge=16,
        le=4096,
        title="Dimension",
        description="Numbers in a vector, where the model lets one choose; its own if empty.",
    )
    kinds: tuple[Kind, ...] = Field(
        default=(), title="Kinds", description="What of the inputs gets a vector; everything if empty."
    )

    @field_validator("model")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            provider, _ = split_model(value)
        except InputError as exc:
            raise ValueError(exc.message) from exc
        if provider == LOCAL:
            raise ValueError("there is no embedding model on this machine; openai/<model> may be a server of your own")
        return value


class Inputs(NodePorts):
    """What is wired in; at least one."""

    frames: FrameSet | None = Field(default=None, title="Frames", description="For a model that sees.")
    transcript: Transcript | None = Field(default=None, title="Transcript")
    text: TextContent | None = Field(default=None, title="Text", description="Speech and on-screen text together.")
    analyses: Analyses | None = Field(default=None, title="Analyses")
    summary: Summary | None = Field(default=None, title="Summary", description="And its chapters.")


class Outputs(NodePorts):
    """What comes out."""

    embeddings: Embeddings = Field(title="Embeddings")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """
    Embed every text and picture once.

    Raises:
        InputError: Nothing is wired.
        ConfigurationError: The model's provider is unknown, or its credentials are missing.
        MediaError: A frame is not a picture.
        ServiceError: The model refused or failed.
    """
    if not any(getattr(inputs, name) for name in Inputs.model_fields):
        raise InputError("Embed content has no input; connect text, a transcript, analyses, a summary or frames to it.")
    embedder = open_embedder(params.model, job.access, dimension=params.dimension)
    writer = RowWriter(params.model, job)
    texts = of_kinds(text_parts(inputs.text, inputs.transcript, inputs.analyses, inputs.summary), params.kinds)
    frames = _visible(of_kinds(picture_parts(inputs.frames), params.kinds), embedder, params, job)
    items = [*_texts(texts, embedder, writer, params, job), *_pictures(frames, embedder, writer, params, job)]
    if not items:
        job.notice("There was nothing to embed.")
    vectors, rows = writer.save()
    return Outputs(
        embeddings=Embeddings(
            model=params.model, dimension=writer.dimension, items=tuple(items), rows=rows, vectors=vectors
        )
    )


def _visible(frames: list[Part], embedder: Embedder, params: Params, job: Job) -> list[Part]:
    if frames and not embedder.limits.pictures:
        job.notice(
            f"{params.model} does not see: {len(frames)} frames were left out. Choose a model that does, such as "
            "modelstudio/tongyi-embedding-vision-plus, or name it with 'pictures' in the connection's model table."
        )
        return []
    return frames


def _texts(
    parts: Sequence[Part], embedder: Embedder, writer: RowWriter, params: Params, job: Job
) -> list[EmbeddedItem]:
    unique = list(dict.fromkeys(part.text for part in parts))
    cut = {text: cut_text(text.strip(), embedder.limits.tokens) for text in unique}
    shortened = sum(tokens_in(text.strip()) > embedder.limits.tokens for text in unique)
    if shortened:
        job.notice(
            f"{shortened} texts are longer than the {embedder.limits.tokens:,} tokens that {params.model} takes; only their "
            "beginnings were embedded."
        )
    calls = list(batches_of([cut[text] for text in unique], embedder.limits))
    rows = dict(zip(unique, writer.add("texts", calls, embedder.embed_texts), strict=True))
    return _items(parts, [rows[part.text] for part in parts], params, job)


def _pictures(
    parts: Sequence[Part], embedder: Embedder, writer: RowWriter, params: Params, job: Job
) -> list[EmbeddedItem]:
    def embed(images: Sequence[BlobRef]) -> EmbeddingReply:
        from media_ai.media.pictures import fitting_jpeg

        most = embedder.limits.picture_bytes
        return embedder.embed_pictures([fitting_jpeg(job.store.read(image), most) for image in images])

    images = {part.image.sha256: part.image for part in parts if part.image}
    most = max(embedder.limits.pictures, 1)
    calls = [list(images.values())[start : start + most] for start in range(0, len(images), most)]
    rows = dict(zip(images, writer.add("pictures", calls, embed), strict=True))
    return _items(parts, [rows[part.image.sha256] for part in parts if part.image], params, job)


def _items(parts: Sequence[Part], rows: Sequence[int | None], params: Params, job: Job) -> list[EmbeddedItem]:
    items = []
    for part, row in zip(parts, rows, strict=True):
        if row is None:
            job.notice(f"The {part.kind} at {part.time.start} was refused by the content filter of {params.model}.")
        else:
            items.append(EmbeddedItem(kind=part.kind, time=part.time, text=part.text, image=part.image, row=row))
    return items


def foresee(params: Params, expected: Expected) -> Work:
    """All text once; which models see is known when they are asked, so that frames are left out."""
    tokens = sum(expected.texts.values())
    return Work(model=params.model, calls=math.ceil(tokens / 2_000), input_tokens=tokens)


NODE = NodeType(
    id="embed_content",
    version=1,
    title="Embed content",
    category="Understanding",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    foresee=foresee,
    services=lambda params, run_input: services_of(params.model),
    help=__doc__ or "",
)
