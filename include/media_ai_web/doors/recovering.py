"""The pages of a forgotten password."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.background import BackgroundTask

from media_ai.catalog.member_links import LinkKind
from media_ai.errors import InputError
from media_ai.members.identity import clean_address
from media_ai_web.doors.forms import Language, Text, Token
from media_ai_web.doors.letting_in import check_same, signed_in, trouble
from media_ai_web.doors.pages import page
from media_ai_web.doors.words import WORDS
from media_ai_web.house import House, HouseOf, Links, ResetsOf

router, forms = APIRouter(), APIRouter()


@router.get("/forgot")
def show_forgot(house: HouseOf, language: Language) -> HTMLResponse:
    """Show the form of a forgotten password."""
    return _forgot(house, language)


@forms.post("/forgot")
def send_link(house: HouseOf, resets: ResetsOf, language: Language, address: Text = "") -> HTMLResponse:
    """Say that a link is on its way, the same to everybody; look for the account when that has been said."""
    try:
        address = clean_address(address)
    except InputError as exc:
        return _forgot(house, language, address=address, problem=exc.message, status=400)
    words = WORDS[language]
    text = words["forgot_done"].replace("{address}", address)
    answer = page("note", language=language, root=house.root, title=words["forgot_done_title"], text=text)
    # Never the server that the request names: a stranger may have written it.
    answer.background = BackgroundTask(resets.forgot, house.post(), address, language=language)
    return answer


@router.get("/reset")
def show_reset(links: Links, house: HouseOf, request: Request, token: Token = "") -> HTMLResponse:
    """Show the form of a new password, in the language of the link."""
    link = links.read(LinkKind.RESET, token)
    return _reset(house, request.query_params.get("lang") or link.language, token, link.address)


@forms.post("/reset")
def save_password(
    request: Request,
    links: Links,
    resets: ResetsOf,
    house: HouseOf,
    language: Language,
    token: Text = "",
    password: Text = "",
    again: Text = "",
) -> Response:
    """Save the password, end all sessions of the account, and begin one here."""
    link = links.read(LinkKind.RESET, token)
    try:
        check_same(password, again, language)
        account = resets.accept(token, password=password)
    except InputError as exc:
        return _reset(house, language, token, link.address, problem=trouble(exc, password, language), status=400)
    return signed_in(request, house, account)


def _forgot(house: House, language: str, *, address: str = "", problem: str = "", status: int = 200) -> HTMLResponse:
    return page("forgot", status=status, language=language, root=house.root, address=address, problem=problem)


def _reset(
    house: House, language: str, token: str, address: str, *, problem: str = "", status: int = 200
) -> HTMLResponse:
    known = language if language in WORDS else "en"
    return page("reset", status=status, language=known, root=house.root, token=token, address=address, problem=problem)
