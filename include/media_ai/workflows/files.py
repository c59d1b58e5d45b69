"""Workflows as JSON files: presets, git, exchange."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from media_ai.errors import GraphError, InputError, NotFoundError
from media_ai.graph.address import did_you_mean, issues_of
from media_ai.graph.schema import Workflow
from media_ai.graph.upgrade import check_format

TEMPLATES = Path(__file__).resolve().parents[2] / "workflow_templates"

_MAX_BYTES = 5_000_000


def read_workflow(path: Path) -> Workflow:
    """
    Read a workflow from a JSON file.

    Raises:
        InputError: The file cannot be read or is not JSON.
        GraphError: It is not a workflow; each issue names the place.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"'{path}' has {path.stat().st_size} bytes; a workflow has at most {_MAX_BYTES}.")
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as exc:
        raise InputError(f"'{path}' cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"'{path}' is not UTF-8 text.") from exc
    except ValueError as exc:
        raise InputError(f"'{path}' is not JSON: {exc}.") from exc
    except RecursionError as exc:
        raise InputError(f"'{path}' is nested too deeply to be a workflow.") from exc
    return parse_workflow(data, name=str(path))


def parse_workflow(data: Any, *, name: str) -> Workflow:
    """
    Turn JSON data into a workflow.

    Raises:
        GraphError: It is not a workflow; each issue names the place.
    """
    if not isinstance(data, dict):
        raise GraphError(f"'{name}' holds {type(data).__name__}, not an object with slug, name, nodes and edges.")
    check_format(data, name=name)
    try:
        return Workflow.model_validate(data)
    except ValidationError:
        raise GraphError(f"'{name}' is not a workflow:", issues_of(Workflow, data)) from None


def write_workflow(workflow: Workflow) -> str:
    """Return the workflow as JSON text for a file, stable for version control."""
    data = workflow.model_dump(mode="json", exclude_none=True)
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def template_names() -> list[str]:
    """Return the slugs of the presets."""
    return sorted(path.stem for path in TEMPLATES.glob("*.json"))


def read_template(slug: str) -> Workflow:
    """
    Return a preset.

    Raises:
        NotFoundError: There is none of this name; suggests a near one.
    """
    if slug not in template_names():
        raise NotFoundError(f"There is no preset '{slug}'.{did_you_mean(slug, template_names())}")
    return read_workflow(TEMPLATES / f"{slug}.json")
