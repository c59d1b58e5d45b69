"""What doors and members work with; whoever runs the application gives it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from media_ai.catalog.member_links import MemberLinks
from media_ai.clients.oidc import OidcClient
from media_ai.errors import ConfigurationError
from media_ai.members.accounts import Accounts
from media_ai.members.invitations import FirstPerson, Invitations
from media_ai.members.mails import Mailer
from media_ai.members.managing import Managing
from media_ai.members.post import Post
from media_ai.members.resets import Resets
from media_ai_web.services import Db

SESSION_COOKIE = "_token"
"""The cookie that Airflow's pages know people by."""


@dataclass(frozen=True, kw_only=True)
class House:
    """
    Accounts, mail and addresses of a deployment.

    Attributes:
        base_url: Where people reach the web server; empty if nobody has said so.
        root: The path that Airflow is served below, with a slash at its end.
        oidc: The provider that people may sign in with.
    """

    accounts: Accounts
    mailer: Mailer
    base_url: str
    root: str = "/"
    oidc: OidcClient | None = None

    def post(self, request: Request | None = None) -> Post:
        """Return the way for links; they lead to the server that a request was sent to where nothing else is known."""
        base = self.base_url
        if not base and request is not None:
            base = f"{request.url.scheme}://{request.url.netloc}{self.root}"
        return Post(base=base, mailer=self.mailer)


async def house(request: Request) -> House:
    """Return the house of the application."""
    found: House | None = request.app.state.house
    if found is None:
        raise ConfigurationError("This application keeps no accounts.")
    return found


HouseOf = Annotated[House, Depends(house)]


async def links(database: Db) -> MemberLinks:
    """Return the one-time links."""
    return MemberLinks(database)


Links = Annotated[MemberLinks, Depends(links)]


async def invitations(links: Links, house: HouseOf) -> Invitations:
    """Return what invites people."""
    return Invitations(links, house.accounts)


async def resets(links: Links, house: HouseOf) -> Resets:
    """Return what gives new passwords."""
    return Resets(links, house.accounts)


async def first_person(links: Links, house: HouseOf) -> FirstPerson:
    """Return what makes the first administrator."""
    return FirstPerson(links, house.accounts)


async def managing(links: Links, house: HouseOf) -> Managing:
    """Return what administrators do with members."""
    return Managing(links, house.accounts)


InvitationsOf = Annotated[Invitations, Depends(invitations)]
ResetsOf = Annotated[Resets, Depends(resets)]
FirstPersonOf = Annotated[FirstPerson, Depends(first_person)]
ManagingOf = Annotated[Managing, Depends(managing)]


def keep_session(response: Response, token: str, request: Request, root: str) -> None:
    """Have a browser keep a session, as Airflow's own sign-in does."""
    response.set_cookie(
        SESSION_COOKIE, token, path=root, httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )
