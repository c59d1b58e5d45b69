"""Calls to VOD: each takes its turn, is checked against the SDK's model, and is repeated only where that is safe."""

import os
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, TypeVar

from media_ai.clients.access import Access
from media_ai.clients.api_calls import Api, call_with_care
from media_ai.clients.api_waits import WaitCondition, state_of
from media_ai.clients.credentials import VodCredentials
from media_ai.clients.remote import RemoteJob, RemoteState
from media_ai.clients.retrying import Retry
from media_ai.clients.unsigned import unsigned
from media_ai.errors import ErrorKind, MediaAIError, ServiceError, StoppedError

T = TypeVar("T")

SERVICE, RAM_PREFIX = "VOD", "vod"
CALL = "vod.call"
SETTLE_S = 2.0
"""How long after a lost answer the service's lists are given time to show what was done."""
_SHARE = 0.97
"""Of the limit that is used: calls arrive sooner or later than they are sent, and the service counts when they arrive."""
_RETRY = Retry(tries=8)


class VodCalls:
    """The way to VOD for one account and region. Safe between threads."""

    def __init__(self, access: Access, *, retry: Retry = _RETRY) -> None:
        self.credentials = access.credentials_of(VodCredentials)
        self.retry = retry
        self._access = access

    def call(self, action: str, parameters: Mapping[str, Any], *, is_repeatable: bool | None = None) -> dict[str, Any]:
        """
        Call an operation; what may not be repeated is tried once, and again only after throttling.

        Args:
            action: As the service writes it: GetVideoInfo.
            parameters: As JSON, without those that have no value.
            is_repeatable: Whether doing it twice is harmless; told by the action's name if absent.

        Raises:
            InputError: The SDK's model does not take the parameters; nothing was called.
            ServiceError: The service refused or failed.
        """
        repeatable = vod_api().is_repeatable(action, parameters) if is_repeatable is None else is_repeatable
        return call_with_care(
            self.retry, f"VOD {action}", lambda _: self.call_once(action, parameters), is_repeatable=repeatable
        )

    def call_once(self, action: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Call an operation once, in its turn; raises as `call`."""
        self._access.take_turn(self.turns, per_second=self.credentials.calls_per_second * _SHARE)
        return vod_api().call(_client_of(self.credentials, os.getpid()), action, parameters)

    def submit(self, what: str, do: Callable[[], T], find: Callable[[], T | None]) -> T:
        """
        Do what the service would do twice, and return its outcome: after a lost answer it is looked for before it is done again.

        Args:
            what: For messages.
            do: Does it, by calls that are tried once.
            find: Returns what an earlier `do` has done, or None if it has not.

        Raises:
            ServiceError: The service refused; or nobody knows whether it was done, with kind TRANSIENT.
        """
        is_in_doubt = False

        def attempt(_: int) -> T:
            nonlocal is_in_doubt
            if is_in_doubt:
                self.retry.sleep(SETTLE_S)
                found = find()
                if found is not None:
                    return found
                is_in_doubt = False
            try:
                return do()
            except MediaAIError as exc:
                is_in_doubt = exc.kind is ErrorKind.TRANSIENT
                raise

        try:
            return self.retry.call(what, attempt)
        except StoppedError:
            raise
        except MediaAIError as exc:
            if not is_in_doubt or exc.kind is ErrorKind.TRANSIENT:
                raise
            # It could not be looked for: that this was refused says nothing of what was to be done.
            raise vod_error(f"{what} may have been done. {exc.message}", "InDoubt", ErrorKind.TRANSIENT) from exc

    def check_stopped(self) -> None:
        """Raise StoppedError after a stop."""
        self._access.check_stopped()

    @property
    def turns(self) -> str:
        """The name of the account's limit."""
        return f"vod:{self.credentials.region}:{self.credentials.key_id}"


@cache
def vod_api() -> Api:
    """Return the operations of VOD, as its SDK knows them."""
    from alibabacloud_vod20170321 import models
    from alibabacloud_vod20170321.client import Client

    return Api(service=SERVICE, client_class=Client, models_module=models, ram_prefix=RAM_PREFIX)


def call_job(condition: WaitCondition, parameters: Mapping[str, Any], name: str) -> RemoteJob:
    """Return the wait for a condition as a remote job; `parameters` are filled in, `name` is for people."""
    details = {
        "condition": condition.model_dump(mode="json"),
        "parameters": dict(parameters),
        "pause_s": condition.interval_s,
    }
    return RemoteJob(kind=CALL, id=name, details=details)


def poll_call(job: RemoteJob, access: Access) -> RemoteState:
    """Ask whether a condition is met; see media_ai.clients.remote."""
    condition = WaitCondition.model_validate(job.details["condition"])
    answer = VodCalls(access).call_once(condition.action, job.details["parameters"])
    return state_of(condition, unsigned(answer), service=SERVICE)


def vod_error(message: str, code: str, kind: ErrorKind) -> ServiceError:
    """Return an error of VOD's."""
    return ServiceError(f"{SERVICE} {message}", service=SERVICE.lower(), code=code, kind=kind)


@lru_cache(maxsize=16)
def _client_of(credentials: VodCredentials, process: int) -> Any:
    """Return the SDK's client, one per account and process: it holds a role's session, and connections must not be forked."""
    from media_ai.clients.vod import open_vod

    return open_vod(credentials)
