"""Start a task: check everything at the door, bring the files to where workers can read them, trigger the run."""

import hashlib
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from media_ai.catalog.publications import PublicationLog
from media_ai.catalog.results import RunKey
from media_ai.clients.airflow_api import AirflowApi
from media_ai.errors import InputError, NotFoundError, StoreError
from media_ai.graph.address import did_you_mean, issues_of
from media_ai.graph.plan import ExecutionPlan
from media_ai.model.run import RunInput, safe_name
from media_ai.runner import check_overrides
from media_ai.settings import Settings
from media_ai.store.media_files import MediaFiles

SUBTITLE_ENDINGS = (".srt", ".vtt")


@dataclass(frozen=True, kw_only=True)
class Started:
    """A task that was started."""

    dag_id: str
    run_id: str


def create_task(
    *,
    slug: str,
    given: Mapping[str, Any],
    overrides: Mapping[str, Any],
    settings: Settings,
    log: PublicationLog,
    api: AirflowApi,
    language: str | None = None,
    prepare: Callable[[RunKey], object] = lambda run: None,
) -> Started:
    """
    Start a task of a published workflow.

    Args:
        slug: The workflow.
        given: The fields of RunInput; files outside the folders that workers may read are copied into the uploads.
        overrides: Node id -> params for this task only.
        language: What its models write in, a tag or "video"; the server's choice when it begins if None.
        prepare: Called when the task has its key and has not begun.

    Raises:
        InputError: The input, a file or an override cannot be used.
        NotFoundError: The workflow is not published.
    """
    plan = published_plan(slug, log)
    run_input = parse_input(given)
    check_overrides(plan, overrides)
    ready = _readable_by_workers(run_input, settings)
    run_id = readable_run_id(ready)
    conf = {"input": ready.model_dump(mode="json", exclude_none=True), "overrides": dict(overrides)}
    conf |= {"task": {"language": language}} if language else {}
    prepare(RunKey(dag_id=slug, run_id=run_id))
    api.trigger(slug, run_id=run_id, conf=conf, note=ready.title)
    return Started(dag_id=slug, run_id=run_id)


def parse_input(given: Mapping[str, Any]) -> RunInput:
    """
    Check the fields of a task's input.

    Raises:
        InputError: Names every field that is wrong.
    """
    try:
        return RunInput.model_validate(dict(given))
    except ValidationError:
        sentences = " ".join(issue.message for issue in issues_of(RunInput, dict(given)))
        raise InputError(f"The task's input cannot be used: {sentences}") from None


def readable_run_id(run_input: RunInput) -> str:
    """Return an id that people recognise in Airflow's lists: the video's id, the time, and a few random letters."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"{run_input.asset().video_id}__{now}_{secrets.token_hex(3)}"


def published_plan(slug: str, log: PublicationLog) -> ExecutionPlan:
    """
    Return the plan that new tasks of a workflow run.

    Raises:
        NotFoundError: It is not published; suggests a near name.
    """
    current = log.current(slug)
    if current is None or current.kind != "published":
        names = [item.slug for item in log.all_current() if item.kind == "published"]
        raise NotFoundError(f"Workflow '{slug}' is not published.{did_you_mean(slug, names)}")
    return ExecutionPlan.model_validate(current.plan)


def _readable_by_workers(run_input: RunInput, settings: Settings) -> RunInput:
    """Check the files with this user's eyes, and copy those that workers may not read into the uploads."""
    own = MediaFiles([Path("/")])
    # The uploaded copy has a plainer name: the title keeps the one that the user knows.
    changes: dict[str, str] = {"title": run_input.asset().title}
    for field, what in (("video", "video"), ("subtitles", "subtitle file")):
        address = getattr(run_input, field)
        if address is None or address.startswith("oss://"):
            continue
        path = own.local_path(str(Path(address).absolute()) if "://" not in address else address, what=what)
        if field == "subtitles" and path.suffix.lower() not in SUBTITLE_ENDINGS:
            raise InputError(f"The subtitle file '{path.name}' ends in '{path.suffix}'; give a .srt or .vtt file.")
        changes[field] = str(_uploaded(path, settings))
    return run_input.model_copy(update=changes)


def _uploaded(path: Path, settings: Settings) -> Path:
    if any(path.is_relative_to(folder.resolve()) for folder in settings.readable_folders):
        return path
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    # The name stays readable, the folder makes it unique: the same file is uploaded once.
    target = settings.uploads / digest[:16] / f"{safe_name(path.stem)[:100]}{path.suffix.lower()}"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            shutil.copyfile(path, temporary)
            temporary.replace(target)
        except OSError as exc:
            temporary.unlink(missing_ok=True)
            raise StoreError(
                f"'{path.name}' could not be copied to {settings.uploads}: {exc.strerror}. Check the disk."
            ) from exc
    return target
