"""
Who may do what in our web API, by Airflow's auth manager.

| our permission | what Airflow is asked |
|---|---|
| read workflows | GET DAG |
| edit and publish workflows | PUT DAG |
| delete workflows | DELETE DAG |
| read tasks | GET DAG run |
| create tasks | POST DAG run |
| stop, restart and annotate tasks | PUT DAG run |
| delete tasks | DELETE DAG run |
| read the audit log | GET audit log |
| manage members | PUT "Media Members", a resource of ours |
| manage credentials | PUT "Media Credentials", likewise |
| change the settings of all | PUT "Media Settings", likewise |

It is asked for the DAG that the path names; where none is named, for all.
"""

from collections.abc import Collection, Mapping
from functools import partial

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.base_auth_manager import ResourceMethod
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import get_user
from airflow.configuration import conf
from airflow.models.dag import DagModel
from fastapi import HTTPException, Request
from fastapi.security import HTTPBearer

from media_ai_web.permissions import Caller, Permission
from media_ai_web.routing import in_thread
from operators.members.auth_manager import MediaAuthManager
from operators.members.roles import CREDENTIALS, MEMBERS, SETTINGS

_ASKED: Mapping[Permission, tuple[ResourceMethod, DagAccessEntity | None]] = {
    Permission.READ_WORKFLOWS: ("GET", None),
    Permission.EDIT_WORKFLOWS: ("PUT", None),
    Permission.DELETE_WORKFLOWS: ("DELETE", None),
    Permission.READ_TASKS: ("GET", DagAccessEntity.RUN),
    Permission.CREATE_TASKS: ("POST", DagAccessEntity.RUN),
    Permission.CHANGE_TASKS: ("PUT", DagAccessEntity.RUN),
    Permission.DELETE_TASKS: ("DELETE", DagAccessEntity.RUN),
    Permission.READ_AUDIT: ("GET", DagAccessEntity.AUDIT_LOG),
}
_RESOURCES: Mapping[Permission, str] = {
    Permission.MANAGE_MEMBERS: MEMBERS,
    Permission.MANAGE_CREDENTIALS: CREDENTIALS,
    Permission.CHANGE_SETTINGS: SETTINGS,
}
_bearer = HTTPBearer(auto_error=False)


class AirflowGate:
    """Admits those whom Airflow knows and allows."""

    async def admit(self, request: Request, permission: Permission, workflow: str | None) -> Caller:
        """Return who asks; raise 401 or 403."""
        user = await _user(request)
        # Also of who is refused: the audit log says who tried.
        caller = request.state.caller = Caller(id=user.get_id(), name=user.get_name())
        if permission is not Permission.SIGNED_IN and not await in_thread(partial(_may, user, permission, workflow)):
            place = f" of '{workflow}'" if workflow else ""
            raise HTTPException(403, f"You may not {permission.value}{place}. Ask your administrator.")
        return caller

    async def readable(self, request: Request, workflows: Collection[str]) -> frozenset[str]:
        """Return the workflows that the caller may read."""
        return await in_thread(partial(_readable, await _user(request), workflows))


async def may_read_tasks(user_id: str, workflow: str) -> bool:
    """Tell whether a member may read the tasks of a workflow now; one who was deactivated or deleted may not."""

    def ask() -> bool:
        manager = get_auth_manager()
        user = manager.active_user(user_id) if isinstance(manager, MediaAuthManager) else None
        return user is not None and _may(user, Permission.READ_TASKS, workflow)

    return await in_thread(ask)


async def _user(request: Request) -> BaseUser:
    return await get_user(request, None, await _bearer(request))


def _may(user: BaseUser, permission: Permission, workflow: str | None) -> bool:
    if (resource := _RESOURCES.get(permission)) is not None:
        return get_auth_manager().is_authorized_custom_view(method="PUT", resource_name=resource, user=user)
    method, entity = _ASKED[permission]
    # Asking for the team is a query for every request.
    team = DagModel.get_team_name(workflow) if workflow and conf.getboolean("core", "multi_team") else None
    details = DagDetails(id=workflow, team_name=team)
    return get_auth_manager().is_authorized_dag(method=method, access_entity=entity, details=details, user=user)


def _readable(user: BaseUser, workflows: Collection[str]) -> frozenset[str]:
    known = get_auth_manager().get_authorized_dag_ids(user=user, method="GET")
    # Drafts are no DAGs yet, and those that were deleted are none any more: these are asked for one by one.
    others = (name for name in workflows if name not in known)
    more = {name for name in others if _may(user, Permission.READ_WORKFLOWS, name)}
    return frozenset(workflows) & (known | more)
