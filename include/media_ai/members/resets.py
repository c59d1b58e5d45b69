"""New passwords: for who has forgotten the old one, by an administrator's link, and by who is signed in."""

import logging
from datetime import timedelta

from media_ai.catalog.member_links import LinkKind, MemberLink, MemberLinks
from media_ai.errors import InputError, MediaAIError, NotFoundError
from media_ai.members.accounts import Account, Accounts
from media_ai.members.identity import clean_address
from media_ai.members.passwords import check_password
from media_ai.members.post import Post, Sent

log = logging.getLogger(__name__)

VALID_FOR = timedelta(minutes=30)


class Resets:
    """Gives accounts new passwords; all sessions of an account end with its old one."""

    def __init__(self, links: MemberLinks, accounts: Accounts) -> None:
        self._links = links
        self._accounts = accounts

    def forgot(self, post: Post, address: str, *, language: str) -> None:
        """
        Mail a link to the owner of an address, if it has an active account.

        It says and raises nothing whatever happens: callers answer before it is done, so that nobody learns who is a member.
        """
        try:
            account = self._accounts.find(clean_address(address))
            if account is None or not account.is_active or "@" not in account.address:
                return
            link, token = self._issue(account, language=language, by="")
            if post.reset(link, token).url is not None:
                log.warning(
                    "Somebody has forgotten the password, and no mail can be sent: an administrator can make a link."
                )
        except MediaAIError as exc:
            log.warning("A link for a new password was not sent: %s", exc.message)

    def make_link(self, post: Post, account: Account, *, language: str, by: str) -> Sent:
        """Make a link for an administrator; it lets a deactivated account in again."""
        link, token = self._issue(account, language=language, by=by)
        return post.reset(link, token)

    def accept(self, token: str, *, password: str) -> Account:
        """
        Give an account the password that its owner chose.

        Raises:
            NotFoundError: The link opens nothing, or the account was deactivated since its owner asked for it.
            InputError: The password breaks the rule; the link stays open.
        """
        check_password(password)
        with self._links.use(LinkKind.RESET, token) as link:
            account = self._accounts.find(link.address)
            if account is None or not (account.is_active or link.created_by):
                raise NotFoundError("This account is not active any more. Ask your administrator.")
            self._accounts.set_password(account.id, password)
        return self._accounts.get(account.id)

    def change(self, account_id: str, *, current: str, new: str) -> None:
        """
        Give somebody who is signed in a new password.

        Raises:
            InputError: The current password is another one, or the new one breaks the rule.
        """
        check_password(new)
        if not self._accounts.is_password(account_id, current):
            raise InputError("This is not your current password.")
        self._accounts.set_password(account_id, new)
        self._links.revoke_of(self._accounts.get(account_id).address)

    def _issue(self, account: Account, *, language: str, by: str) -> tuple[MemberLink, str]:
        return self._links.issue(
            LinkKind.RESET,
            valid_for=VALID_FOR, address=account.address, name=account.name, language=language, by=by,
        )  # fmt: skip
