"""Airflow's FAB auth manager with the product's rules; `[core] auth_manager` names it."""

import hmac
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager
from airflow.providers.fab.auth_manager.models import User
from flask import current_app
from jwt import ExpiredSignatureError

from media_ai.errors import InputError
from operators.members.sign_ins import CLAIM, SignIns, fingerprint

if TYPE_CHECKING:
    from airflow.providers.fab.auth_manager.security_manager.override import FabAirflowSecurityManagerOverride
    from fastapi import FastAPI


class MediaAuthManager(FabAuthManager):
    """FAB's users and roles; sessions end with the password that opened them, and every door keeps the password rule."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.sign_ins = SignIns()

    @cached_property
    def security_manager(self) -> "FabAirflowSecurityManagerOverride":
        """The security manager: ours, unless webserver_config.py names another one that extends it."""
        from operators.members.security import configure

        configure(current_app.config)
        # The original is a cached property as well: its function makes the object, this one keeps it.
        return FabAuthManager.security_manager.func(self)  # type: ignore[attr-defined, no-any-return]

    def serialize_user(self, user: User) -> dict[str, Any]:
        """Return what a token says of its owner."""
        return {**super().serialize_user(user), CLAIM: fingerprint(user.password)}

    def deserialize_user(self, token: dict[str, Any]) -> User:  # type: ignore[override]
        """
        Return a token's owner.

        Raises:
            ExpiredSignatureError: The session is over. Airflow answers 401 to it, and 403 to other errors.
        """
        current = self.sign_ins.of(int(token["sub"]))
        if not current or not hmac.compare_digest(current, str(token.get(CLAIM, ""))):
            raise ExpiredSignatureError("The session is over: the password was changed, or the account deactivated.")
        return self._of_token(token)

    def active_user(self, user_id: str) -> User | None:
        """Return the user of an id, without a token; None for one who is deactivated or deleted."""
        if not user_id.isdecimal() or not self.sign_ins.of(int(user_id)):
            return None
        return self._of_token({"sub": user_id})

    def forget(self, user_id: str) -> None:
        """Have a user read again, because it was changed here."""
        self.sign_ins.forget(int(user_id))
        self.cache.pop(int(user_id), None)

    def get_fastapi_app(self) -> "FastAPI | None":
        """Return FAB's application; a password that breaks the rule is a client's error in it."""
        app = super().get_fastapi_app()
        if app is not None and self.flask_app is not None:
            from operators.members.refusals import as_json, as_page

            app.add_exception_handler(InputError, as_json)
            self.flask_app.register_error_handler(InputError, as_page)
        return app

    def _of_token(self, token: dict[str, Any]) -> User:
        try:
            return super().deserialize_user(token)
        except ValueError as exc:
            raise ExpiredSignatureError(str(exc)) from exc
