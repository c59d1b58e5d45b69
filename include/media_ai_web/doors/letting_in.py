"""The pages of the invited and of the first person."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from media_ai.catalog.member_links import LinkKind, MemberLink
from media_ai.errors import InputError
from media_ai.members.accounts import Account
from media_ai.members.passwords import missing
from media_ai_web.doors.forms import Language, Text, Token
from media_ai_web.doors.pages import page
from media_ai_web.doors.words import WORDS
from media_ai_web.house import FirstPersonOf, House, HouseOf, InvitationsOf, Links, keep_session

router, forms = APIRouter(), APIRouter()


@router.get("/invitation")
def show_invitation(request: Request, links: Links, house: HouseOf, token: Token = "") -> HTMLResponse:
    """Show the form of an invitation, in its language."""
    link = links.read(LinkKind.INVITATION, token)
    return _invitation(house, link, token, request.query_params.get("lang") or link.language, name=link.name)


@forms.post("/invitation")
def accept_invitation(
    request: Request,
    links: Links,
    invitations: InvitationsOf,
    house: HouseOf,
    language: Language,
    token: Text = "",
    name: Text = "",
    password: Text = "",
    again: Text = "",
) -> Response:
    """Make the account, and sign it in."""
    link = links.read(LinkKind.INVITATION, token)
    try:
        check_same(password, again, language)
        account = invitations.accept(token, name=name, password=password)
    except InputError as exc:
        problem = trouble(exc, password, language)
        return _invitation(house, link, token, language, name=name, problem=problem, status=400)
    return signed_in(request, house, account)


@router.get("/first")
def show_first(links: Links, house: HouseOf, language: Language, token: Token = "") -> HTMLResponse:
    """Show the form of the first person."""
    links.read(LinkKind.FIRST, token)
    return _first(house, token, language)


@forms.post("/first")
def accept_first(
    request: Request,
    links: Links,
    first: FirstPersonOf,
    house: HouseOf,
    language: Language,
    token: Text = "",
    address: Text = "",
    name: Text = "",
    password: Text = "",
    again: Text = "",
) -> Response:
    """Make the first administrator, and sign them in."""
    links.read(LinkKind.FIRST, token)
    try:
        check_same(password, again, language)
        account = first.accept(token, name=name, address=address, password=password)
    except InputError as exc:
        problem = trouble(exc, password, language)
        return _first(house, token, language, address=address, name=name, problem=problem, status=400)
    return signed_in(request, house, account)


def check_same(password: str, again: str, language: str) -> None:
    """Refuse two passwords that differ; raise InputError."""
    if password != again:
        raise InputError(WORDS[language]["different"])


def trouble(error: InputError, password: str, language: str) -> str:
    """Return what to say of an error: of a weak password, the rule in the page's language."""
    return WORDS[language]["rule"] if language != "en" and error.message == missing(password) else error.message


def signed_in(request: Request, house: House, account: Account) -> Response:
    """Return the way to the pages for somebody who has just proved who they are."""
    response = RedirectResponse(house.root, status_code=303)
    keep_session(response, house.accounts.open_session(account.id), request, house.root)
    return response


def _invitation(
    house: House, link: MemberLink, token: str, language: str, *, name: str, problem: str = "", status: int = 200
) -> HTMLResponse:
    known = language if language in WORDS else "en"
    return page(
        "invitation", status=status, language=known, root=house.root, token=token,
        by=link.created_by, address=link.address, name=name, problem=problem,
    )  # fmt: skip


def _first(
    house: House, token: str, language: str, *, address: str = "", name: str = "", problem: str = "", status: int = 200
) -> HTMLResponse:
    return page(
        "first",
        status=status,
        language=language,
        root=house.root,
        token=token,
        address=address,
        name=name,
        problem=problem,
    )
