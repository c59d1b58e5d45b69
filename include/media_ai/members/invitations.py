"""Coming in: somebody is invited and makes an account, once."""

from datetime import timedelta

from media_ai.catalog.member_links import LinkKind, MemberLinks
from media_ai.errors import ConflictError, NotFoundError
from media_ai.members.accounts import Account, Accounts
from media_ai.members.identity import Language, clean_address, clean_name
from media_ai.members.passwords import check_password
from media_ai.members.post import Post, Sent, url_of
from media_ai.members.roles import OWNER, Role

VALID_FOR = timedelta(days=7)


class Invitations:
    """Makes invitations and lets each make one account."""

    def __init__(self, links: MemberLinks, accounts: Accounts) -> None:
        self._links = links
        self._accounts = accounts

    def invite(self, post: Post, *, name: str, address: str, role: Role, language: Language, by: str) -> Sent:
        """
        Invite somebody; an earlier invitation of the address ends.

        Raises:
            ConflictError: The address has an account.
            InputError: Name or address are none.
        """
        address, name = clean_address(address), clean_name(name)
        if found := self._accounts.find(address):
            state = "is a member" if found.is_active else "is a deactivated member: make a link for a new password"
            raise ConflictError(f"{address} {state}.")
        link, token = self._links.issue(
            LinkKind.INVITATION,
            valid_for=VALID_FOR, address=address, name=name, role=role, language=language, by=by,
        )  # fmt: skip
        return post.invite(link, token)

    def accept(self, token: str, *, name: str, password: str) -> Account:
        """
        Make the account that an invitation is for: its address and role, whatever else was sent.

        Raises:
            NotFoundError: The link opens nothing.
            InputError: Name or password break their rules; the link stays open.
            ConflictError: The address has an account.
        """
        name = clean_name(name)
        check_password(password)
        with self._links.use(LinkKind.INVITATION, token) as link:
            return self._accounts.make(address=link.address, name=name, role=link.role, password=password)

    def accept_proved(self, address: str) -> Account:
        """
        Make the account of an address that a provider has verified, if it is invited; it has no password.

        Raises:
            NotFoundError: Nobody has invited it.
        """
        with self._links.use_invitation_of(address) as link:
            return self._accounts.make(address=link.address, name=link.name, role=link.role, password=None)


class FirstPerson:
    """As long as nobody has come by a link, one link makes the first administrator."""

    def __init__(self, links: MemberLinks, accounts: Accounts) -> None:
        self._links = links
        self._accounts = accounts

    def accept(self, token: str, *, name: str, address: str, password: str) -> Account:
        """
        Make the first administrator.

        Raises:
            NotFoundError: The link opens nothing.
            InputError: Name, address or password break their rules; the link stays open.
            ConflictError: The address has an account.
        """
        name, address = clean_name(name), clean_address(address)
        check_password(password)
        with self._links.use(LinkKind.FIRST, token):
            if self._links.has_anybody_come():
                raise NotFoundError("Somebody else has come first. Ask them for an invitation.")
            return self._accounts.make(address=address, name=name, role=OWNER, password=password)


def first_link(links: MemberLinks, base: str, *, by: str) -> str | None:
    """Return a new link for the first person, None if somebody has come already."""
    if links.has_anybody_come():
        return None
    link, token = links.issue(LinkKind.FIRST, valid_for=VALID_FOR, by=by)
    return url_of(base, link.kind, token)
