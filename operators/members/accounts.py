"""Accounts (media_ai.members.accounts) in FAB's tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC

from airflow import settings
from airflow.api_fastapi.app import get_auth_manager
from airflow.providers.fab.auth_manager.api_fastapi.routes.login import _get_flask_app
from airflow.providers.fab.auth_manager.models import User
from airflow.providers.fab.auth_manager.security_manager.override import (
    FabAirflowSecurityManagerOverride,
    FabException,
)
from sqlalchemy import func, select
from werkzeug.security import check_password_hash

from media_ai.errors import ConflictError, ErrorKind, MediaAIError, NotFoundError
from media_ai.members.accounts import Account
from operators.members.auth_manager import MediaAuthManager
from operators.members.security import has_password, no_password


class FabAccounts:
    """Reads and changes FAB's users, in whatever thread it is asked."""

    def all(self) -> list[Account]:
        """Return every account, by name."""
        with _security() as security:
            return sorted((_account(user) for user in security.get_all_users()), key=lambda each: each.name.lower())

    def get(self, account_id: str) -> Account:
        """Return one account; raise NotFoundError."""
        with _security() as security:
            return _account(_user(security, account_id))

    def find(self, address: str) -> Account | None:
        """Return the account of an e-mail address, else of a user name."""
        with _security() as security:
            for column in (User.email, User.username):
                statement = select(User).where(func.lower(column) == address.lower()).limit(1)
                if (user := security.session.scalars(statement).first()) is not None:
                    return _account(user)
        return None

    def make(self, *, address: str, name: str, role: str, password: str | None) -> Account:
        """Make an account; raise ConflictError for a known address, InputError for a weak password."""
        if self.find(address) is not None:
            raise ConflictError(f"{address} has an account already: sign in, or ask for a new password.")
        first, _, last = name.rpartition(" ")
        with _security() as security:
            if (found := security.find_role(role)) is None:
                raise MediaAIError(f"Airflow has no role '{role}': run 'airflow sync-perm'.")
            hashed = no_password() if password is None else ""
            names = (first or last, last if first else "")
            try:
                user = security.add_user(address, *names, address, found, password or "", hashed_password=hashed)
            except FabException as exc:
                # By another door, since it was looked for.
                raise ConflictError(f"An account of {address} could not be made: is there one by now?") from exc
            return _account(user)

    def is_password(self, account_id: str, password: str) -> bool:
        """Tell whether a password is the account's."""
        with _security() as security:
            stored = _user(security, account_id).password
            return has_password(stored) and check_password_hash(stored or "", password)

    def set_password(self, account_id: str, password: str) -> None:
        """Give an account a password and make it active; raise InputError for a weak one."""
        with _security() as security:
            user = _user(security, account_id)
            user.password, user.active = security._hash_password(password), True
            _save(security, user)

    def set_role(self, account_id: str, role: str) -> None:
        """Give an account one role instead of those that it has."""
        with _security() as security:
            user = _user(security, account_id)
            if (found := security.find_role(role)) is None:
                raise MediaAIError(f"Airflow has no role '{role}': run 'airflow sync-perm'.")
            user.roles = [found]
            _save(security, user, ends_sessions=False)

    def deactivate(self, account_id: str) -> None:
        """Let nobody in by an account any more."""
        with _security() as security:
            user = _user(security, account_id)
            user.active, user.password = False, no_password()
            _save(security, user)

    def open_session(self, account_id: str) -> str:
        """Return a token of Airflow's for an active account."""
        with _security() as security:
            user = _user(security, account_id)
            if not user.is_active:
                raise MediaAIError("This account was deactivated. Ask your administrator.", kind=ErrorKind.PERMISSION)
            security.update_user_auth_stat(user, success=True)
            return str(_manager().generate_jwt(user))


def _manager() -> MediaAuthManager:
    manager = get_auth_manager()
    if not isinstance(manager, MediaAuthManager):
        raise MediaAIError(
            "Members need AIRFLOW__CORE__AUTH_MANAGER=operators.members.auth_manager.MediaAuthManager; it is "
            f"{type(manager).__name__}."
        )
    return manager


@contextmanager
def _security() -> Iterator[FabAirflowSecurityManagerOverride]:
    manager = _manager()
    with _get_flask_app().app_context():  # type: ignore[no-untyped-call]
        try:
            yield manager.security_manager
        finally:
            # Sessions belong to threads, and these are used again.
            settings.Session.remove()  # type: ignore[union-attr]


def _user(security: FabAirflowSecurityManagerOverride, account_id: str) -> User:
    user = security.get_user_by_id(int(account_id)) if account_id.isdecimal() and len(account_id) < 10 else None
    if user is None:
        raise NotFoundError(f"There is no member {account_id[:20]}.")
    return user


def _save(security: FabAirflowSecurityManagerOverride, user: User, *, ends_sessions: bool = True) -> None:
    account_id = str(user.id)
    if not security.update_user(user):
        raise MediaAIError(f"'{user.username}' could not be saved. Try again.", kind=ErrorKind.TRANSIENT)
    if ends_sessions:
        security.reset_user_sessions(user)
    _manager().forget(account_id)


def _account(user: User) -> Account:
    seen = user.last_login
    return Account(
        id=str(user.id),
        username=user.username,
        name=" ".join(part for part in (user.first_name, user.last_name) if part).strip() or user.username,
        address=user.email or "",
        roles=tuple(sorted(role.name for role in user.roles)),
        is_active=bool(user.active),
        has_password=has_password(user.password),
        # FAB writes the server's own time, without saying so.
        last_sign_in=seen.astimezone(UTC) if seen else None,
    )
