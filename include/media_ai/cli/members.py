"""`media-ai members`: who may come in, for those with a shell on the deployment."""

from typing import Annotated

import typer

from media_ai.catalog.member_links import LinkKind, MemberLinks
from media_ai.cli import context
from media_ai.cli.moments import moment, zoned
from media_ai.cli.printing import say, table
from media_ai.errors import NotFoundError
from media_ai.members.identity import clean_address, clean_name
from media_ai.members.invitations import VALID_FOR
from media_ai.members.post import url_of
from media_ai.members.resets import VALID_FOR as RESET_VALID_FOR
from media_ai.members.roles import Role

app = typer.Typer(no_args_is_help=True, help="See, invite and deactivate members; let somebody in who is locked out.")

_API = "/media-ai/api/v1"
_SHORT = {"admin": Role.ADMIN, "member": Role.MEMBER, "viewer": Role.VIEWER}
Who = Annotated[str, typer.Argument(help="E-mail address or user name.", show_default=False)]


@app.command("list")
def list_() -> None:
    """List accounts and open invitations."""
    api = context.airflow()
    rows = [
        (
            each["name"],
            each["address"],
            ", ".join(each["roles"]),
            "active" if each["is_active"] else "deactivated",
            moment(each["last_sign_in"]) or "never",
        )
        for each in api.get(f"{_API}/members")["members"]
    ]
    table(["name", "address", "roles", "state", zoned("last sign-in")], rows)
    if waiting := MemberLinks(context.database()).invitations():
        say("")
        table(
            ["invited", "address", "role", zoned("until")],
            [(each.name, each.address, each.role, moment(each.expires_at)) for each in waiting],
        )


@app.command()
def invite(
    address: Annotated[str, typer.Argument(help="E-mail address.", show_default=False)],
    name: Annotated[str, typer.Option(help="Name of the person.", show_default=False)],
    role: Annotated[str, typer.Option(help="admin, member or viewer.")] = "member",
    language: Annotated[str, typer.Option(help="en or zh.")] = "en",
) -> None:
    """Print a link that makes one account, within 7 days. Nothing is mailed from here."""
    if role not in _SHORT or language not in ("en", "zh"):
        raise typer.BadParameter("The role is admin, member or viewer; the language en or zh.")
    link, token = MemberLinks(context.database()).issue(
        LinkKind.INVITATION, valid_for=VALID_FOR, address=clean_address(address), name=clean_name(name),
        role=_SHORT[role], language=language, by=context.user(),
    )  # fmt: skip
    say(f"For {link.address} only, once, within 7 days:")
    say(url_of(context.doors(), link.kind, token))


@app.command()
def reset(who: Who) -> None:
    """Print a link with which somebody chooses a new password, within 30 minutes; it lets a deactivated account in again."""
    link, token = MemberLinks(context.database()).issue(
        LinkKind.RESET, valid_for=RESET_VALID_FOR, address=who.strip().lower(), by=context.user() or "shell"
    )
    say(f"For the account '{link.address}' only, once, within 30 minutes:")
    say(url_of(context.doors(), link.kind, token))


@app.command()
def deactivate(who: Who) -> None:
    """Let somebody in no more; all sessions of the account end."""
    api = context.airflow()
    wanted = who.strip().lower()
    found = [
        each
        for each in api.get(f"{_API}/members")["members"]
        if wanted in (each["address"].lower(), each["username"].lower())
    ]
    if not found:
        raise NotFoundError(f"'{who}' is nobody's e-mail address or user name; see 'media-ai members list'.")
    api.patch(f"{_API}/members/{found[0]['id']}", {"is_active": False})
    say(f"{found[0]['name']} ({found[0]['address']}) is deactivated.")
