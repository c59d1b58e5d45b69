"""
Say something about every frame.

With `local/statistics` each frame is measured on this machine: brightness, contrast, sharpness, whether it is blank, and its
dominant colours. With any other model the frames are shown to it, each with its time, and the prompt decides what is said;
the answer has the fields of the output schema.
"""

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import Field, field_validator

from media_ai.asking import ask_ahead
from media_ai.clients.models import LOCAL, ModelRequest, Picture, services_of, split_model
from media_ai.errors import ErrorKind, InputError, ServiceError
from media_ai.graph.foresight import FRAME_TEXT_TOKENS, PROMPT_TOKENS, Expected, Work
from media_ai.graph.node_type import OUTPUT_LANGUAGE, NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.preferences import LANGUAGE_TAG
from media_ai.model.vision import Analyses, Analysis, Frame, FrameSet, largest_gap

LOCAL_MODEL = f"{LOCAL}/statistics"

_PROMPT = """\
You see frames of one video in the order of their time. Describe each frame for somebody who cannot see it: who and what is in
it, what happens, and any text that matters. Say only what is visible."""


class Params(NodeParams):
    """Who looks, at how many frames, and what is asked."""

    model: str = Field(
        default=LOCAL_MODEL,
        title="Model",
        description="provider/model, such as openai/qwen3-vl-plus; local/statistics measures without a model.",
    )
    prompt: str = Field(
        default=_PROMPT,
        min_length=1,
        max_length=20_000,
        title="Prompt",
        description="What the model is asked. Not used by local/statistics.",
        json_schema_extra={"format": "multiline"},
    )
    language: str | None = Field(
        default=None,
        title="Language",
        description="BCP 47 tag of what a model writes, such as en; the task's when empty. Not used by local/statistics.",
        pattern=LANGUAGE_TAG,
        json_schema_extra=OUTPUT_LANGUAGE,
    )
    output_schema: dict[str, Any] = Field(
        default_factory=dict,
        title="Output schema",
        description="JSON Schema of further fields to answer for each frame, as an object. Not used by local/statistics.",
        json_schema_extra={"format": "json-schema"},
    )
    max_frames: int | None = Field(
        default=None, ge=1, le=10_000, title="Most frames", description="Spread evenly over the video."
    )
    batch_size: int = Field(default=8, ge=1, le=64, title="Frames per request")
    at_half_price: bool = Field(
        default=False,
        title="At half price, within a day",
        description="For backfills: modelstudio/ models answer in a batch, and no process waits.",
    )

    @field_validator("model")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            provider, _ = split_model(value)
        except InputError as exc:
            raise ValueError(exc.message) from exc
        if provider == LOCAL and value != LOCAL_MODEL:
            raise ValueError(f"'{value}' does not exist; on this machine frames are analysed by {LOCAL_MODEL}.")
        return value

    @field_validator("output_schema")
    @classmethod
    def _is_schema(cls, value: dict[str, Any]) -> dict[str, Any]:
        from jsonschema import Draft202012Validator, SchemaError

        try:
            Draft202012Validator.check_schema(value)
        except SchemaError as exc:
            raise ValueError(f"not a JSON Schema: {exc.message}") from exc
        if value and value.get("type") != "object":
            raise ValueError('its "type" must be "object"')
        if '"$ref"' in json.dumps(value):
            raise ValueError('it may not hold "$ref"; write out what it refers to')
        return value


class Inputs(NodePorts):
    """Frames of one video."""

    frames: FrameSet = Field(title="Frames")


class Outputs(NodePorts):
    """A statement about each frame."""

    analyses: Analyses = Field(title="Analyses")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """Measure the frames, or show them to the model batch by batch."""
    from media_ai.media.spread import spread

    frames = spread(inputs.frames.frames, params.max_frames)
    left_out = len(inputs.frames.frames) - len(frames)
    if left_out:
        job.notice(
            f"{left_out} of {len(inputs.frames.frames)} frames were not looked at (at most {params.max_frames})."
        )
    items = tuple(_measured(frames, job) if params.model == LOCAL_MODEL else _asked(params, frames, job))
    given = inputs.frames.coverage
    coverage = given.model_copy(
        update={
            "kept": len(items),
            "largest_gap": largest_gap(given.span, [item.time for item in items]),
            "dropped_by_limit": given.dropped_by_limit + left_out,
        }
    )
    return Outputs(analyses=Analyses(model=params.model, items=items, coverage=coverage))


