"""What administrators do with members. The last one cannot lock everybody out, and none reaches above their own role."""

from media_ai.catalog.member_links import MemberLinks
from media_ai.errors import ConflictError, ErrorKind, MediaAIError
from media_ai.members.accounts import Account, Accounts
from media_ai.members.roles import OWNER, Role, is_product_role, may_invite


class Managing:
    """Changes roles of members, and takes members out."""

    def __init__(self, links: MemberLinks, accounts: Accounts) -> None:
        self._links = links
        self._accounts = accounts

    def changeable(self, actor: Account, account_id: str) -> Account:
        """
        Return an account that the actor may change.

        Raises:
            NotFoundError: There is none of this id.
            MediaAIError: It has a role of Airflow's own, and the actor is no owner (kind permission).
        """
        account = self._accounts.get(account_id)
        if not may_change(actor, account):
            raise MediaAIError(
                f"'{account.username}' has the role {' and '.join(account.roles) or 'of nobody'} of Airflow: only its "
                f"'{OWNER}' changes it.",
                kind=ErrorKind.PERMISSION,
            )
        return account

    def set_role(self, actor: Account, account_id: str, role: Role) -> Account:
        """
        Give a member another role.

        Raises:
            ConflictError: It is the actor's own, which somebody else must change.
        """
        account = self.changeable(actor, account_id)
        if account.id == actor.id:
            raise ConflictError("You cannot change your own role; ask another administrator.")
        self._accounts.set_role(account.id, role)
        return self._accounts.get(account.id)

    def deactivate(self, actor: Account, account_id: str) -> Account:
        """
        Let a member in no more; sessions, invitations and links for passwords end.

        Raises:
            ConflictError: It is the actor, or the last administrator.
        """
        account = self.changeable(actor, account_id)
        if account.id == actor.id:
            raise ConflictError("You cannot deactivate yourself; ask another administrator.")
        if may_invite(account.roles) and not self._others(account):
            raise ConflictError(f"'{account.username}' is the last administrator.")
        self._accounts.deactivate(account.id)
        self._links.revoke_of(account.address)
        return self._accounts.get(account.id)

    def _others(self, account: Account) -> list[Account]:
        active = (each for each in self._accounts.all() if each.is_active and each.id != account.id)
        return [each for each in active if may_invite(each.roles)]


def may_change(actor: Account, account: Account) -> bool:
    """Tell whether an administrator may change an account: an owner any, others those with the product's roles."""
    return OWNER in actor.roles or all(is_product_role(role) for role in account.roles)
