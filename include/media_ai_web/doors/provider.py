"""Sign-in with a provider: /media-ai/doors/provider and the way back from it."""

import hmac
import json
import time
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from media_ai.clients.oidc import OidcClient, Ticket
from media_ai.errors import ErrorKind, MediaAIError, NotFoundError
from media_ai.members.accounts import Account
from media_ai.members.identity import clean_address
from media_ai.members.post import DOORS
from media_ai_web.doors.forms import Language
from media_ai_web.doors.words import WORDS
from media_ai_web.house import House, HouseOf, InvitationsOf, keep_session

router = APIRouter()
_COOKIE = "media_ai_provider"
_VALID_S = 600
_LONGEST = 4000


def _client(house: HouseOf) -> OidcClient:
    if house.oidc is None:
        raise NotFoundError("No provider is set up.")
    return house.oidc


Client = Annotated[OidcClient, Depends(_client)]


@router.get("/provider")
def begin(request: Request, house: HouseOf, client: Client) -> Response:
    """Send the browser to the provider, and have it keep what it must bring back."""
    url, ticket = client.begin(_way_back(house, request))
    kept = {"state": ticket.state, "nonce": ticket.nonce, "verifier": ticket.verifier, "at": time.time()}
    response = RedirectResponse(url, status_code=303)
    response.set_cookie(
        _COOKIE, request.app.state.cipher.encrypt(json.dumps(kept)), max_age=_VALID_S, httponly=True, samesite="lax",
        path=f"{house.root.rstrip('/')}{DOORS}", secure=urlsplit(_way_back(house, request)).scheme == "https",
    )  # fmt: skip
    return response


@router.get("/provider/callback")
def finish(
    request: Request,
    house: HouseOf,
    client: Client,
    invitations: InvitationsOf,
    language: Language,
    code: str = "",
    state: str = "",
) -> Response:
    """Let in who the provider says it is, if they are a member or invited."""
    ticket = _kept(request)
    if ticket is None or not code or len(code) > _LONGEST or not hmac.compare_digest(ticket.state, state):
        raise MediaAIError(WORDS[language]["returned"], kind=ErrorKind.PERMISSION)
    address = clean_address(client.finish(_way_back(house, request), code, ticket))
    account = _member(house, address)
    if account is None:
        try:
            account = invitations.accept_proved(address)
        except NotFoundError:
            text = WORDS[language]["nobody"].replace("{address}", address)
            raise MediaAIError(text, kind=ErrorKind.PERMISSION) from None
    if not account.is_active:
        raise MediaAIError(WORDS[language]["inactive"], kind=ErrorKind.PERMISSION)
    response = RedirectResponse(house.root, status_code=303)
    keep_session(response, house.accounts.open_session(account.id), request, house.root)
    response.delete_cookie(_COOKIE, path=f"{house.root.rstrip('/')}{DOORS}")
    return response


def _member(house: House, address: str) -> Account | None:
    account = house.accounts.find(address)
    # A user name can look like an address that is somebody else's.
    return account if account and account.address.lower() == address else None


def _way_back(house: House, request: Request) -> str:
    return f"{house.post(request).base.rstrip('/')}{DOORS}/provider/callback"


def _kept(request: Request) -> Ticket | None:
    sealed = request.cookies.get(_COOKIE, "")
    if not sealed:
        return None
    try:
        kept = json.loads(request.app.state.cipher.decrypt(sealed))
        if time.time() - float(kept["at"]) > _VALID_S:
            return None
        return Ticket(state=kept["state"], nonce=kept["nonce"], verifier=kept["verifier"])
    except Exception:  # whatever the cipher raises: the cookie is not one of ours
        return None
