"""Accounts of people, as the use cases need them; Airflow's auth manager keeps them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody who may sign in, or could before."""

    id: str
    username: str
    name: str
    address: str
    roles: tuple[str, ...]
    is_active: bool
    has_password: bool
    last_sign_in: datetime | None = None


class Accounts(Protocol):
    """
    Keeps accounts. What it changes is seen at once by every door.

    All of these raise NotFoundError for an id that does not exist.
    """

    def all(self) -> list[Account]:
        """Return every account, by name."""
        ...

    def get(self, account_id: str) -> Account:
        """Return one account."""
        ...

    def find(self, address: str) -> Account | None:
        """Return the account of an e-mail address or user name, in any case of letters."""
        ...

    def make(self, *, address: str, name: str, role: str, password: str | None) -> Account:
        """
        Make an account whose user name is its address; without a password, it can only come through a provider.

        Raises:
            ConflictError: There is one of this address.
            InputError: The password breaks the rule.
        """
        ...

    def is_password(self, account_id: str, password: str) -> bool:
        """Tell whether a password is the account's."""
        ...

    def set_password(self, account_id: str, password: str) -> None:
        """
        Give an active or deactivated account a new password, and make it active; all its sessions end.

        Raises:
            InputError: The password breaks the rule.
        """
        ...

    def set_role(self, account_id: str, role: str) -> None:
        """Give an account one role instead of those that it has."""
        ...

    def deactivate(self, account_id: str) -> None:
        """Let nobody in by an account any more; its password is forgotten and all its sessions end."""
        ...

    def open_session(self, account_id: str) -> str:
        """Return a token of Airflow's for an active account."""
        ...
