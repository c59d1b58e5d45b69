"""
What the product's roles may do, in the words of Airflow's FAB auth manager.

| role | may |
|---|---|
| Media Viewer | read: workflows, tasks, results, search |
| Media Member | a Viewer's, and: edit and publish workflows, create, stop, restart and annotate tasks, answer required actions |
| Media Admin | a Member's, and: delete workflows and tasks, members, credentials, settings, pools, Airflow's log of actions |

A Member deletes nothing: FAB knows no owners, and who may delete one workflow may delete all. No role of the product sees
Airflow's own pages of users and roles, or makes somebody Airflow's Admin: who has these rights could take any other.
"""

from airflow.providers.fab.auth_manager.security_manager.override import FabAirflowSecurityManagerOverride as Fab
from airflow.providers.fab.www.security.permissions import (
    ACTION_CAN_ACCESS_MENU,
    ACTION_CAN_CREATE,
    ACTION_CAN_DELETE,
    ACTION_CAN_EDIT,
    ACTION_CAN_READ,
    RESOURCE_ADMIN_MENU,
    RESOURCE_AUDIT_LOG,
    RESOURCE_CONNECTION,
    RESOURCE_DAG,
    RESOURCE_DAG_RUN,
    RESOURCE_HITL_DETAIL,
    RESOURCE_PLUGIN,
    RESOURCE_POOL,
    RESOURCE_TASK_INSTANCE,
    RESOURCE_XCOM,
)

from media_ai.members.roles import Role

MEMBERS = "Media Members"
"""The resource of the members page; Airflow's Admin gets it with every other."""
CREDENTIALS = "Media Credentials"
"""The resource of the credentials page."""
SETTINGS = "Media Settings"
"""The resource of the settings that are everybody's."""

Permission = tuple[str, str]

# Pages of plugins are seen only by who may read plugins. XComs hold references to artifacts that the product's pages show.
VIEWER: frozenset[Permission] = frozenset(
    {*Fab.VIEWER_PERMISSIONS, (ACTION_CAN_READ, RESOURCE_PLUGIN), (ACTION_CAN_ACCESS_MENU, RESOURCE_HITL_DETAIL)}
) - {(ACTION_CAN_READ, RESOURCE_XCOM)}
MEMBER = VIEWER | {
    (ACTION_CAN_EDIT, RESOURCE_DAG),
    (ACTION_CAN_CREATE, RESOURCE_DAG_RUN),
    (ACTION_CAN_EDIT, RESOURCE_DAG_RUN),
    (ACTION_CAN_EDIT, RESOURCE_TASK_INSTANCE),
    (ACTION_CAN_EDIT, RESOURCE_HITL_DETAIL),
}
_ALL = (ACTION_CAN_READ, ACTION_CAN_CREATE, ACTION_CAN_EDIT, ACTION_CAN_DELETE, ACTION_CAN_ACCESS_MENU)
ADMIN = MEMBER | {
    (ACTION_CAN_DELETE, RESOURCE_DAG),
    (ACTION_CAN_DELETE, RESOURCE_DAG_RUN),
    (ACTION_CAN_READ, MEMBERS),
    (ACTION_CAN_EDIT, MEMBERS),
    (ACTION_CAN_ACCESS_MENU, RESOURCE_ADMIN_MENU),
    (ACTION_CAN_READ, RESOURCE_AUDIT_LOG),
    (ACTION_CAN_ACCESS_MENU, RESOURCE_AUDIT_LOG),
    *((action, resource) for action in (ACTION_CAN_READ, ACTION_CAN_EDIT) for resource in (CREDENTIALS, SETTINGS)),
    (ACTION_CAN_READ, RESOURCE_CONNECTION),
    (ACTION_CAN_ACCESS_MENU, RESOURCE_CONNECTION),
    *((action, RESOURCE_POOL) for action in _ALL),
}
ADMIN_NAME = Role.ADMIN.value
WITHDRAWN = frozenset(
    (action, RESOURCE_CONNECTION) for action in (ACTION_CAN_CREATE, ACTION_CAN_EDIT, ACTION_CAN_DELETE)
)
"""What Media Admin had before: Airflow's own door saves a connection without a test."""

ROLE_CONFIGS = [
    {"role": role.value, "perms": sorted(permissions)}
    for role, permissions in ((Role.VIEWER, VIEWER), (Role.MEMBER, MEMBER), (Role.ADMIN, ADMIN))
]
