"""Members and invitations: for those who keep the doors."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from media_ai.catalog.member_links import MemberLink
from media_ai.members.accounts import Account
from media_ai.members.identity import LONGEST_ADDRESS, LONGEST_NAME, Language
from media_ai.members.managing import may_change
from media_ai.members.post import Sent
from media_ai.members.roles import Role
from media_ai_web.house import HouseOf, InvitationsOf, Links, ManagingOf, ResetsOf
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.routing import make_router, problems

router = make_router("Members")
Keeper = Annotated[Caller, Depends(needs(Permission.MANAGE_MEMBERS))]
MemberId = Annotated[str, Path(max_length=40)]


class MemberView(BaseModel):
    """Somebody who may sign in, or could before."""

    id: str
    name: str
    username: str
    address: str = Field(description="E-mail address.")
    roles: list[str] = Field(description="Roles of Airflow; those of the product are Media Admin, Member and Viewer.")
    is_active: bool
    has_password: bool = Field(description="False for who can only sign in with a provider.")
    last_sign_in: datetime | None
    may_be_changed: bool = Field(
        description="By the caller: an account with a role of Airflow's own only by its Admin."
    )


class InvitationView(BaseModel):
    """An invitation that nobody has answered yet."""

    id: int
    name: str
    address: str
    role: str
    language: str
    invited_by: str
    created_at: datetime
    expires_at: datetime


class MemberList(BaseModel):
    """All accounts."""

    members: list[MemberView]


class InvitationList(BaseModel):
    """The open invitations."""

    invitations: list[InvitationView]


class NewInvitation(BaseModel):
    """Whom to invite."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    address: str = Field(
        min_length=3, max_length=LONGEST_ADDRESS, description="E-mail address; the account will have it."
    )
    role: Role = Role.MEMBER
    language: Language = "en"


class Link(BaseModel):
    """A one-time link that was made."""

    is_mailed: bool
    link: str | None = Field(
        description="To hand over by yourself, if it was not mailed. It is told here and never again."
    )
    trouble: str | None = Field(default=None, description="Why the mail did not go.")
    expires_at: datetime


class SentInvitation(Link):
    """An invitation that was made."""

    invitation: InvitationView


class MemberChange(BaseModel):
    """What to change of a member; what is absent stays."""

    model_config = ConfigDict(extra="forbid")

    role: Role | None = None
    is_active: Literal[False] | None = Field(
        default=None, description="Deactivates. Who is to come back gets a link for a new password."
    )


class LinkWish(BaseModel):
    """For whom the link's page is."""

    model_config = ConfigDict(extra="forbid")

    language: Language = "en"


@router.get("/members", summary="List members")
def list_members(caller: Keeper, house: HouseOf) -> MemberList:
    """Return all accounts, those of Airflow's own roles included, by name."""
    actor = house.accounts.get(caller.id)
    return MemberList(members=[_view(account, actor) for account in house.accounts.all()])


@router.patch("/members/{member_id}", summary="Change or deactivate a member", responses=problems(404, 409))
def change_member(
    caller: Keeper, member_id: MemberId, given: MemberChange, house: HouseOf, managing: ManagingOf
) -> MemberView:
    """Give a member another role, or let them in no more: their sessions end within a second."""
    actor = house.accounts.get(caller.id)
    if given.role is not None:
        managing.set_role(actor, member_id, given.role)
    if given.is_active is not None:
        managing.deactivate(actor, member_id)
    return _view(managing.changeable(actor, member_id), actor)


@router.post(
    "/members/{member_id}/reset-link",
    status_code=201,
    summary="Make a link for a new password",
    responses=problems(404),
)
def make_reset_link(
    caller: Keeper,
    member_id: MemberId,
    given: LinkWish,
    request: Request,
    house: HouseOf,
    managing: ManagingOf,
    resets: ResetsOf,
) -> Link:
    """Make a link that works once within 30 minutes; it lets a deactivated member in again. Until then nothing changes."""
    account = managing.changeable(house.accounts.get(caller.id), member_id)
    return _link(resets.make_link(house.post(request), account, language=given.language, by=caller.name))


@router.get("/invitations", summary="List open invitations")
def list_invitations(caller: Keeper, links: Links) -> InvitationList:
    """Return the invitations that nobody has answered yet, the newest first."""
    return InvitationList(invitations=[_invitation(link) for link in links.invitations()])


@router.post("/invitations", status_code=201, summary="Invite somebody", responses=problems(409))
def invite(
    caller: Keeper, given: NewInvitation, request: Request, house: HouseOf, invitations: InvitationsOf
) -> SentInvitation:
    """Mail a link that works once within 7 days, for this address; without a mail server, return it."""
    sent = invitations.invite(
        house.post(request),
        name=given.name, address=given.address, role=given.role, language=given.language, by=house.accounts.get(caller.id).name,
    )  # fmt: skip
    return SentInvitation(**_link(sent).model_dump(), invitation=_invitation(sent.link))


@router.delete("/invitations/{invitation_id}", status_code=204, summary="Revoke an invitation", responses=problems(404))
def revoke_invitation(caller: Keeper, invitation_id: Annotated[int, Path(ge=1, lt=2**63)], links: Links) -> None:
    """Let its link open nothing from now on."""
    links.revoke_invitation(invitation_id)


def _view(account: Account, actor: Account) -> MemberView:
    own = {name: getattr(account, name) for name in MemberView.model_fields if name != "may_be_changed"}
    may = account.id != actor.id and may_change(actor, account)
    return MemberView(**{**own, "roles": list(account.roles)}, may_be_changed=may)


def _invitation(link: MemberLink) -> InvitationView:
    same = ("id", "name", "address", "role", "language", "created_at", "expires_at")
    return InvitationView(**{name: getattr(link, name) for name in same}, invited_by=link.created_by)


def _link(sent: Sent) -> Link:
    return Link(
        is_mailed=sent.url is None, link=sent.url, trouble=sent.trouble or None, expires_at=sent.link.expires_at
    )
