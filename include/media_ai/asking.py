"""Many questions to a model at half the price: sent ahead in one file, so that each is found answered when it is asked."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from media_ai.clients.models import ModelRequest, split_model
from media_ai.errors import InputError, ServiceError
from media_ai.job import Job, question_step
from media_ai.store.artifacts import Usage

PROVIDER = "modelstudio"
_LONGEST_S = 26 * 3600.0
"""The service takes a day at most, and some time to write the file."""
_MOST_BYTES = 450 << 20
"""Of one file; the service takes 500 MB."""

Requests = Callable[[], Iterable[ModelRequest]]


def ask_ahead(job: Job, model: str, requests: Requests, *, name: str = "batch") -> None:
    """
    Have questions answered in a batch; `job.ask` then finds the answers. Those that do not fit the schema, or that the service
    left out, are asked one by one when their turn comes.

    Args:
        job: The node's job; in Airflow its process ends while the service works.
        model: "modelstudio/model".
        requests: Makes the questions; called at the first try only, and their pictures are held one at a time.
        name: Of the step, for nodes that ask in several rounds.

    Raises:
        InputError: The model's provider has no batches, or the questions are larger than a batch may be.
        ServiceError: The service refused or failed.
    """
    from media_ai.clients import model_studio_batch as batch

    provider, short = split_model(model)
    if provider != PROVIDER:
        raise InputError(f"'{model}' cannot answer in a batch at half the price; only {PROVIDER}/ models can.")
    uploaded = job.keep(f"{name}-file", lambda: _upload(job, short, requests))
    if not uploaded["file_id"]:
        return
    done = job.remote(
        name,
        lambda: batch.submit_batch(uploaded["file_id"], _foreseen(uploaded, model), job.access),
        recover=lambda since: batch.find_batch(uploaded["file_id"], since, job.access),
        longest_s=_LONGEST_S,
    )
    job.keep(f"{name}-answers", lambda: _keep_answers(job, model, short, done, uploaded["schemas"]))
    # Only now: without its files a batch could not be read by a try after this one.
    with suppress(ServiceError):
        batch.remove_files(done, job.access)


def _foreseen(uploaded: dict[str, Any], model: str) -> Usage:
    # What was uploaded by an earlier version says nothing of it.
    return Usage.model_validate(uploaded.get("foreseen") or {"model": model, "is_batch": True})


def _upload(job: Job, model: str, requests: Requests) -> dict[str, Any]:
    from media_ai.clients.model_studio_batch import batch_line, foreseen_line, upload_lines

    path, schemas = Path(job.workdir / "questions.jsonl"), {}
    input_tokens = output_tokens = 0
    with path.open("wb") as stream:
        for request in requests():
            step = question_step(f"{PROVIDER}/{model}", request)
            stream.write(batch_line(step, model, request))
            foreseen = foreseen_line(model, request)
            input_tokens, output_tokens = input_tokens + foreseen.input_tokens, output_tokens + foreseen.output_tokens
            schemas[step] = [dict(request.output_schema), request.max_output_tokens]
    if path.stat().st_size > _MOST_BYTES:
        raise InputError(
            f"The questions have {path.stat().st_size >> 20} MB; a batch takes {_MOST_BYTES >> 20}. Look at fewer frames, or "
            "do not ask in a batch."
        )
    used = Usage(model=f"{PROVIDER}/{model}", input_tokens=input_tokens, output_tokens=output_tokens, is_batch=True)
    return {
        "file_id": upload_lines(path, job.access) if schemas else "",
        "schemas": schemas,
        "foreseen": used.model_dump(mode="json"),
    }


def _keep_answers(
    job: Job, model: str, short: str, done: dict[str, Any], schemas: dict[str, list[Any]]
) -> dict[str, Any]:
    from media_ai.clients.json_answers import read_answer
    from media_ai.clients.model_studio_batch import job_name, read_answers

    fitting, used = 0, []
    for step, completion in read_answers(done, short, job.access):
        used.append(completion.usage)
        if step not in schemas:
            continue
        schema, most = schemas[step]
        asked = ModelRequest(instructions="", text="", output_schema=schema, max_output_tokens=most)
        data, problem = read_answer(completion, asked)
        if problem is None:
            fitting += 1
            usage = [completion.usage.model_dump(mode="json")]
            job.keep(step, lambda data=data, usage=usage: {"data": data, "usage": usage})  # type: ignore[misc]
    job.access.spending.collect(job_name(done), used)
    if fitting < len(schemas):
        job.notice(f"{len(schemas) - fitting} of {len(schemas)} questions to {model} were not answered in the batch.")
    return {"answered": fitting}
