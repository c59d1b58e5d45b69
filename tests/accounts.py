"""Accounts in memory, for tests of pages and use cases; tests/system has those of Airflow."""

from dataclasses import replace
from itertools import count

from media_ai.errors import ConflictError, NotFoundError
from media_ai.members.accounts import Account
from media_ai.members.mails import Mail
from media_ai.members.passwords import check_password


class HeldAccounts:
    """Accounts (media_ai.members.accounts)."""

    def __init__(self) -> None:
        self._held: dict[str, Account] = {}
        self._numbers = count(1)
        self.passwords: dict[str, str | None] = {}

    def all(self) -> list[Account]:
        return sorted(self._held.values(), key=lambda each: each.name)

    def get(self, account_id: str) -> Account:
        if account_id not in self._held:
            raise NotFoundError(f"There is no member {account_id}.")
        return self._held[account_id]

    def find(self, address: str) -> Account | None:
        wanted = address.lower()
        found = (each for each in self._held.values() if wanted in (each.address.lower(), each.username.lower()))
        return next(found, None)

    def make(self, *, address: str, name: str, role: str, password: str | None) -> Account:
        if password is not None:
            check_password(password)
        if self.find(address):
            raise ConflictError(f"{address} has an account already.")
        number = str(next(self._numbers))
        self.passwords[number] = password
        self._held[number] = Account(
            id=number, username=address, name=name, address=address, roles=(role,), is_active=True,
            has_password=password is not None,
        )  # fmt: skip
        return self._held[number]

    def is_password(self, account_id: str, password: str) -> bool:
        return self.passwords[account_id] == password

    def set_password(self, account_id: str, password: str) -> None:
        check_password(password)
        self.passwords[account_id] = password
        self._held[account_id] = replace(self.get(account_id), is_active=True, has_password=True)

    def set_role(self, account_id: str, role: str) -> None:
        self._held[account_id] = replace(self.get(account_id), roles=(role,))

    def deactivate(self, account_id: str) -> None:
        self._held[account_id] = replace(self.get(account_id), is_active=False, has_password=False)
        self.passwords[account_id] = None

    def open_session(self, account_id: str) -> str:
        return f"session-of-{account_id}"


class Outbox:
    """A Mailer that keeps what it is given; without `works` there is no way to send any."""

    def __init__(self, *, works: bool = False) -> None:
        self.works = works
        self.mails: list[Mail] = []

    def send(self, mail: Mail) -> bool:
        if self.works:
            self.mails.append(mail)
        return self.works
