"""What callers may do: every route names a permission, and whoever runs the application says who has it."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Protocol

from fastapi import Request


class Permission(StrEnum):
    """What a route lets callers do; of one workflow where the path names one, else in general."""

    SIGNED_IN = "signed in"
    READ_WORKFLOWS = "read workflows"
    EDIT_WORKFLOWS = "edit and publish workflows"
    DELETE_WORKFLOWS = "delete workflows"
    READ_TASKS = "read tasks"
    CREATE_TASKS = "create tasks"
    CHANGE_TASKS = "stop, restart and annotate tasks"
    DELETE_TASKS = "delete tasks"
    MANAGE_MEMBERS = "manage members"
    MANAGE_CREDENTIALS = "manage credentials"
    CHANGE_SETTINGS = "change the settings of all"
    READ_AUDIT = "read the audit log"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks: an id that never changes, and the name that people know."""

    id: str
    name: str


class Gate(Protocol):
    """Knows the callers and what they may do."""

    async def admit(self, request: Request, permission: Permission, workflow: str | None) -> Caller:
        """
        Return who asks.

        Raises:
            HTTPException: 401 if nobody is signed in, 403 if the permission is missing.
        """
        ...

    async def readable(self, request: Request, workflows: Collection[str]) -> frozenset[str]:
        """Return those of some workflows that the caller may read, tasks included."""
        ...


class Needs:
    """A dependency that lets those pass who have a permission, and says who it is."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> Caller:
        """Ask the gate about the workflow that the path names, if it names one."""
        named = request.path_params.get("dag_id") or request.path_params.get("slug")
        gate: Gate = request.app.state.gate
        caller = await gate.admit(request, self.permission, named)
        request.state.caller = caller
        return caller


@cache
def needs(permission: Permission) -> Needs:
    """Return the dependency for a permission; it is one object, so that a request asks once."""
    return Needs(permission)
