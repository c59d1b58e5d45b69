"""
Every operation of a service through its SDK: parameters checked against the SDK's own request model, then called.

The SDK checks nothing and knows each operation as a method with a request class of its own. This is the one place that knows
how the two belong together; IMS and VOD use it alike.
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from types import ModuleType
from typing import Any, TypeVar, cast

from media_ai.clients.api_waits import WaitCondition, meets
from media_ai.clients.retrying import Retry
from media_ai.clients.rpc import refuse_failure, translated
from media_ai.clients.sdk_requests import fields_of, problems_of
from media_ai.errors import ErrorKind, InputError, MediaAIError
from media_ai.graph.address import did_you_mean

__all__ = ["Api", "WaitCondition", "call_with_care", "meets"]

T = TypeVar("T")
_READS = ("Get", "List", "Query", "Search", "Describe", "BatchGet")
_NO_READS = frozenset({"SearchIndexJobRerun"})
_TOKEN = "ClientToken"  # noqa: S105  # the name of a parameter


@dataclass(frozen=True)
class _Operation:
    """An operation: the client's method, and its request class if it takes parameters."""

    method: str
    request: Any


@dataclass(frozen=True, kw_only=True)
class Api:
    """
    The operations of one service.

    Attributes:
        service: Its name for people: "IMS".
        client_class: The SDK's client.
        models_module: The module of the SDK's request classes.
        ram_prefix: First part of its RAM actions: "ice".
    """

    service: str
    client_class: type
    models_module: ModuleType
    ram_prefix: str

    @cached_property
    def _methods(self) -> dict[str, str]:
        """Methods that may be operations, by their names as an operation's in small letters."""
        names = (name for name, member in vars(self.client_class).items() if callable(member))
        return {
            name.replace("_", ""): name for name in names if not name.startswith("_") and not name.endswith("_async")
        }

    @cached_property
    def _known(self) -> dict[str, _Operation | None]:
        return {}

    def _operation(self, action: str) -> _Operation | None:
        """Return an operation, or None. One at a time: to look at all of them takes a task longer than its call."""
        if action not in self._known:
            method = self._methods.get(action.lower())
            self._known[action] = self._read(method, action) if method else None
        return self._known[action]

    def _read(self, method: str, action: str) -> _Operation | None:
        told = signature(getattr(self.client_class, method))
        response = str(told.return_annotation).rpartition(".")[2]
        wanted = [str(each.annotation).rpartition(".")[2] for each in list(told.parameters.values())[1:]]
        if response != f"{action}Response" or wanted not in ([], [f"{action}Request"]):
            return None
        return _Operation(method, getattr(self.models_module, wanted[0]) if wanted else None)

    @property
    def actions(self) -> tuple[str, ...]:
        """The names of all operations."""
        told = (signature(getattr(self.client_class, method)).return_annotation for method in self._methods.values())
        names = (str(response).rpartition(".")[2].removesuffix("Response") for response in told)
        return tuple(sorted(name for name in set(names) if name and self._operation(name)))

    def check(self, action: str, parameters: Mapping[str, Any], *, has_references: bool = False) -> list[str]:
        """
        Return what is wrong with a call, a sentence each: operation, names, types, what is missing.

        With references, a text such as "$.JobId" fits everywhere.
        """
        operation = self._operation(action)
        if operation is None:
            return [f"'{action}' is no operation of {self.service}.{did_you_mean(action, self.actions)}"]
        request = operation.request
        if request is None:
            return [f"{action} takes no parameters, but got '{name}'." for name in parameters]
        return list(problems_of(request, parameters, has_references=has_references))

    def refuse_problems(self, action: str, parameters: Mapping[str, Any]) -> None:
        """
        Check a call.

        Raises:
            InputError: Something is wrong with it.
        """
        problems = self.check(action, parameters)
        if problems:
            raise InputError(f"{self.service} {action}: {' '.join(problems)}")

    def call(self, client: Any, action: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """
        Call an operation once and return the body of its answer, whole.

        Raises:
            InputError: The parameters are wrong; nothing was called.
            ServiceError: The service refused or failed, an error that came with HTTP 200 included.
        """
        self.refuse_problems(action, parameters)
        operation, ram_action = cast("_Operation", self._operation(action)), f"{self.ram_prefix}:{action}"
        # The SDK's response classes drop fields that they do not know, error codes among them: the raw body is listened for.
        caller, bodies = copy.copy(client), []

        def call_api(*args: Any) -> Any:
            answer = client.call_api(*args)
            bodies.append(answer.get("body"))
            return answer

        caller.call_api = call_api
        given = () if operation.request is None else (_request(operation.request, parameters),)
        with translated(self.service, ram_action):
            getattr(caller, operation.method)(*given)
        return refuse_failure(bodies[-1], self.service, ram_action)

    def is_read(self, action: str) -> bool:
        """Tell whether an operation only reads, as its name says."""
        return action.startswith(_READS) and action not in _NO_READS

    def takes_token(self, action: str) -> bool:
        """Tell whether an operation takes a ClientToken, which makes a repetition harmless."""
        operation = self._operation(action)
        return operation is not None and operation.request is not None and _TOKEN in fields_of(operation.request)

    def is_repeatable(self, action: str, parameters: Mapping[str, Any]) -> bool:
        """Tell whether a call may be made again when nobody knows whether it was done."""
        return self.is_read(action) or (self.takes_token(action) and bool(parameters.get(_TOKEN)))


def call_with_care(retry: Retry, what: str, work: Callable[[int], T], *, is_repeatable: bool) -> T:
    """
    Call until it works: what is not repeatable only after an answer that says it was not done (throttled).

    Raises:
        MediaAIError: Trying again cannot help or may do the work twice, or the last try failed.
    """

    def attempt(number: int) -> T:
        try:
            return work(number)
        except MediaAIError as exc:
            if is_repeatable or exc.kind is ErrorKind.THROTTLED:
                raise
            raise _Unsure(exc) from None

    try:
        return retry.call(what, attempt)
    except _Unsure as exc:
        raise exc.error from None


class _Unsure(Exception):
    """Carries an error past the retry."""

    def __init__(self, error: MediaAIError) -> None:
        super().__init__(error.message)
        self.error = error


def _request(model: Any, parameters: Mapping[str, Any]) -> Any:
    request = model()
    request.from_map(dict(parameters))
    return request
