"""Calls to IMS: each one takes its turn, is checked against the SDK's model and is repeated where that is safe."""

import os
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from media_ai.clients.access import Access
from media_ai.clients.api_calls import Api, call_with_care
from media_ai.clients.api_waits import WaitCondition, state_of
from media_ai.clients.credentials import ImsCredentials
from media_ai.clients.remote import RemoteJob, RemoteState
from media_ai.clients.retrying import Retry
from media_ai.clients.unsigned import unsigned

SERVICE, RAM_PREFIX = "IMS", "ice"
CALL = "ims.call"
_SHARE = 0.97
"""Of the limit that is used: calls arrive sooner or later than they are sent, and the service counts when they arrive."""
_RETRY = Retry(tries=8)


class ImsCalls:
    """The way to IMS for one account and region. Safe between threads."""

    def __init__(self, access: Access, *, retry: Retry = _RETRY) -> None:
        self.credentials = access.credentials_of(ImsCredentials)
        self._access = access
        self._retry = retry

    def call(self, action: str, parameters: Mapping[str, Any], *, is_repeatable: bool | None = None) -> dict[str, Any]:
        """
        Call an operation; what may not be repeated is tried once, and again only after throttling.

        Args:
            action: As the service writes it: RegisterMediaInfo.
            parameters: As JSON, without those that have no value.
            is_repeatable: Whether doing it twice is harmless; told by the action's name and its ClientToken if absent.

        Raises:
            InputError: The SDK's model does not take the parameters; nothing was called.
            ServiceError: The service refused or failed.
        """
        repeatable = ims_api().is_repeatable(action, parameters) if is_repeatable is None else is_repeatable
        return call_with_care(
            self._retry, f"IMS {action}", lambda _: self.call_once(action, parameters), is_repeatable=repeatable
        )

    def call_once(self, action: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Call an operation once, in its turn; raises as `call`."""
        ims_api().refuse_problems(action, parameters)
        self.take_turn()
        return self.ask(action, parameters)

    def take_turn(self) -> None:
        """Wait until the account may be used once more; raises StoppedError after a stop."""
        # Before the turn comes: what is slow at the first call would let calls arrive together.
        _client_of(self.credentials, os.getpid())
        self._access.take_turn(self.turns, per_second=self.credentials.calls_per_second * _SHARE)

    def ask(self, action: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Call an operation once, at once: for who has taken a turn. Raises as `call`."""
        return ims_api().call(_client_of(self.credentials, os.getpid()), action, parameters)

    def check_stopped(self) -> None:
        """Raise StoppedError after a stop."""
        self._access.check_stopped()

    @property
    def turns(self) -> str:
        """The name of the account's limit."""
        return f"ims:{self.credentials.region}:{self.credentials.key_id}"


@cache
def ims_api() -> Api:
    """Return the operations of IMS, as its SDK knows them."""
    from alibabacloud_ice20201109 import models
    from alibabacloud_ice20201109.client import Client

    return Api(service=SERVICE, client_class=Client, models_module=models, ram_prefix=RAM_PREFIX)


def call_job(condition: WaitCondition, parameters: Mapping[str, Any], name: str) -> RemoteJob:
    """Return the wait for a condition as a remote job; `parameters` are filled in, `name` is for people."""
    return RemoteJob(
        kind=CALL,
        id=name,
        details={
            "condition": condition.model_dump(mode="json"),
            "parameters": dict(parameters),
            "pause_s": condition.interval_s,
        },
    )


def poll_call(job: RemoteJob, access: Access) -> RemoteState:
    """Ask whether a condition is met; see media_ai.clients.remote."""
    condition = WaitCondition.model_validate(job.details["condition"])
    answer = ImsCalls(access).call_once(condition.action, job.details["parameters"])
    return state_of(condition, unsigned(answer), service=SERVICE)


@lru_cache(maxsize=16)
def _client_of(credentials: ImsCredentials, process: int) -> Any:
    """Return the SDK's client: one per account, which holds a role's session, and process, because connections do not fork."""
    from media_ai.clients.ims import open_ims

    return open_ims(credentials)
