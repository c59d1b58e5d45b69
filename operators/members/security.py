"""FAB's security manager with our password rule, roles and sign-in page."""

import secrets
from collections.abc import Iterable
from typing import Any, ClassVar

from airflow.api_fastapi.app import get_auth_manager
from airflow.providers.fab.auth_manager.models import Group, Role, User
from airflow.providers.fab.auth_manager.security_manager.override import FabAirflowSecurityManagerOverride
from flask import Config
from flask_appbuilder.exceptions import PasswordComplexityValidationError

from media_ai.members.passwords import check_password, missing
from operators.members import roles as product
from operators.members.sign_in import SignInView


def configure(config: Config) -> None:
    """Set what FAB is told by Flask's configuration, where webserver_config.py does not say otherwise."""
    config.setdefault("SECURITY_MANAGER_CLASS", MediaSecurityManager)
    # Its pages ask the validator before they hash by themselves, and show its sentence at the field.
    config["FAB_PASSWORD_COMPLEXITY_ENABLED"] = True
    config["FAB_PASSWORD_COMPLEXITY_VALIDATOR"] = _validate
    # Attempts are counted for all processes, and for every door: see media_ai_web/doors/limiting.py.
    config["AUTH_RATE_LIMITED"] = False


def no_password() -> str:
    """Return what stands for a password that nobody has; each time another one, so that sessions end."""
    return f"!{secrets.token_hex(16)}"


def has_password(password_hash: str | None) -> bool:
    """Tell whether somebody can sign in by a password."""
    return bool(password_hash) and not str(password_hash).startswith("!")


class MediaSecurityManager(FabAirflowSecurityManagerOverride):
    """Every door of FAB that stores a password comes through here."""

    authdbview = SignInView
    ROLE_CONFIGS: ClassVar[list[dict[str, Any]]] = [  # type: ignore[misc]
        *FabAirflowSecurityManagerOverride.ROLE_CONFIGS,
        *product.ROLE_CONFIGS,
    ]

    def bulk_sync_roles(self, roles: Iterable[dict[str, Any]]) -> None:
        """Bring roles up to date; FAB itself takes nothing away that a role had in an earlier version."""
        super().bulk_sync_roles(roles)
        if (role := self.find_role(product.ADMIN_NAME)) is None:
            return
        for permission in [
            each for each in role.permissions if (each.action.name, each.resource.name) in product.WITHDRAWN
        ]:
            self.remove_permission_from_role(role, permission)

    def _hash_password(self, password: str) -> str:
        _refuse_weak(password)
        return str(super()._hash_password(password))

    def add_user(
        self,
        username: str,
        first_name: str,
        last_name: str,
        email: str,
        role: list[Role] | Role | None = None,
        password: str | None = None,
        hashed_password: str = "",
        groups: list[Group] | None = None,
    ) -> User:
        """
        Make a user. Without any password (`airflow users import`, providers), a link for a new one lets the user in.

        Raises:
            InputError: The password breaks the rule; on the command line it ends the program with the sentence.
        """
        if password is None:
            hashed_password = hashed_password or no_password()
        elif not hashed_password:
            # Checked before: what is raised below becomes an error of the server.
            _refuse_weak(password)
        return super().add_user(
            username, first_name, last_name, email, role, password or "", hashed_password=hashed_password, groups=groups
        )


def _refuse_weak(password: str) -> None:
    # Only the API server has FAB's application: elsewhere it is a command, which ends with the sentence and no traceback.
    if getattr(get_auth_manager(), "flask_app", None) is None and (problem := missing(password)):
        raise SystemExit(problem)
    check_password(password)


def _validate(password: Any) -> None:
    if problem := missing(str(password or "")):
        raise PasswordComplexityValidationError(problem)
