"""Waiting for something that a call has begun: another call is repeated until its answer says so."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from media_ai.clients.remote import RemoteState
from media_ai.clients.sdk_requests import REFERENCE
from media_ai.errors import ErrorKind, InputError, ServiceError
from media_ai.model.base import Model

_STEP = re.compile(r"([^.\[\]]+)((?:\[(?:\d+|\*)\])*)(?:\.|$)")
_INDEX = re.compile(r"\[(\d+|\*)\]")
PATH = r"^(?:\$\.)?[^.\[\]$]+(?:\[(?:\d+|\*)\])*(?:\.[^.\[\]]+(?:\[(?:\d+|\*)\])*)*$"


class WaitCondition(Model):
    """A reading operation and what its answer must say."""

    action: str = Field(min_length=1, title="Operation", description="One that only reads, such as GetMediaInfo.")
    parameters: dict[str, Any] = Field(
        default_factory=dict,
        title="Parameters",
        description='A text such as "$.JobId" is taken from the answer of the first call.',
    )
    path: str = Field(
        pattern=PATH,
        title="Path",
        description="Where the answer says how far it is: MediaInfo.MediaBasicInfo.Status, Jobs[0].State, Jobs[*].State.",
    )
    done: tuple[str, ...] = Field(min_length=1, title="Done", description="The values there that end the wait.")
    failed: tuple[str, ...] = Field(default=(), title="Failed", description="The values there that mean failure.")
    interval_s: float = Field(default=15, ge=1, le=3600, title="Interval", description="Seconds between two questions.")
    longest_s: float = Field(default=3600, ge=1, le=7 * 86_400, title="Longest wait", description="Seconds.")


def meets(condition: WaitCondition, answer: Mapping[str, Any], *, service: str) -> bool:
    """
    Return whether an answer ends the wait. Where a path leads to several values, all must be done, and one is enough to fail.

    Raises:
        ServiceError: A value there means failure.
    """
    values = [said(value) for value in values_at(answer, condition.path)]
    failed = next((value for value in values if value in condition.failed), None)
    if failed is not None:
        raise ServiceError(
            f"{service} {condition.action} says {condition.path} = {failed}, which means failure.",
            service=service.lower(),
            code=failed[:100],
            kind=ErrorKind.INVALID,
        )
    return bool(values) and all(value in condition.done for value in values)


def state_of(condition: WaitCondition, answer: Mapping[str, Any], *, service: str) -> RemoteState:
    """Return an answer as the state of a remote job; raises as `meets`."""
    values = [said(value) for value in values_at(answer, condition.path)]
    return RemoteState(is_done=meets(condition, answer, service=service), data=dict(answer), note=", ".join(values[:3]))


def filled_in(parameters: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return parameters with each text "$.path" replaced by what an answer, or another document, has there.

    Raises:
        InputError: It has nothing there, or several values.
    """
    return {name: _filled(value, answer) for name, value in parameters.items()}


def values_at(answer: Any, path: str) -> list[Any]:
    """Return what a path leads to: nothing, one value, or several through [*]. Null is nothing."""
    found = [answer]
    for name, indices in _STEP.findall(path.removeprefix(REFERENCE)):
        found = [value[name] for value in found if isinstance(value, Mapping) and name in value]
        for index in _INDEX.findall(indices):
            found = [item for value in found if isinstance(value, list) for item in _items(value, index)]
    return [value for value in found if value is not None]


def said(value: Any) -> str:
    """Return a value of JSON as it is written in conditions: texts as they are, truth values in small letters."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _items(values: list[Any], index: str) -> list[Any]:
    if index == "*":
        return values
    return values[int(index) : int(index) + 1]


def _filled(value: Any, answer: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return filled_in(value, answer)
    if isinstance(value, list):
        return [_filled(item, answer) for item in value]
    if not isinstance(value, str) or not value.startswith(REFERENCE):
        return value
    found = values_at(answer, value)
    if len(found) != 1:
        raise InputError(f"'{value}' leads to {len(found)} values in what is known by then; it must be one.")
    return found[0]