def _measured(frames: Sequence[Frame], job: Job) -> Iterator[Analysis]:
    from media_ai.media.pictures import decode_jpeg
    from media_ai.media.statistics import measure

    for index, frame in enumerate(frames):
        found = measure(decode_jpeg(job.store.read(frame.image)))
        colors = [{"color": color, "share": share} for color, share in found.dominant_colors]
        attributes = {
            "brightness": found.brightness,
            "contrast": found.contrast,
            "sharpness": found.sharpness,
            "is_blank": found.is_blank,
            "dominant_colors": colors,
        }
        yield Analysis(time=frame.time, image=frame.image, attributes=attributes)
        job.progress.update(index + 1, len(frames), "frames")


def _asked(params: Params, frames: Sequence[Frame], job: Job) -> Iterator[Analysis]:
    batches = [frames[start : start + params.batch_size] for start in range(0, len(frames), params.batch_size)]
    if params.at_half_price:
        ask_ahead(job, params.model, lambda: (_request(params, batch, job) for batch in batches))
    for at, batch in enumerate(batches, 1):
        yield from _ask(params, batch, job)
        job.progress.update(at, len(batches), "requests")


def _ask(params: Params, batch: Sequence[Frame], job: Job) -> Iterator[Analysis]:
    """Ask about frames; when a content filter refuses them, about fewer and fewer, until the refused ones are found."""
    try:
        reply = job.ask(params.model, _request(params, batch, job))
    except ServiceError as exc:
        if exc.kind is not ErrorKind.BLOCKED_CONTENT:
            raise
    else:
        yield from _paired(batch, reply.data["frames"], params.model)
        return
    if len(batch) > 1:
        yield from _ask(params, batch[: len(batch) // 2], job)
        yield from _ask(params, batch[len(batch) // 2 :], job)
        return
    job.notice(f"The frame at {batch[0].time} was refused by the content filter of {params.model}.")
    yield Analysis(time=batch[0].time, image=batch[0].image, attributes={"blocked": True})


def _request(params: Params, batch: Sequence[Frame], job: Job) -> ModelRequest:
    item: dict[str, Any] = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
    if params.output_schema:
        item["properties"]["attributes"] = params.output_schema
        item["required"].append("attributes")
    return ModelRequest(
        instructions=f"{params.prompt}\nWrite in the language {params.language}." if params.language else params.prompt,
        text=f"Answer with one entry for each of the {len(batch)} frames, in their order.",
        pictures=tuple(Picture(time=frame.time, jpeg=job.store.read(frame.image)) for frame in batch),
        output_schema={
            "type": "object",
            "properties": {"frames": {"type": "array", "items": item, "minItems": len(batch), "maxItems": len(batch)}},
            "required": ["frames"],
        },
    )


def _paired(batch: Sequence[Frame], answers: Sequence[dict[str, Any]], model: str) -> Iterator[Analysis]:
    if len(answers) != len(batch):
        raise ServiceError(
            f"{model} answered for {len(answers)} of {len(batch)} frames. Choose a smaller 'Frames per request'.",
            service=model,
            code="incomplete_answer",
            kind=ErrorKind.INVALID,
        )
    for frame, answer in zip(batch, answers, strict=True):
        yield Analysis(
            time=frame.time, image=frame.image, text=answer["text"], attributes=dict(answer.get("attributes") or {})
        )


def foresee(params: Params, expected: Expected) -> Work:
    """Every frame is shown once, with the prompt before each request."""
    frames = min(expected.frames, params.max_frames or expected.frames)
    if params.model == LOCAL_MODEL:
        return Work(frames=frames)
    calls, said = math.ceil(frames / params.batch_size), frames * FRAME_TEXT_TOKENS
    return Work(
        model=params.model,
        calls=calls,
        frames=frames,
        input_tokens=frames * expected.tokens_of_frame + calls * (PROMPT_TOKENS + len(params.prompt) / 4),
        output_tokens=said,
        is_batch=params.at_half_price,
        gives_tokens=said,
    )


NODE = NodeType(
    id="analyze_frames",
    version=1,
    title="Analyze frames",
    category="Understanding",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    foresee=foresee,
    services=lambda params, run_input: services_of(params.model),
    help=__doc__,
    preload=("media_ai.media.statistics", "media_ai.media.pictures", "openai"),
)
